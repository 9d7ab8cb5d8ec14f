// Quantiles of a sample, with intervals that hold for any distribution.

import Glibc

/// A quantile of a sample.
package enum SampleQuantile {
  /// The quantile of ascending `sorted` values, linear between neighbours: type 7 of Hyndman and Fan, the default of
  /// numpy and pandas. Nil without values.
  ///
  /// Source: R. Hyndman, Y. Fan, "Sample quantiles in statistical packages", The American Statistician 50(4) (1996).
  ///
  /// - Precondition: 0 <= share <= 1.
  package static func value(_ sorted: [Double], _ share: Double) -> Double? {
    precondition(share >= 0 && share <= 1, "a quantile needs a share between 0 and 1")
    guard let last = sorted.indices.last else { return nil }
    let place = share * Double(last)
    let below = Int(place)
    guard below < last else { return sorted[last] }
    return sorted[below] + (place - Double(below)) * (sorted[below + 1] - sorted[below])
  }

  /// The quantile with an interval between two order statistics, chosen by the binomial distribution of how many
  /// observations lie below the true quantile; the standard error is that interval's width over twice 1.96.
  ///
  /// The level is at least 95 % for independent values of any continuous distribution. Where the sample is too small
  /// to have an order statistic on both sides, interval and error are absent.
  /// Source: W. Conover, "Practical Nonparametric Statistics", section 3.2.
  package static func estimate(_ sorted: [Double], _ share: Double, unit: MetricUnit) -> Estimate? {
    guard let value = value(sorted, share) else { return nil }
    guard let ranks = ranks(count: sorted.count, share: share, level: 0.95) else {
      return Estimate(value: value, unit: unit, observations: sorted.count)
    }
    let interval = ConfidenceInterval(lower: sorted[ranks.lower - 1], upper: sorted[ranks.upper - 1], level: 0.95)
    return Estimate(
      value: value, unit: unit, standardError: (interval.upper - interval.lower) / (2 * ConfidenceInterval.normal95),
      interval: interval, observations: sorted.count)
  }

  /// The median with its interval, as ``estimate(_:_:unit:)``. Nil without values.
  package static func median(_ values: [Double], unit: MetricUnit) -> Estimate? {
    estimate(values.sorted(), 0.5, unit: unit)
  }

  /// Ranks from 1 of the order statistics that enclose the quantile: the highest lower one and the lowest upper one
  /// that each leave at most half of 1 - level outside. Nil where one of them does not exist.
  static func ranks(count: Int, share: Double, level: Double) -> (lower: Int, upper: Int)? {
    guard share > 0, share < 1 else { return nil }
    let tail = (1 - level) / 2
    let probabilities = (0...count).map { binomial(count, $0, share) }
    var lower: Int?
    var below = 0.0
    for rank in 0..<count {
      below += probabilities[rank]
      if below > tail { break }
      lower = rank + 1
    }
    var upper: Int?
    var above = 0.0
    for rank in stride(from: count, through: 1, by: -1) {
      above += probabilities[rank]
      if above > tail { break }
      upper = rank
    }
    guard let lower, let upper else { return nil }
    return (lower, upper)
  }

  /// The probability of `hits` in `count` independent trials.
  private static func binomial(_ count: Int, _ hits: Int, _ share: Double) -> Double {
    let (n, k) = (Double(count), Double(hits))
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(share) + (n - k) * log1p(-share))
  }
}
