// Which exchange day an instant belongs to, without a division per row.

import TradingDomain

/// The exchange day of a run of instants; recomputed only when an instant leaves the day.
struct DayCursor {
  private(set) var date = SessionDate(dayNumber: .min)
  private var start = Timestamp.distantFuture
  private var end = Timestamp.distantPast

  /// Moves to the day of `time`; true when that is another day than before.
  @inline(__always)
  mutating func move(to time: Timestamp) -> Bool {
    if time >= start, time < end { return false }
    date = BrasiliaTime.local(time).date
    start = BrasiliaTime.timestamp(date, timeOfDay: .zero)
    // The next midnight by the next day's own offset, so that days on which clocks change are 23 or 25 hours long.
    end = BrasiliaTime.timestamp(date.advanced(by: 1), timeOfDay: .zero)
    if time >= end { end = time + Nanoseconds(1) }
    if time < start { start = time }
    return true
  }
}

/// The rows of one day within an array of rows.
struct DaySlice: Equatable {
  var date: SessionDate
  var rows: Range<Int>
}
