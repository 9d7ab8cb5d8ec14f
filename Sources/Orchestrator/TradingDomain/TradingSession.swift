// One day's trading hours of one instrument.

/// Trading hours of one session, as instants.
package struct TradingSession: Hashable, Sendable {
  package var date: SessionDate
  /// Continuous trading starts.
  package var open: Timestamp
  /// Continuous trading ends.
  package var close: Timestamp

  package init(date: SessionDate, open: Timestamp, close: Timestamp) {
    self.date = date
    self.open = open
    self.close = close
  }

  @inlinable package func contains(_ time: Timestamp) -> Bool { time >= open && time < close }
}
