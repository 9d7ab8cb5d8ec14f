// Makes the scores of a search look normal, so that a few very bad ones do not hide the good ones' differences.

import Glibc

/// The Yeo-Johnson transform with the most likely exponent, then mean 0 and variance 1. Order is kept.
///
/// Source: I.-K. Yeo, R. A. Johnson, "A new family of power transformations to improve normality or symmetry" (2000);
/// for its use in searches, A. Cowen-Rivers et al., "HEBO" (2022).
package enum PowerTransform {
  /// The transformed values; all 0 where they are equal.
  package static func standardised(_ values: [Double]) -> [Double] {
    let plain = scaled(values)
    guard values.count >= 3, plain.contains(where: { $0 != 0 }) else { return plain }
    // Golden section over the exponent.
    let share = (5.0.squareRoot() - 1) / 2
    var (low, high) = (-4.0, 4.0)
    for _ in 0..<24 {
      let (left, right) = (high - share * (high - low), low + share * (high - low))
      if logLikelihood(plain, left) < logLikelihood(plain, right) { low = left } else { high = right }
    }
    return scaled(plain.map { transformed($0, (low + high) / 2) })
  }

  private static func transformed(_ value: Double, _ exponent: Double) -> Double {
    if value >= 0 {
      return abs(exponent) < 1e-9 ? log1p(value) : (pow(1 + value, exponent) - 1) / exponent
    }
    let other = 2 - exponent
    return abs(other) < 1e-9 ? -log1p(-value) : -(pow(1 - value, other) - 1) / other
  }

  private static func logLikelihood(_ values: [Double], _ exponent: Double) -> Double {
    let results = values.map { transformed($0, exponent) }
    let mean = results.reduce(0, +) / Double(results.count)
    let variance = results.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(results.count)
    guard variance > 0, variance.isFinite else { return -.infinity }
    let jacobian = values.reduce(0) { $0 + ($1 < 0 ? -1 : 1) * log1p(abs($1)) }
    return -0.5 * Double(values.count) * log(variance) + (exponent - 1) * jacobian
  }

  private static func scaled(_ values: [Double]) -> [Double] {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(1, values.count))
    let deviation = variance.squareRoot()
    return values.map { deviation > 0 && deviation.isFinite ? ($0 - mean) / deviation : 0 }
  }
}
