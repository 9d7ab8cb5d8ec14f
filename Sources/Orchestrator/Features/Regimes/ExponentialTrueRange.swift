// Mean true range as the predecessor system smoothed it.

import QuantMath

/// Exponential average of the true range, in ticks: max(H, C[1]) - min(L, C[1]), of the first bar H - L.
///
/// Not Wilder's average: it forgets about twice as fast. Source: ML Trading v2.0, src/technical_indicators.py.
package struct ExponentialTrueRange: Sendable {
  private var previousClose: Int64?
  private var average: ExponentialAverage

  /// - Precondition: `period` is at least 1.
  package init(period: Int) { average = ExponentialAverage(span: period) }

  /// The average in ticks; nil before the first bar.
  package var value: Double? { average.value }

  /// Adds one bar (prices in ticks) and returns the average.
  @discardableResult package mutating func update(high: Int64, low: Int64, close: Int64) -> Double {
    let top = max(high, previousClose ?? high)
    let bottom = min(low, previousClose ?? low)
    previousClose = close
    return average.update(Double(top - bottom))
  }
}
