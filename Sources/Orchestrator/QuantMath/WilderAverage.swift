// Wilder's smoothing, as RSI, ATR and ADX use it.

/// Wilder's moving average: the mean of the first `period` values, then `y = (y (period - 1) + x) / period`.
///
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
@frozen package struct WilderAverage: Hashable, Sendable {
  /// Number of values in the seed, and the reciprocal of the newest value's weight.
  package let period: Int
  private var sum: Double
  private var count: Int

  /// - Precondition: `period` is at least 1.
  package init(period: Int) {
    precondition(period >= 1, "a smoothing period must be at least 1")
    self.period = period
    sum = 0
    count = 0
  }

  /// The average; nil until `period` values have been seen.
  package var value: Double? { count < period ? nil : sum }

  /// Adds one value and returns the average once it exists.
  @discardableResult package mutating func update(_ sample: Double) -> Double? {
    if count < period {
      sum += sample
      count += 1
      guard count == period else { return nil }
      sum /= Double(period)
    } else {
      sum = (sum * Double(period - 1) + sample) / Double(period)
    }
    return sum
  }

  /// Forgets everything.
  package mutating func reset() {
    sum = 0
    count = 0
  }
}
