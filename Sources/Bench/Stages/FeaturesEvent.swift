// Stage `features.event`: one trade, quote or change of a price level into the event layer.

import Features
import QuantMath
import TradingDomain

extension BenchStage {
  static var featuresEvent: BenchStage {
    let eventsPerBatch = 64
    return BenchStage(
      name: "features.event", operation: "one trade, quote or level into \(EventSignal.allCases.count) signals",
      batch: eventsPerBatch, samples: 4_000
    ) { stopwatch in
      let events = marketEvents(8_192)
      let layer = EventFeatures(instrument: TriggerMarket.instrument)
      var next = 0
      var offset = Nanoseconds.zero
      return .timed(
        stopwatch,
        rewind: {
          layer.reset()
          next = 0
          offset = .zero
        },
        batch: {
          for _ in 0..<eventsPerBatch {
            layer.observe(events[next].update, at: events[next].time + offset)
            next += 1
            guard next == events.count else { continue }
            // The same events again, later: times go on.
            next = 0
            offset = offset + (events[events.count - 1].time - events[0].time)
          }
          return UInt64(next) &+ layer.refusedCount
        })
    }
  }

  /// A seeded mix of a fifth trades, two fifths quotes and two fifths levels, 20 ms apart on average.
  private static func marketEvents(_ count: Int) -> [(time: Timestamp, update: MarketUpdate)] {
    var random = CounterRandom(seed: 1, purpose: "bench.events")
    var time = TriggerMarket.time(0)
    var bid: Int64 = 10_800
    func size() -> Quantity { Quantity(1 + Int64(random.nextInteger(in: 0...60))) }
    return (0..<count).map { _ in
      time = time + .microseconds(Int64(random.nextExponential(mean: 20_000)))
      switch random.nextInteger(in: 0...9) {
      case 0...1:
        let isBuy = random.nextInteger(in: 0...1) == 1
        let kind: TradeKind = isBuy ? .buyerAggressor : .sellerAggressor
        return (
          time, .trade(Trade(price: Price(ticks: bid + (isBuy ? 1 : 0)), quantity: size(), kind: kind, number: 0))
        )
      case 2...5:
        bid = max(10_700, min(10_900, bid + Int64(random.nextInteger(in: -1...1))))
        return (
          time,
          .quote(
            Quote(bid: Price(ticks: bid), bidQuantity: size(), ask: Price(ticks: bid + 1), askQuantity: size()))
        )
      default:
        let isBid = random.nextInteger(in: 0...1) == 1
        let distance = Int64(min(random.nextInteger(in: 0...15), random.nextInteger(in: 0...15)))
        return (
          time,
          .depth(
            DepthUpdate(
              side: isBid ? .buy : .sell, price: Price(ticks: isBid ? 10_799 - distance : 10_801 + distance),
              quantity: size(), orderCount: 1, endsBatch: true))
        )
      }
    }
  }
}
