// Stages `features.bar` and `features.candidates`: one completed bar into the vector of schema v2, and into all that
// bars can tell.

import Features
import QuantMath
import TradingDomain

extension BenchStage {
  static var featuresBar: BenchStage { bar("features.bar", .v2, barsPerBatch: 16, samples: 4_000) }

  static var featuresCandidates: BenchStage { bar("features.candidates", .candidates, barsPerBatch: 4, samples: 2_000) }

  private static func bar(
    _ name: String, _ schema: FeatureSchema, barsPerBatch: Int, samples: Int
  ) -> BenchStage {
    BenchStage(
      name: name, operation: "one bar into a vector of \(schema.count) features", batch: barsPerBatch, samples: samples
    ) { stopwatch in
      let bars = randomWalk(4_096)
      let processor = AdvancedFeatureProcessor(schema: schema, instrument: TriggerMarket.instrument)
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
  static func randomWalk(_ count: Int) -> [Bar] {
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
