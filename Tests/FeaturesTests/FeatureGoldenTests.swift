// Every v2 feature and the v2 regime against the pandas formulas.

import Testing

import Features
import TradingDomain

/// Names whose golden column stands under the name that they repeat.
private let repeated = ["adx_substitute": "adx", "bb_width": "bb_width_20", "volume_ratio": "volume_ratio_20"]

@Test func everyFeatureOfSchemaV2EqualsItsPandasFormula() throws {
  let golden = try GoldenFile("v2")
  let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  var vectors: [Int: [Double]] = [:]
  for (index, bar) in try GoldenFile.bars().enumerated() where processor.consume(bar) {
    vectors[index] = Array(processor.unroundedVector)
  }
  let rows = golden.rows.enumerated().filter { vectors[$0.element] != nil }
  #expect(rows.count >= 109 && rows.count >= golden.rows.count - 1)
  for (column, name) in FeatureSchema.v2.names.enumerated() {
    let expected = try golden.column(repeated[name] ?? name)
    expectEqual(rows.map { vectors[$0.element]?[column] }, rows.map { expected[$0.offset] }, name)
  }
}

@Test func theRegimeEqualsThePandasRules() throws {
  let golden = try GoldenFile("v2")
  let expected = try golden.column("regime")
  var detector = RegimeDetector()
  let regimes = try GoldenFile.bars().map { Double(detector.update($0).rawValue) }
  for (line, row) in golden.rows.enumerated() { #expect(regimes[row] == expected[line], "bar \(row)") }
  #expect(Set(expected) == [0, 1, 2, 3], "the golden market must visit every regime")
}

@Test func theRangeBoundariesEqualThePandasRules() throws {
  let golden = try GoldenFile("v2")
  var boundaries = RangeBoundaries()
  var (support, resistance, proximity): ([Double?], [Double?], [Double?]) = ([], [], [])
  for bar in try GoldenFile.bars() {
    proximity.append(Double(boundaries.update(bar).rawValue))
    support.append(boundaries.support)
    resistance.append(boundaries.resistance)
  }
  expectEqual(golden.rows.map { support[$0] }, try golden.column("support"), "support")
  expectEqual(golden.rows.map { resistance[$0] }, try golden.column("resistance"), "resistance")
  expectEqual(golden.rows.map { proximity[$0] }, try golden.column("proximity"), "proximity")
  #expect(Set(try golden.column("proximity")) == [0, 1, 2], "the golden market must visit every place of a range")
}

@Test func theExponentialTrueRangeEqualsItsPandasFormula() throws {
  let golden = try GoldenFile("v2")
  var average = ExponentialTrueRange(period: 14)
  let values = try GoldenFile.bars().map { bar in
    average.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks) * 0.5
  }
  expectEqual(golden.rows.map { values[$0] }, try golden.column("atr"), "ATR(14) of v2")
}
