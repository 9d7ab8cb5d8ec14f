// The chance that losses use up the capital before the edge builds it up.

import Glibc
import QuantMath

/// Probability that an account which never changes its position size ever loses a share of its capital.
///
///     exp(-2 mean / variance * share)      mean and variance of session returns on the capital
///
/// The probability that a Brownian motion with this drift ever falls so far; 1 if the mean is not positive. It knows
/// nothing of fat tails, nor of the chance that the true mean is below the measured one: see its interval for that.
/// The interval follows from the interval of the mean, the variance being taken as known.
/// Source: D. Cox, H. Miller, "The Theory of Stochastic Processes" (1965), section 5.7. The formula of quantstats,
/// ((1 - w) / (1 + w))^n with the win share w in place of the edge, does not know the capital and falls with any
/// longer record; it is not used.
package enum RiskOfRuin {
  /// Nil for a series that is not in fractions of capital, below the floor, or for constant results.
  ///
  /// - Precondition: `share` is positive; 1 is all capital.
  package static func probability(
    _ series: ResultSeries, ofLosing share: Double = 1, floor: SampleFloor = .standard
  ) -> Estimate? {
    precondition(share > 0, "a positive share of capital")
    guard series.unit == .fraction, series.count >= floor.sessions, let moments = SampleMoments(series.results) else {
      return nil
    }
    let variance = moments.deviation * moments.deviation
    func ruin(_ mean: Double) -> Double { mean > 0 ? exp(-2 * mean / variance * share) : 1 }
    let reach = ConfidenceInterval.normal95 * moments.deviation / Double(moments.count).squareRoot()
    return Estimate(
      value: ruin(moments.mean), unit: .fraction, standardError: nil,
      interval: ConfidenceInterval(
        lower: ruin(moments.mean + reach), upper: ruin(moments.mean - reach), level: 0.95),
      observations: moments.count)
  }
}
