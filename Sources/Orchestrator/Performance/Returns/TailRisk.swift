// What a bad session costs: value at risk and expected shortfall, by the sample and by the normal distribution.

import Glibc
import QuantMath

/// Losses of the worst sessions at one level; positive numbers are losses, in the unit of the series.
package struct TailRisk: Hashable, Sendable {
  /// For example 0.95: the loss that a session exceeds with probability 0.05.
  package let level: Double
  /// The sample's quantile with the sign turned, with an interval by order statistics.
  package let historicValueAtRisk: Estimate?
  /// -(mean + z deviation), z the normal quantile of 1 - level.
  ///
  /// Standard error s sqrt((1 + z^2 / 2) / n) for independent normal results.
  /// Source: P. Jorion, "Value at Risk", 3rd edition (2006), section 5.3.
  package let normalValueAtRisk: Estimate?
  /// Mean loss of the sessions at or beyond the quantile.
  ///
  /// Standard error from the influence (r - q) 1{r <= q} / (1 - level) of a session with result r.
  /// Source: S. X. Chen, "Nonparametric estimation of expected shortfall", Journal of Financial Econometrics 6 (2008).
  package let historicShortfall: Estimate?
  /// -mean + deviation phi(z) / (1 - level), phi the normal density.
  ///
  /// Standard error s sqrt((1 + h^2 / 2) / n) with h = phi(z) / (1 - level), for independent normal results.
  package let normalShortfall: Estimate?

  /// - Precondition: 0.5 < level < 1.
  package init(_ series: ResultSeries, level: Double, floor: SampleFloor = .standard) {
    precondition(level > 0.5 && level < 1, "a tail begins between the middle and the end of a distribution")
    self.level = level
    let (results, unit, tail) = (series.results, series.unit, 1 - level)
    let isEnough = results.count >= floor.sessions
    let sorted = results.sorted()
    if isEnough, floor.allows(quantile: tail, count: results.count),
      let quantile = SampleQuantile.estimate(sorted, tail, unit: unit)
    {
      historicValueAtRisk = Self.negated(quantile)
      historicShortfall = Self.shortfall(results, quantile: quantile.value, tail: tail, unit: unit)
    } else {
      historicValueAtRisk = nil
      historicShortfall = nil
    }
    guard isEnough, let moments = SampleMoments(results) else {
      (normalValueAtRisk, normalShortfall) = (nil, nil)
      return
    }
    let z = normalQuantile(tail)
    let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot() / tail
    func estimate(_ reach: Double) -> Estimate {
      Estimate(
        value: reach * moments.deviation - moments.mean, unit: unit,
        standardError: moments.deviation * ((1 + reach * reach / 2) / Double(moments.count)).squareRoot(),
        observations: moments.count)
    }
    normalValueAtRisk = estimate(-z)
    normalShortfall = estimate(density)
  }

  private static func shortfall(_ results: [Double], quantile: Double, tail: Double, unit: MetricUnit) -> Estimate? {
    let beyond = results.filter { $0 <= quantile }
    guard !beyond.isEmpty else { return nil }
    let influences = results.map { $0 <= quantile ? ($0 - quantile) / tail : 0 }
    return Estimate(
      value: -beyond.reduce(0, +) / Double(beyond.count), unit: unit,
      standardError: standardError(influences: influences), observations: beyond.count)
  }

  private static func negated(_ estimate: Estimate) -> Estimate {
    Estimate(
      value: -estimate.value, unit: estimate.unit, standardError: estimate.standardError,
      interval: estimate.interval.map {
        ConfidenceInterval(lower: -$0.upper, upper: -$0.lower, level: $0.level)
      }, observations: estimate.observations)
  }
}
