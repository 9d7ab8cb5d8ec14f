// How fat the tails of a sample are, in one pass.

/// Mean, variance and kurtosis of a growing sample.
///
/// Source: P. Pebay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order statistical
/// moments", Sandia report SAND2008-6212 (2008).
package struct TailMoments: Hashable, Sendable {
  package private(set) var count = 0
  package private(set) var mean = 0.0
  /// Sums of the second, third and fourth powers of deviations from the mean.
  private var second = 0.0
  private var third = 0.0
  private var fourth = 0.0

  /// An empty sample.
  package init() {}

  /// Adds one value.
  package mutating func update(_ value: Double) {
    let before = Double(count)
    count += 1
    let n = Double(count)
    let delta = value - mean
    let step = delta / n
    let square = step * step
    let term = delta * step * before
    mean += step
    fourth += term * square * (n * n - 3 * n + 3) + 6 * square * second - 4 * step * third
    third += term * step * (n - 2) - 3 * step * second
    second += term
  }

  /// Population standard deviation; nil without values.
  package var deviation: Double? { count > 0 ? (second / Double(count)).squareRoot() : nil }

  /// Fourth standardised moment, 3 for a normal distribution; nil below four values or for a constant sample.
  package var kurtosis: Double? {
    guard count > 3, second > 0 else { return nil }
    return Double(count) * fourth / (second * second)
  }
}
