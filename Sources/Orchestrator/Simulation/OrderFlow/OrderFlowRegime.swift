// The moods of a made-up market, and the hidden signal of those who know more.

/// A state of the market that lasts for minutes and that no message tells.
package struct OrderFlowRegime: Hashable, Sendable {
  /// What the state is called in reports.
  package var name: String
  /// Factor on all spontaneous arrivals, and on cancels.
  package var activity: Double
  /// Factor on limit orders on top of that: below 1 the book thins out.
  package var liquidity: Double
  /// Excess share of buys among spontaneous market orders, in -1...1 as (buys - sells) / all; its sign is drawn anew
  /// each time the state is entered.
  package var imbalance: Double
  /// Mean duration in seconds; durations are geometric.
  package var meanSeconds: Double
  /// Likelihood of being entered, relative to the other states that could follow.
  package var weight: Double

  package init(
    name: String, activity: Double, liquidity: Double = 1, imbalance: Double = 0, meanSeconds: Double, weight: Double
  ) {
    precondition(
      activity > 0 && liquidity > 0 && abs(imbalance) <= 1 && meanSeconds >= 1 && weight > 0,
      """
      regime \(name) is out of range: activity \(activity), liquidity \(liquidity) and weight \(weight) must be above \
      0, imbalance \(imbalance) within -1...1, duration \(meanSeconds) at least a second
      """)
    self.name = name
    self.activity = activity
    self.liquidity = liquidity
    self.imbalance = imbalance
    self.meanSeconds = meanSeconds
    self.weight = weight
  }

  /// Balanced and slow.
  package static let calm = OrderFlowRegime(name: "calm", activity: 0.75, meanSeconds: 1200, weight: 3)
  /// One side presses.
  package static let trend = OrderFlowRegime(
    name: "trend", activity: 1.2, imbalance: 0.08, meanSeconds: 600, weight: 2)
  /// Fast, and the book is thin.
  package static let stress = OrderFlowRegime(
    name: "stress", activity: 1.9, liquidity: 0.75, meanSeconds: 600, weight: 1)
}

/// The planted edge: an AR(1) state of variance 1, one step per second, that tilts spontaneous market orders.
///
/// In second t such an order buys with probability (1 + strength s_t + imbalance of the regime) / 2, cut to 2.5 to 97.5
/// per cent. Nothing else in the market depends on s_t.
package struct OrderFlowSignal: Hashable, Sendable {
  /// Tilt per standard deviation of the signal; 0 for none.
  package var strength: Double
  /// Seconds after which the autocorrelation of the signal has fallen to one half.
  package var halfLife: Double

  package init(strength: Double, halfLife: Double) {
    precondition(
      strength.isFinite && halfLife > 0, "signal of strength \(strength) and half-life \(halfLife) s is out of range")
    self.strength = strength
    self.halfLife = halfLife
  }

  /// Nobody knows more than the others.
  package static let none = OrderFlowSignal(strength: 0, halfLife: 60)

  /// Coefficient of the AR(1) process, 2^(-1 / half-life).
  package var persistence: Double { PortableMath.exponential(-0.693_147_180_559_945_3 / halfLife) }
}
