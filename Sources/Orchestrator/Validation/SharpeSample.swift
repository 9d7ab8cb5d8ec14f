// A Sharpe ratio with the moments that its uncertainty depends on.

import Glibc
import QuantMath

/// The Sharpe ratio of one series of per-period results, not annualised, and the shape of that series.
package struct SharpeSample: Hashable, Sendable {
  /// Number of periods, at least 2.
  package var count: Int
  /// Mean over standard deviation (divisor n - 1), per period.
  package var ratio: Double
  /// Third standardised moment (population form); 0 for a normal distribution.
  package var skewness: Double
  /// Fourth standardised moment (population form), not in excess: 3 for a normal distribution.
  package var kurtosis: Double

  /// A sample described by its moments.
  package init(count: Int, ratio: Double, skewness: Double, kurtosis: Double) {
    self.count = count
    self.ratio = ratio
    self.skewness = skewness
    self.kurtosis = kurtosis
  }

  /// The moments of `results`, one per period; nil below two periods, for a constant series, or if any is not finite.
  package init?(_ results: [Double]) {
    guard let moments = SampleMoments(results) else { return nil }
    self.init(
      count: moments.count, ratio: moments.mean / moments.deviation, skewness: moments.skewness,
      kurtosis: moments.kurtosis)
  }

  /// 1 - g3 SR + (g4 - 1)/4 SR^2: n - 1 times the variance of the estimated ratio, for independent results of any
  /// distribution with four moments. Nil where skewness and kurtosis contradict each other so that it is not positive.
  ///
  /// Source: E. Mertens, "Comments on variance of the IID estimator in Lo (2002)" (2002).
  package var varianceFactor: Double? {
    let factor = 1 - skewness * ratio + (kurtosis - 1) / 4 * ratio * ratio
    return factor > 0 && factor.isFinite ? factor : nil
  }
}

/// The probability that a standard normal variable is at most `value`.
func normalProbability(below value: Double) -> Double { 0.5 * erfc(-value / (2.0).squareRoot()) }
