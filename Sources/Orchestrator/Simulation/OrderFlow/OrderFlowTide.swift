// The hidden course of a session, second by second: regime, activity, signal.

import QuantMath
import TradingDomain

/// Everything about an order-by-order session that its messages do not tell, drawn before the first of them.
struct OrderFlowTide: Sendable {
  /// Each is [seconds of the session], at least one.
  let regimes: [UInt8]
  let activities: [Double]
  let liquidities: [Double]
  /// (buys - sells) / all of spontaneous market orders.
  let tilts: [Double]
  /// The planted state s_t.
  let signals: [Double]

  init(_ configuration: OrderFlowConfiguration) {
    let length = configuration.session.close.nanoseconds - configuration.session.open.nanoseconds
    let count = Int((length + 999_999_999) / 1_000_000_000)
    let day = UInt64(bitPattern: Int64(configuration.session.date.dayNumber))
    var moods = CounterRandom(seed: configuration.seed, purpose: "orderflow.regime", index: day)
    var noise = CounterRandom(seed: configuration.seed, purpose: "orderflow.signal", index: day)
    let persistence = configuration.signal.persistence
    let innovation = (1 - persistence * persistence).squareRoot()
    var regimes: [UInt8] = []
    var activities: [Double] = []
    var liquidities: [Double] = []
    var tilts: [Double] = []
    var signals: [Double] = []
    var state = 0
    var direction = moods.next() & 1 == 0 ? 1.0 : -1
    var signal = OrderFlowTide.normal(&noise)
    for second in 0..<count {
      let regime = configuration.regimes[state]
      regimes.append(UInt8(state))
      activities.append(
        regime.activity * configuration.dayShape.activity((Double(second) + 0.5) / Double(count)))
      liquidities.append(regime.liquidity)
      signals.append(signal)
      tilts.append(min(max(configuration.signal.strength * signal + direction * regime.imbalance, -0.95), 0.95))
      signal = persistence * signal + innovation * OrderFlowTide.normal(&noise)
      if configuration.regimes.count > 1, moods.nextUniform() * regime.meanSeconds < 1 {
        state = OrderFlowTide.successor(of: state, in: configuration.regimes, moods.nextUniform())
        direction = moods.next() & 1 == 0 ? 1 : -1
      }
    }
    self.regimes = regimes
    self.activities = activities
    self.liquidities = liquidities
    self.tilts = tilts
    self.signals = signals
  }

  private static func successor(of state: Int, in regimes: [OrderFlowRegime], _ uniform: Double) -> Int {
    let total = regimes.indices.reduce(0.0) { $0 + ($1 == state ? 0 : regimes[$1].weight) }
    var left = uniform * total
    for other in regimes.indices where other != state {
      left -= regimes[other].weight
      if left < 0 { return other }
    }
    return state == regimes.count - 1 ? state - 1 : regimes.count - 1
  }

  /// Sum of twelve uniforms less six: variance 1, near enough to normal, and free of library functions.
  private static func normal(_ random: inout CounterRandom) -> Double {
    var sum = -6.0
    for _ in 0..<12 { sum += random.nextUniform() }
    return sum
  }
}
