// Prices of a stretch of time, and fewer of them.

package import TradingDomain

/// Open, high, low and close in points.
package struct PriceBar: Hashable, Sendable {
  /// Start of the bar.
  package var time: Timestamp
  package var open: Double
  package var high: Double
  package var low: Double
  package var close: Double

  /// Every field as given.
  package init(time: Timestamp, open: Double, high: Double, low: Double, close: Double) {
    self.time = time
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }

  /// At most `limit` bars with the same extremes: neighbours are merged.
  package static func merged(_ bars: [PriceBar], limit: Int) -> [PriceBar] {
    ChartThinning.groups(count: bars.count, limit: limit).map { group in
      var bar = bars[group.lowerBound]
      for next in bars[group].dropFirst() {
        bar.high = max(bar.high, next.high)
        bar.low = min(bar.low, next.low)
        bar.close = next.close
      }
      return bar
    }
  }
}
