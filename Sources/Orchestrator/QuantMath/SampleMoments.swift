// Mean, spread and shape of a series of results.

/// Moments of at least two finite values that are not all equal.
package struct SampleMoments: Hashable, Sendable {
  /// Number of values.
  package let count: Int
  package let mean: Double
  /// Divisor n - 1; positive.
  package let deviation: Double
  /// Third standardised moment, population form: 0 for a normal distribution.
  package let skewness: Double
  /// Fourth standardised moment, population form, not in excess: 3 for a normal distribution.
  package let kurtosis: Double

  /// Nil below two values, for a constant series, or if any value is not finite.
  package init?(_ values: [Double]) {
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

  /// Skewness G1 = g1 sqrt(n (n - 1)) / (n - 2): the form that is unbiased for normal samples. Nil below three values.
  ///
  /// Source: D. Joanes, C. Gill, "Comparing measures of sample skewness and kurtosis", The Statistician 47(1) (1998).
  package var adjustedSkewness: Double? {
    guard count > 2 else { return nil }
    let n = Double(count)
    return skewness * (n * (n - 1)).squareRoot() / (n - 2)
  }

  /// Excess kurtosis G2 = ((n + 1) g2 + 6) (n - 1) / ((n - 2) (n - 3)), with g2 in excess of 3: unbiased for normal
  /// samples. Nil below four values.
  ///
  /// Source: as ``adjustedSkewness``.
  package var adjustedExcessKurtosis: Double? {
    guard count > 3 else { return nil }
    let n = Double(count)
    return ((n + 1) * (kurtosis - 3) + 6) * (n - 1) / ((n - 2) * (n - 3))
  }
}
