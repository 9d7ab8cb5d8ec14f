// Standard errors of statistics that are more than means.

import QuantMath

/// The standard error of a statistic from the influence of each observation on it (delta method): the standard
/// deviation of the influences (divisor n - 1) over sqrt(n). Nil below two observations.
func standardError(influences: [Double]) -> Double? {
  var moments = RunningMoments()
  for influence in influences { moments.update(influence) }
  return moments.standardErrorOfMean
}

/// The jackknife standard error of a statistic that depends on sums over independent observations.
///
///     SE^2 = (n - 1) / n * sum over i of (t(-i) - mean of t(-i))^2        t(-i): the statistic without observation i
///
/// Leaving an observation out takes its contributions from the sums, so that n statistics cost n evaluations. Nil below
/// two observations, or if the statistic does not exist without one of them: then the error is not known either.
/// Source: R. Miller, "The jackknife: a review", Biometrika 61(1) (1974).
///
/// - Parameter contributions: What each observation adds to the (at most eight) sums.
func jackknifeError(
  _ contributions: [SIMD8<Double>], of statistic: (SIMD8<Double>) -> Double?
) -> Double? {
  let sums = contributions.reduce(into: SIMD8<Double>.zero) { $0 += $1 }
  var moments = RunningMoments()
  for contribution in contributions {
    guard let without = statistic(sums - contribution), without.isFinite else { return nil }
    moments.update(without)
  }
  guard moments.count > 1 else { return nil }
  let n = Double(moments.count)
  return ((n - 1) / n * moments.squaredDeviations).squareRoot()
}
