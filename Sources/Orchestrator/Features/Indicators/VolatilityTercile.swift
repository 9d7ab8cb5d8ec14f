// Whether the price moves little, usually or much, compared with its own recent past.

import QuantMath

/// Places the standard deviation of the last 20 closes among its own last 50 values.
///
/// The rank is the average rank in percent, as `rolling(50).rank(pct=True)` gives it, and is cut at 33 and 67 percent;
/// it is `usual` until 50 values exist. The deviations are ranked by their exact integer variances, so equal windows
/// tie, which a running floating-point deviation does not promise.
/// Source: ML Trading v2.0, src/ml_features.py.
package struct VolatilityTercile: ~Copyable {
  /// The three levels.
  @frozen package enum Level: UInt8, Sendable {
    case low = 0
    case usual = 1
    case high = 2
  }

  /// Closes in a deviation.
  package static let deviationBars = 20
  /// Deviations in the ranking.
  package static let rankingBars = 50
  /// Bars until the rank exists.
  package static let warmUpBars = deviationBars + rankingBars - 1

  private var closes = RollingIntegerMoments(capacity: deviationBars)
  private var variances = RollingOrderStatistics(capacity: rankingBars)
  /// The level at the last bar.
  package private(set) var level = Level.usual

  /// No bar seen yet.
  package init() {}

  /// Adds the close of the next bar in ticks.
  package mutating func update(_ close: Int64) {
    closes.update(close)
    guard closes.isFull else { return }
    let variance = closes.scaledVarianceRounded
    variances.update(variance)
    guard variances.isFull else { return }
    // Twice the average rank, in whole numbers: 2 (smaller + (equal + 1) / 2). Per 50 values it is also the percentage.
    let rank = variances.rank(of: variance)
    let percent = 2 * rank.smaller + rank.equal + 1
    level = percent <= 33 ? .low : percent <= 67 ? .usual : .high
  }

  /// Forgets everything.
  package mutating func reset() {
    closes.reset()
    variances.reset()
    level = .usual
  }
}
