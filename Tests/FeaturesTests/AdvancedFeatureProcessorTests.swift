// What the processor promises about warm-up, restarts, flat markets and values that are not finite.

import Testing

import Features
import QuantMath
import TradingDomain

/// The bit patterns of the newest vector.
private func bits(_ processor: AdvancedFeatureProcessor) -> [UInt32] { processor.vector.map(\.bitPattern) }

@Test func theFirstVectorComesWithTheLastBarOfWarmUp() {
  let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  let warmUp = FeatureSchema.v2.warmUpBars
  for (index, bar) in syntheticBars(warmUp + 20, seed: 1).enumerated() {
    #expect(processor.consume(bar) == (index + 1 >= warmUp))
    #expect(processor.isWarm == (index + 1 >= warmUp))
  }
  #expect(processor.vector.count == FeatureSchema.v2.count)
}

@Test func everyVectorAfterWarmUpIsFinite() {
  for seed in 0..<5 as Range<UInt64> {
    let bars = syntheticBars(2_000, seed: seed)
    let matrix = FeatureMatrix(schema: .v2, instrument: .wdo, bars: bars)
    #expect(matrix.rows == 2_000 - FeatureSchema.v2.warmUpBars + 1 && matrix.nonFiniteCount == 0)
    #expect(matrix.values.allSatisfy { $0.isFinite })
  }
}

@Test func theMatrixHoldsTheVectorsBitForBit() {
  let bars = syntheticBars(900, seed: 2)
  let matrix = FeatureMatrix(schema: .v2, instrument: .wdo, bars: bars)
  let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  var row = 0
  for (index, bar) in bars.enumerated() where processor.consume(bar) {
    #expect(matrix.row(row).map(\.bitPattern) == bits(processor))
    #expect(matrix.barIndexes[row] == index && matrix.endTimes[row] == bar.end)
    row += 1
  }
  #expect(row == matrix.rows && matrix.values.count == matrix.rows * matrix.columns)
}

@Test func theFutureDoesNotChangeThePast() {
  let bars = syntheticBars(800, seed: 3)
  let whole = FeatureMatrix(schema: .v2, instrument: .wdo, bars: bars)
  var random = CounterRandom(seed: 3, purpose: "features.prefix")
  for _ in 0..<20 {
    let prefix = FeatureMatrix(schema: .v2, instrument: .wdo, bars: bars.prefix(random.nextInteger(in: 80...800)))
    #expect(prefix.values.map(\.bitPattern) == whole.values.prefix(prefix.values.count).map(\.bitPattern))
  }
}

@Test func resetForgetsEverything() {
  let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  for bar in syntheticBars(333, seed: 4) { _ = processor.consume(bar) }
  processor.reset()
  #expect(!processor.isWarm && processor.barCount == 0)
  let fresh = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  for bar in syntheticBars(200, seed: 5) {
    #expect(processor.consume(bar) == fresh.consume(bar))
    #expect(bits(processor) == bits(fresh))
  }
}

@Test func aRestartChangesWindowedFeaturesNotAtAllAndRecursiveOnesByTheirDeclaredDecay() {
  let bars = syntheticBars(3_000, seed: 6)
  var random = CounterRandom(seed: 6, purpose: "features.restart")
  for _ in 0..<40 {
    let start = random.nextInteger(in: 1...2_000)
    let length = random.nextInteger(in: FeatureSchema.v2.warmUpBars...600)
    let running = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
    for bar in bars[..<(start + length)] { _ = running.consume(bar) }
    let restarted = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
    for bar in bars[start..<(start + length)] { _ = restarted.consume(bar) }
    for (column, properties) in FeatureSchema.v2.properties.enumerated() {
      let (old, new) = (running.unroundedVector[column], restarted.unroundedVector[column])
      switch properties.memory {
      case .window:
        #expect(old == new, "\(FeatureSchema.v2.names[column]) after \(length) bars")
      case .recursive(let decay):
        // The seed's error is at most the range of the value (100 index points; 150 points of price here).
        var weight = 150 * Double(length)
        for _ in 0..<length { weight *= decay }
        #expect(abs(old - new) <= weight + 1e-9, "\(FeatureSchema.v2.names[column]) after \(length) bars")
      case .session, .path: Issue.record("schema v2 knows neither sessions nor paths")
      }
    }
  }
}

@Test func aFlatMarketWithoutVolumeGivesTheDeclaredValues() throws {
  let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  var isFresh = false
  for index in 0..<300 { isFresh = processor.consume(flatBar(index, ticks: 10_000)) }
  #expect(isFresh && processor.nonFiniteCount == 0)
  for (name, value) in zip(FeatureSchema.v2.names, processor.vector) {
    #expect(value == (name == "ichimoku_conversion_line" ? 5_000 : 0), "\(name)")
  }
}

@Test func aBarWhoseVectorIsNotFiniteGivesNoneAndIsCounted() {
  let processor = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  let bars = syntheticBars(400, seed: 7)
  for bar in bars[..<200] { _ = processor.consume(bar) }
  #expect(!processor.consume(flatBar(200, ticks: 0)))
  #expect(processor.nonFiniteCount == 1)
  var refused = 1
  for bar in bars[201...] where !processor.consume(bar) { refused += 1 }
  // The longest return looks back 50 bars; after that the zero is forgotten.
  #expect(refused == processor.nonFiniteCount && refused <= 51)
  #expect(processor.consume(bars[399]))
}

@Test func valuesInPointsFollowTheTickSizeAndOthersDoNot() {
  let coarse = Instrument(
    symbol: "TEST", id: InstrumentID(99), tickSize: 1, tickValue: Money(brl: 1), lot: 1, exchange: "F")
  let half = AdvancedFeatureProcessor(schema: .v2, instrument: .wdo)
  let whole = AdvancedFeatureProcessor(schema: .v2, instrument: coarse)
  for bar in syntheticBars(200, seed: 8) {
    _ = half.consume(bar)
    _ = whole.consume(bar)
  }
  for (column, declaration) in FeatureSchema.v2.declarations.enumerated() {
    let factor = declaration.unit == .points ? 2.0 : 1.0
    #expect(whole.unroundedVector[column] == factor * half.unroundedVector[column], "\(declaration.name)")
  }
}
