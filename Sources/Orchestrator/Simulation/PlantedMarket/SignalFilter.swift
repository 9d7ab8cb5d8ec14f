// The best forecast there is of a planted market, from what everybody can see of it.

/// Kalman filter of the planted signal given returns, order flow and the known volatility.
///
/// It holds the mean and variance of s_t given all bars up to t, exactly when the noise is normal and otherwise as the
/// best linear estimate. A bar brings two observations: its return r_t = s_{t-1} + N(0, sigma_t^2) tells of the signal
/// before it, its flow f_t = a s_t + N(0, v) of the signal after it; between them the signal moves on.
///
/// Source: Kalman, "A new approach to linear filtering and prediction problems", 1960, doi:10.1115/1.3662552.
package struct SignalFilter: Hashable, Sendable {
  /// E[s_t | bars up to t], ticks per bar.
  package private(set) var mean = 0.0
  /// Var[s_t | bars up to t], ticks squared.
  package private(set) var variance: Double

  private let persistence: Double
  private let innovation: Double
  private let loading: Double
  private let flowNoise: Double

  /// A filter that has seen no bar of its session; `flowDeviation` as in ``PlantedMarket``.
  package init(edge: PlantedEdge, flowDeviation: Double) {
    persistence = edge.persistence
    innovation = edge.innovationVariance
    loading = edge.flowLoading(deviation: flowDeviation)
    flowNoise = edge.flowNoiseVariance(deviation: flowDeviation)
    variance = edge.strength * edge.strength
  }

  /// Takes in one bar: its return in ticks, its flow, and the standard deviation of its noise.
  package mutating func update(return change: Double, flow: Double, deviation: Double) {
    observe(change, loading: 1, noise: deviation * deviation)
    mean *= persistence
    variance = persistence * persistence * variance + innovation
    observe(flow, loading: loading, noise: flowNoise)
  }

  /// Bayes' rule for an observation loading * s + N(0, noise).
  private mutating func observe(_ value: Double, loading: Double, noise: Double) {
    let total = loading * loading * variance + noise
    // Only an observation of a certain signal without noise has no variance, and it tells nothing new.
    guard total > 0 else { return }
    let gain = loading * variance / total
    mean += gain * (value - loading * mean)
    variance *= noise / total
  }
}
