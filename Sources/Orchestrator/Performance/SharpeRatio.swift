// Reward per unit of variability.

import QuantMath

/// The Sharpe ratio of a series of results, one per period, with its standard error.
///
///     SR = mean / standard deviation (divisor n - 1)
///
/// Results are profits or returns in excess of the risk-free rate; the profit of a future is, since it needs no
/// funding.
/// Source: W. Sharpe, "The Sharpe ratio", Journal of Portfolio Management 21(1) (1994).
package struct SharpeRatio: Hashable, Sendable {
  /// Per period, not annualised.
  package let value: Double
  /// Number of periods.
  package let count: Int
  /// sqrt((1 + SR^2 / 2) / n): for independent normal results.
  ///
  /// Source: A. Lo, "The statistics of Sharpe ratios", Financial Analysts Journal 58(4) (2002), equation 9.
  package let normalStandardError: Double
  /// sqrt((1 + SR^2 / 2 - g3 SR + (g4 - 3) / 4 SR^2) / n): for independent results of any shape.
  ///
  /// Skewness g3 and kurtosis g4 are the sample's. Nil in the rare sample whose moments make the radicand negative.
  /// Source: E. Mertens, "Comments on variance of the IID estimator in Lo (2002)" (2002).
  package let standardError: Double?

  /// Nil below two periods, for constant results, or if a result is not finite: then the ratio has no value.
  package init?(_ results: [Double]) {
    guard let moments = SampleMoments(results) else { return nil }
    let ratio = moments.mean / moments.deviation
    let n = Double(moments.count)
    value = ratio
    count = moments.count
    normalStandardError = ((1 + ratio * ratio / 2) / n).squareRoot()
    let variance = 1 + ratio * ratio / 2 - moments.skewness * ratio + (moments.kurtosis - 3) / 4 * ratio * ratio
    standardError = variance > 0 ? (variance / n).squareRoot() : nil
  }

  /// The ratio per period.
  package var perPeriod: Estimate {
    Estimate(value: value, unit: .perPeriod, standardError: standardError, observations: count)
  }

  /// The ratio per year: value and standard error times sqrt(periods per year).
  ///
  /// Valid for independent periods; positive autocorrelation makes it too high (Lo 2002, section "Time aggregation").
  /// - Precondition: `periodsPerYear` is positive.
  package func annualised(periodsPerYear: Double) -> Estimate {
    precondition(periodsPerYear > 0, "a year has a positive number of periods")
    let scale = periodsPerYear.squareRoot()
    return Estimate(
      value: value * scale, unit: .perYear, standardError: standardError.map { $0 * scale }, observations: count)
  }
}
