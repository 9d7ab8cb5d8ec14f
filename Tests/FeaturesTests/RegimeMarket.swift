// Markets whose regimes are known, for tests of the learned detector.

import Features
import QuantMath
import TradingDomain

/// Bars of a hidden chain of four regimes, in sessions of 400 minutes with a gap of price overnight.
struct RegimeMarket {
  var bars: [Bar] = []
  /// The regime that made each bar.
  var regimes: [Regime] = []

  /// Price in ticks; drift and volatility in ticks a bar. Regimes last 60 bars on average.
  init(_ count: Int, seed: UInt64) {
    var random = CounterRandom(seed: seed, purpose: "features.regimes")
    var regime = Regime.range
    var close: Int64 = 10_800
    for index in 0..<count {
      let (session, minute) = (index / 400, index % 400)
      if minute == 0 { close += Int64(60 * random.nextGaussian()) }
      if random.nextUniform() < 1.0 / 60 { regime = RegimeModel.states[random.nextInteger(in: 0...3)] }
      let (drift, volatility, volume): (Double, Double, Double)
      switch regime {
      case .trendUp: (drift, volatility, volume) = (2.5, 4, 300)
      case .trendDown: (drift, volatility, volume) = (-2.5, 4, 300)
      case .stress: (drift, volatility, volume) = (0, 16, 900)
      default: (drift, volatility, volume) = (0, 3, 200)
      }
      let open = close
      close = open + Int64((drift + volatility * random.nextGaussian()).rounded())
      let wing = Int64((volatility * 0.5 * random.nextExponential(mean: 1)).rounded())
      bars.append(
        Bar(
          start: Timestamp(nanoseconds: (Int64(session) * 1_440 + Int64(minute)) * 60_000_000_000),
          duration: .minutes(1), open: Price(ticks: open), high: Price(ticks: max(open, close) + wing),
          low: Price(ticks: min(open, close) - wing), close: Price(ticks: close),
          volume: Quantity(Int64(random.nextExponential(mean: volume))), tradeCount: 0, signedVolume: 0))
      regimes.append(regime)
    }
  }
}
