// Stage `features.bar`: one completed bar into the feature vector of schema v2.

import Features
import QuantMath
import TradingDomain

extension BenchStage {
  static var featuresBar: BenchStage {
    let barsPerBatch = 16
    return BenchStage(
      name: "features.bar", operation: "one bar into a vector of \(FeatureSchema.v2.count) features",
      batch: barsPerBatch, samples: 4_000
    ) { stopwatch in
      let bars = randomWalk(4_096)
      let processor = AdvancedFeatureProcessor(schema: .v2, instrument: TriggerMarket.instrument)
      var next = 0
      return .timed(
        stopwatch,
        rewind: {
          processor.reset()
          for bar in bars.prefix(processor.schema.warmUpBars) { _ = processor.consume(bar) }
          next = 0
        },
        batch: {
          var sum: UInt64 = 0
          for _ in 0..<barsPerBatch {
            if processor.consume(bars[next]) {
              for value in processor.vector { sum = sum &* 31 &+ UInt64(value.bitPattern) }
            }
            next = (next + 1) & 4_095
          }
          return sum
        })
    }
  }

  /// Minute bars of a seeded random walk.
  private static func randomWalk(_ count: Int) -> [Bar] {
    var random = CounterRandom(seed: 1, purpose: "bench.bars")
    var close: Int64 = 10_800
    return (0..<count).map { minute in
      let open = close
      close = max(1_000, close + Int64((4 * random.nextGaussian()).rounded()))
      return Bar(
        start: TriggerMarket.time(minute), duration: .minutes(1), open: Price(ticks: open),
        high: Price(ticks: max(open, close) + Int64(random.nextInteger(in: 0...4))),
        low: Price(ticks: min(open, close) - Int64(random.nextInteger(in: 0...4))), close: Price(ticks: close),
        volume: Quantity(1 + Int64(random.nextInteger(in: 0...500))), tradeCount: 0, signedVolume: 0)
    }
  }
}
