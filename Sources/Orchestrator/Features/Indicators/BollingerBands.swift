// Mean and standard deviation of the last closes, as a band around the price.

import QuantMath

/// Bollinger bands: mean +- `deviations` standard deviations of the last `period` closes, in ticks.
///
/// Sums are exact integers, so a flat window has a width of exactly 0.
/// Source: J. Bollinger, "Bollinger on Bollinger Bands", 2001. TA-Lib's BBANDS with ``Divisor/population``.
package struct BollingerBands: ~Copyable {
  /// The divisor of the variance.
  @frozen package enum Divisor: UInt8, Sendable {
    /// n: TA-Lib.
    case population = 0
    /// n - 1: pandas' default and the v2 system.
    case sample = 1
  }

  private let deviations: Double
  private let divisor: Divisor
  private var closes: RollingIntegerMoments

  /// - Precondition: `period` is at least 2.
  package init(period: Int, deviations: Double, divisor: Divisor) {
    precondition(period >= 2, "a band needs at least two closes")
    self.deviations = deviations
    self.divisor = divisor
    closes = RollingIntegerMoments(capacity: period)
  }

  /// Mean of the window; nil until full.
  package var middle: Double? { closes.isFull ? closes.mean : nil }

  /// Distance of either band from the middle; nil until full.
  package var halfWidth: Double? {
    guard closes.isFull else { return nil }
    let variance = divisor == .sample ? closes.variance : closes.populationVariance
    return variance.map { deviations * $0.squareRoot() }
  }

  /// Adds the close of the next bar in ticks.
  package mutating func update(_ close: Int64) { closes.update(close) }

  /// Forgets everything.
  package mutating func reset() { closes.reset() }
}
