// Random walks of bars for tests of labels.

import QuantMath
import TradingDomain

enum RandomBars {
  /// `count` one-minute bars from 12:00 UTC (09:00 in Sao Paulo) around 1000 ticks.
  static func make(count: Int, seed: UInt64) -> [Bar] {
    var random = CounterRandom(seed: seed, purpose: "walk")
    var price: Int64 = 1000
    return (0..<count).map { index in
      let open = price + Int64(random.nextInteger(in: -2...2))
      let close = open + Int64(random.nextInteger(in: -3...3))
      price = close
      return Bar(
        start: Timestamp(nanoseconds: Int64(12 * 60 + index) * 60_000_000_000), duration: .minutes(1),
        open: Price(ticks: open), high: Price(ticks: max(open, close) + 1), low: Price(ticks: min(open, close) - 1),
        close: Price(ticks: close), volume: 1, tradeCount: 1, signedVolume: 0)
    }
  }
}
