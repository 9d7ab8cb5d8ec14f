// A value at a time, the point of most lines of the report.

package import TradingDomain

/// One value at one time.
package struct TimedValue: Hashable, Sendable {
  /// When the value came to be.
  package var time: Timestamp
  /// The value, in the unit of its chart.
  package var value: Double

  /// Every field as given.
  package init(time: Timestamp, value: Double) {
    self.time = time
    self.value = value
  }
}

extension EquityCurve {
  /// Profit since the opening in BRL, opening included. An axis that held a large account's capital would make its
  /// profit a flat line.
  package var profitBRL: [TimedValue] {
    ([opening] + points).map { TimedValue(time: $0.time, value: ($0.equity - opening.equity).brl) }
  }
}
