// The exponential moving average of a period, with the seed as a choice.

import QuantMath

/// How a recursive average starts. The choice decays geometrically, but it is why two libraries disagree at first.
@frozen package enum AverageSeeding: UInt8, Sendable {
  /// The first value is the average (`ewm(adjust=False)` in pandas, and the v2 features).
  case firstValue = 0
  /// The mean of the first `period` values, nothing before (TA-Lib).
  case simpleMean = 1
}

/// Exponential moving average `y = y + 2 / (period + 1) (x - y)`.
///
/// TA-Lib's EMA with ``AverageSeeding/simpleMean``.
package struct ExponentialMovingAverage: Sendable {
  /// The period, also called span.
  package let period: Int
  private let seeding: AverageSeeding
  private var average: ExponentialAverage
  private var seedSum = 0.0
  private var count = 0

  /// - Precondition: `period` is at least 1.
  package init(period: Int, seeding: AverageSeeding) {
    self.period = period
    self.seeding = seeding
    average = ExponentialAverage(span: period)
  }

  /// The average; nil until seeded.
  package var value: Double? { average.value }

  /// Adds one value and returns the average once it exists.
  @discardableResult package mutating func update(_ sample: Double) -> Double? {
    guard average.value == nil, seeding == .simpleMean else { return average.update(sample) }
    seedSum += sample
    count += 1
    return count == period ? average.update(seedSum / Double(period)) : nil
  }

  /// Forgets everything.
  package mutating func reset() {
    average.reset()
    seedSum = 0
    count = 0
  }
}
