// The edge hidden in a planted market: how much of the next return can be known, how long, and from what.

import Glibc

/// A predictable part of the return, a first-order autoregression in ticks per bar.
///
/// With phi = 2^(-1 / halfLife), the expected return of bar t + 1 is the signal s_t, and
/// s_t = phi s_{t-1} + eta_t with eta_t ~ N(0, strength^2 (1 - phi^2)), so that s_t ~ N(0, strength^2) at every t.
/// The signal itself is hidden; what shows it are the returns it moves and the order flow that goes with it.
package struct PlantedEdge: Hashable, Sendable {
  /// Standard deviation of the expected return of a bar, in ticks; 0 is pure noise.
  package var strength: Double
  /// Bars until half of an expected return has faded.
  package var halfLife: Double
  /// Correlation of the order-flow imbalance of bar t with the signal s_t.
  package var flowCorrelation: Double

  /// - Precondition: `strength` is finite and not negative, `halfLife` positive, `flowCorrelation` inside (-1, 1).
  package init(strength: Double, halfLife: Double = 20, flowCorrelation: Double = 0.2) {
    precondition(strength.isFinite && strength >= 0, "edge strength \(strength) is out of range: 0 or more ticks")
    precondition(halfLife > 0, "half-life \(halfLife) is out of range: above 0 bars")
    precondition(abs(flowCorrelation) < 1, "flow correlation \(flowCorrelation) is out of range: inside (-1, 1)")
    self.strength = strength
    self.halfLife = halfLife
    self.flowCorrelation = flowCorrelation
  }

  /// No edge: nobody can forecast this market.
  package static let none = PlantedEdge(strength: 0)

  /// Share of the signal that is left a bar later.
  package var persistence: Double { exp2(-1 / halfLife) }

  /// Variance of eta, ticks squared.
  var innovationVariance: Double { strength * strength * (1 - persistence * persistence) }

  /// Expected return over the next `bars` bars for one tick of signal: (1 - phi^h) / (1 - phi).
  package func reach(bars: Int) -> Double {
    (1 - exp2(-Double(bars) / halfLife)) / (1 - persistence)
  }
}

extension PlantedEdge {
  /// Flow per tick of signal, for a flow of standard deviation `deviation`; 0 without a signal.
  package func flowLoading(deviation: Double) -> Double {
    strength > 0 ? deviation * flowCorrelation / strength : 0
  }

  /// Variance of the part of the flow that the signal does not explain.
  package func flowNoiseVariance(deviation: Double) -> Double {
    let correlation = strength > 0 ? flowCorrelation : 0
    return deviation * deviation * (1 - correlation * correlation)
  }
}
