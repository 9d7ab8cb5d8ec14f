// Exponentially weighted mean.

import Glibc

/// The exponentially weighted mean `y = y + weight (x - y)`, seeded by its first value.
///
/// This is the recursive form (`ewm(adjust=False)` in pandas).
@frozen package struct ExponentialAverage: Hashable, Sendable {
  /// Weight of the newest value, in (0, 1].
  package let weight: Double
  /// The mean; nil before the first value.
  package private(set) var value: Double?

  /// - Precondition: `weight` is in (0, 1].
  package init(weight: Double) {
    precondition(weight > 0 && weight <= 1, "an exponential weight must lie in (0, 1]")
    self.weight = weight
  }

  /// Weight 2 / (span + 1): the mean age of the weights equals that of a simple average over `span` values.
  ///
  /// - Precondition: `span` is at least 1.
  package init(span: Int) {
    precondition(span >= 1, "a span must be at least 1")
    self.init(weight: 2 / (Double(span) + 1))
  }

  /// Weight 1 - 2^(-1 / halfLife): after `halfLife` updates a value counts half.
  ///
  /// - Precondition: `halfLife` is positive.
  package init(halfLife: Double) {
    precondition(halfLife > 0, "a half-life must be positive")
    self.init(weight: -expm1(-0.693_147_180_559_945_309 / halfLife))
  }

  /// Adds one value and returns the new mean.
  @discardableResult package mutating func update(_ sample: Double) -> Double {
    let next = value.map { $0 + weight * (sample - $0) } ?? sample
    value = next
    return next
  }

  /// Forgets everything.
  package mutating func reset() { value = nil }
}
