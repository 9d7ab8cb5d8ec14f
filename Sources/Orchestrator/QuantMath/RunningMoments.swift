// Mean and variance of everything seen so far.

/// Mean and variance of a growing sample in one pass.
///
/// Source: Welford (1962), doi:10.1080/00401706.1962.10490022; merging after Chan, Golub and LeVeque (1979).
@frozen package struct RunningMoments: Hashable, Sendable {
  /// Number of values.
  package private(set) var count: Int
  /// Arithmetic mean; 0 before the first value.
  package private(set) var mean: Double
  /// Sum of squared deviations from the mean.
  package private(set) var squaredDeviations: Double

  /// An empty sample.
  package init() {
    count = 0
    mean = 0
    squaredDeviations = 0
  }

  /// Adds one value.
  package mutating func update(_ value: Double) {
    count += 1
    let deviation = value - mean
    mean += deviation / Double(count)
    squaredDeviations += deviation * (value - mean)
  }

  /// Adds all of another sample.
  package mutating func merge(_ other: RunningMoments) {
    guard other.count > 0 else { return }
    guard count > 0 else {
      self = other
      return
    }
    let total = Double(count + other.count)
    let difference = other.mean - mean
    squaredDeviations +=
      other.squaredDeviations + difference * difference * (Double(count) * Double(other.count) / total)
    mean += difference * Double(other.count) / total
    count += other.count
  }

  /// Sample variance (divisor n - 1); nil below two values.
  package var variance: Double? { count > 1 ? squaredDeviations / Double(count - 1) : nil }

  /// Population variance (divisor n); nil without values.
  package var populationVariance: Double? { count > 0 ? squaredDeviations / Double(count) : nil }

  /// Sample standard deviation; nil below two values.
  package var standardDeviation: Double? { variance.map { $0.squareRoot() } }

  /// Standard error of the mean; nil below two values. Assumes independent values.
  package var standardErrorOfMean: Double? { variance.map { ($0 / Double(count)).squareRoot() } }
}
