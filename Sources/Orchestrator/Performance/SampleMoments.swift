// Mean, spread and shape of a series of results.

import QuantMath

/// Moments of at least two finite values that are not all equal.
struct SampleMoments: Hashable, Sendable {
  let count: Int
  let mean: Double
  /// Divisor n - 1; positive.
  let deviation: Double
  /// Third standardised moment, population form.
  let skewness: Double
  /// Fourth standardised moment, population form, not in excess (3 for a normal distribution).
  let kurtosis: Double

  init?(_ values: [Double]) {
    var moments = RunningMoments()
    for value in values { moments.update(value) }
    guard let deviation = moments.standardDeviation, deviation > 0, deviation.isFinite else { return nil }
    var third = 0.0
    var fourth = 0.0
    for value in values {
      let square = (value - moments.mean) * (value - moments.mean)
      third += square * (value - moments.mean)
      fourth += square * square
    }
    let n = Double(values.count)
    let variance = moments.squaredDeviations / n
    count = values.count
    mean = moments.mean
    self.deviation = deviation
    skewness = third / n / (variance * variance.squareRoot())
    kurtosis = fourth / n / (variance * variance)
  }
}

/// The standard error of a statistic from the influence of each observation on it (delta method): the standard
/// deviation of the influences (divisor n - 1) over sqrt(n). Nil below two observations.
func standardError(influences: [Double]) -> Double? {
  var moments = RunningMoments()
  for influence in influences { moments.update(influence) }
  return moments.standardErrorOfMean
}
