// The slow forces behind a synthetic market: regime, activity, depth. They change once per second.

import QuantMath

/// Regime, pressure and activity of a synthetic market.
struct SyntheticTide {
  private var random: CounterRandom
  private var secondsLeft = 0
  /// Trend of the regime: signed excess probability of buying.
  private var trend = 0.0
  private var isRange = true
  private var anchor: Double
  /// Multiplicative volatility state around 1.
  private var volatility = 1.0
  /// Excess probability that the next aggressor buys.
  private(set) var pressure = 0.0
  /// Rate of moves relative to the session's mean.
  private(set) var activity = 1.0
  /// Usual length of a queue in contracts.
  private(set) var depth: Int64 = 40

  init(random: CounterRandom, anchor: Int64) {
    self.random = random
    self.anchor = Double(anchor)
  }

  /// One second passes at `progress` (0...1) of the session, with the market at `mid` ticks.
  mutating func turn(progress: Double, mid: Int64) {
    if secondsLeft == 0 { changeRegime(mid: mid) }
    secondsLeft -= 1
    // Mean-reverting with noise in proportion to itself: calm and stormy stretches.
    volatility = min(max(volatility + 0.01 * (1 - volatility) + 0.05 * volatility * noise(), 0.3), 5)
    let centred = 2 * progress - 1
    // U shape with mean 1: 0.6 + 1.2 x^2.
    activity = (0.6 + 1.2 * centred * centred) * volatility
    // Thin books in stormy stretches make the price run further per trade.
    depth = Int64(30 / (0.5 + 0.5 * volatility)) + 4
    let pull = isRange ? min(max((anchor - Double(mid)) * 0.01, -0.12), 0.12) : 0
    pressure = trend + pull
  }

  private mutating func changeRegime(mid: Int64) {
    secondsLeft = random.nextInteger(in: 300...2400)
    anchor = Double(mid)
    isRange = random.nextInteger(below: 100) < 55
    let strength = random.nextUniform(in: 0.02..<0.06)
    trend = isRange ? 0 : random.nextInteger(below: 2) == 0 ? strength : -strength
  }

  /// Sum of four uniforms, centred and scaled to variance 1: near enough to normal and free of library functions.
  private mutating func noise() -> Double {
    let sum = random.nextUniform() + random.nextUniform() + random.nextUniform() + random.nextUniform()
    return (sum - 2) * 1.732_050_807_568_877_2
  }
}
