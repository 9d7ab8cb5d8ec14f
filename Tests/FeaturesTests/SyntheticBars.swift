// A seeded market of any length for property tests.

import QuantMath
import TradingDomain

/// A random walk of one-minute bars around 5,400 points with changing volatility.
func syntheticBars(_ count: Int, seed: UInt64) -> [Bar] {
  var random = CounterRandom(seed: seed, purpose: "features.bars")
  var close: Int64 = 10_800
  return (0..<count).map { index in
    let scale = index / 300 % 3 == 0 ? 2.0 : 6.0
    let open = close
    close += Int64((scale * random.nextGaussian()).rounded())
    let high = max(open, close) + Int64(random.nextInteger(in: 0...4))
    let low = min(open, close) - Int64(random.nextInteger(in: 0...4))
    return Bar(
      start: Timestamp(nanoseconds: Int64(index) * 60_000_000_000), duration: .minutes(1), open: Price(ticks: open),
      high: Price(ticks: high), low: Price(ticks: low), close: Price(ticks: close),
      volume: Quantity(Int64(random.nextExponential(mean: 300))), tradeCount: 0, signedVolume: 0)
  }
}

/// A bar that does not move.
func flatBar(_ index: Int, ticks: Int64, volume: Int64 = 0) -> Bar {
  let price = Price(ticks: ticks)
  return Bar(
    start: Timestamp(nanoseconds: Int64(index) * 60_000_000_000), duration: .minutes(1), open: price, high: price,
    low: price, close: price, volume: Quantity(volume), tradeCount: 0, signedVolume: 0)
}
