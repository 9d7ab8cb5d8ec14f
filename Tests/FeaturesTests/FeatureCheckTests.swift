// The leak checks find what they are for, and nothing in the program's own features.

import Foundation
import Testing

import Features
import TradingDomain

/// Sessions of 570 one-minute bars from nine o'clock on.
func sessionBars(_ sessions: Int, seed: UInt64) -> [Bar] {
  let bars = syntheticBars(sessions * 570, seed: seed)
  return bars.enumerated().map { index, bar in
    var bar = bar
    let date = SessionDate(dayNumber: Int32(20_000 + index / 570))
    bar.start = BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60)) + .minutes(Int64(index % 570))
    // A bar that traded: windows count known values, and some of them pass over bars without volume.
    bar.volume = Quantity(bar.volume.contracts + 1)
    return bar
  }
}

private func kinds(_ computation: FeatureComputation, _ bars: [Bar]) -> Set<FeatureFault.Kind> {
  Set(FeatureCheck().run(computation, bars: bars).faults.map(\.kind))
}

/// One hand-made feature of all bars.
private func feature(
  memory: FeatureMemory = .window(bars: 1), warmUp: Int = 1,
  _ value: @escaping @Sendable (ArraySlice<Bar>, Int) -> Double
) -> FeatureComputation {
  FeatureComputation(names: ["planted"], warmUpBars: [warmUp], memories: [memory]) { bars in
    FeatureTable(columns: 1, values: bars.indices.map { value(bars, $0) })
  }
}

@Test(arguments: [FeatureSchema.v2, FeatureSchema.candidates])
func theProgramsOwnFeaturesAreSound(schema: FeatureSchema) {
  let report = FeatureCheck().run(FeatureComputation(schema, instrument: .wdo), bars: sessionBars(18, seed: 11))
  #expect(report.faults.isEmpty, "\(report.faults.prefix(5))")
  #expect(report.untested.isEmpty, "\(report.untested.prefix(5))")
}

@Test func aFeatureThatLooksOneBarAheadIsFound() {
  let planted = feature { bars, index in
    index + 1 < bars.endIndex ? Double(bars[index + 1].close.ticks - bars[index].close.ticks) : 0
  }
  #expect(kinds(planted, sessionBars(2, seed: 12)).isSuperset(of: [.readsTheFuture, .knowsTheNextReturn]))
}

@Test func aFeatureScaledByTheWholeSampleIsFound() {
  let planted = feature { bars, index in
    Double(bars[index].close.ticks) / Double(bars.map(\.close.ticks).max() ?? 1)
  }
  #expect(kinds(planted, sessionBars(2, seed: 13)).contains(.readsTheFuture))
}

@Test func aFeatureThatRemembersItsStartIsFound() {
  let planted = feature(memory: .window(bars: 5), warmUp: 5) { bars, index in
    Double(bars[bars.startIndex...index].reduce(0) { $0 + $1.volume.contracts })
  }
  #expect(kinds(planted, sessionBars(2, seed: 14)).contains(.remembersTooLong))
}

@Test func aFeatureThatIsSometimesNotANumberIsFound() {
  let planted = feature { bars, index in index % 97 == 50 ? .nan : Double(bars[index].volume.contracts) }
  #expect(kinds(planted, sessionBars(2, seed: 15)).contains(.notFinite))
}

@Test func aFeatureThatDividesByTheVolumeIsUpsetByAGap() {
  let planted = feature { bars, index in 1 / Double(bars[index].volume.contracts) }
  #expect(kinds(planted, sessionBars(2, seed: 16)) == [.upsetByGap])
}

@Test func tooFewBarsAreSaidToBeTooFew() {
  let report = FeatureCheck().run(
    FeatureComputation(.v2, instrument: .wdo), bars: Array(sessionBars(1, seed: 17).prefix(150)))
  #expect(!report.isSound && report.faults.isEmpty && report.untested.count == 3)
}
