// The leak checks on the mini dollar's real minutes, and on two instruments side by side.

import Testing

import Features
import TradingDomain

@Suite(.enabled(if: SharedBars.isPresent, Comment(rawValue: SharedBars.absence)))
struct FeatureCheckRealDataTests {
  private func minutes() throws -> [Bar] {
    let bars = try SharedBars.bars(
      "b3-wdo-1min-2021-2022/wdo_m1.csv.zst", symbol: "WDO", duration: .minutes(1),
      from: try #require(SessionDate("2021-11-05")), to: try #require(SessionDate("2021-12-03")))
    #expect(bars.count > 10_000)
    return bars
  }

  @Test func everyFeatureThatBarsCanTellIsSoundOnRealMinutes() throws {
    for schema in [FeatureSchema.v2, .candidates] {
      let report = FeatureCheck().run(FeatureComputation(schema, instrument: .wdo), bars: try minutes())
      #expect(report.faults.isEmpty, "\(schema.name): \(report.faults.prefix(8))")
      #expect(report.untested.isEmpty, "\(schema.name): \(report.untested.prefix(8))")
    }
  }

  @Test func featuresOfTwoInstrumentsReadOnlyWhatHasEnded() throws {
    let (from, to) = (try #require(SessionDate("2021-01-04")), try #require(SessionDate("2021-06-30")))
    func bars(_ symbol: String) throws -> [Bar] {
      try SharedBars.bars(
        "b3-wdo-win-15min/wdo_win_m15.csv.zst", symbol: symbol, duration: .minutes(15), from: from, to: to)
    }
    let (dollar, index) = (try bars("WDO"), try bars("WIN"))
    let schema = try FeatureSchema(
      name: "cross", barSeconds: 900, declarations: FeatureFamily.crossing("WIN").declarations)
    #expect(schema.references == ["WIN"])
    let whole = FeatureMatrix(schema: schema, instrument: .wdo, bars: dollar, references: [index])
    #expect(whole.rows > 3_000 && whole.nonFiniteCount < 200)
    for cut in [900, 1_500, 2_900] {
      // Bars of the other one that end with or before this one's last may count, later ones may not.
      let known = index.filter { $0.end <= dollar[cut - 1].end }
      let prefix = FeatureMatrix(schema: schema, instrument: .wdo, bars: dollar[..<cut], references: [known])
      #expect(prefix.values.map(\.bitPattern) == whole.values.prefix(prefix.values.count).map(\.bitPattern))
      let late = known.dropLast(3)
      let without = FeatureMatrix(schema: schema, instrument: .wdo, bars: dollar[..<cut], references: [Array(late)])
      #expect(without.values != prefix.values, "the last bars of the other instrument must matter")
    }
    // The dollar and the index move against each other: a sanity check that the columns are aligned.
    let column = try #require(schema.index(of: "win_correlation_60"))
    let mean = (0..<whole.rows).reduce(0.0) { $0 + Double(whole.row($1)[whole.row($1).startIndex + column]) }
    #expect(mean / Double(whole.rows) < -0.2)
  }
}
