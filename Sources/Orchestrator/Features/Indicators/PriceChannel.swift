// Highest high and lowest low of the last bars.

import QuantMath

/// The Donchian channel over the last `period` bars, in ticks.
///
/// TA-Lib's MAX of the highs, MIN of the lows; their mean is MIDPRICE, which is also Ichimoku's conversion line.
package struct PriceChannel: ~Copyable {
  private var highs: RollingExtremum
  private var lows: RollingExtremum

  /// - Precondition: `period` is at least 1.
  package init(period: Int) {
    highs = RollingExtremum(.maximum, capacity: period)
    lows = RollingExtremum(.minimum, capacity: period)
  }

  /// Highest high and lowest low; nil until `period` bars have been seen.
  package var bounds: (highest: Int64, lowest: Int64)? {
    guard highs.isFull, let highest = highs.value, let lowest = lows.value else { return nil }
    return (highest, lowest)
  }

  /// Highest high minus lowest low, in ticks.
  package var range: Double? { bounds.map { Double($0.highest - $0.lowest) } }

  /// Mean of highest high and lowest low, in ticks.
  package var midpoint: Double? { bounds.map { Double($0.highest + $0.lowest) / 2 } }

  /// Adds one bar (prices in ticks).
  package mutating func update(high: Int64, low: Int64) {
    highs.update(high)
    lows.update(low)
  }

  /// Forgets everything.
  package mutating func reset() {
    highs.reset()
    lows.reset()
  }
}
