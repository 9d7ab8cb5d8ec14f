// One day's trading hours of one instrument.

/// Trading hours of one session, as instants.
public struct TradingSession: Hashable, Sendable {
  /// The day.
  public var date: SessionDate
  /// Continuous trading starts.
  public var open: Timestamp
  /// Continuous trading ends.
  public var close: Timestamp

  /// Every field as given.
  public init(date: SessionDate, open: Timestamp, close: Timestamp) {
    self.date = date
    self.open = open
    self.close = close
  }

  /// Whether `time` lies between open (inclusive) and close (exclusive).
  @inlinable public func contains(_ time: Timestamp) -> Bool { time >= open && time < close }
}
