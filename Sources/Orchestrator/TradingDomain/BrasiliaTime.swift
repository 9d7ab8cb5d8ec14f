// The exchange's wall clock: conversion between UTC nanoseconds and Sao Paulo local time.

/// Sao Paulo local time, with the daylight-saving rules in force since 2008.
///
/// Source: decree 6,558 of 2008 (third Sunday of October to third Sunday of February, a week later when that is
/// carnival Sunday), decree 9,242 of 2017 (from 2018 on, first Sunday of November) and decree 9,772 of 2019, which
/// abolished daylight saving. Days before 2008-10 are treated as standard time.
public enum BrasiliaTime {
  /// UTC offset in standard time: -3 hours.
  public static let standardOffset = Nanoseconds.seconds(-3 * 3600)

  /// Start (inclusive) and end (exclusive) dates of daylight saving; clocks change at local midnight.
  static let daylightSavingPeriods: [(start: SessionDate, end: SessionDate)] = {
    let days: [(Int, Int, Int, Int, Int, Int)] = [
      (2008, 10, 19, 2009, 2, 15), (2009, 10, 18, 2010, 2, 21), (2010, 10, 17, 2011, 2, 20),
      (2011, 10, 16, 2012, 2, 26), (2012, 10, 21, 2013, 2, 17), (2013, 10, 20, 2014, 2, 16),
      (2014, 10, 19, 2015, 2, 22), (2015, 10, 18, 2016, 2, 21), (2016, 10, 16, 2017, 2, 19),
      (2017, 10, 15, 2018, 2, 18), (2018, 11, 4, 2019, 2, 17),
    ]
    return days.map { period in
      let (startYear, startMonth, startDay, endYear, endMonth, endDay) = period
      guard let start = SessionDate(year: startYear, month: startMonth, day: startDay),
        let end = SessionDate(year: endYear, month: endMonth, day: endDay)
      else { preconditionFailure("daylight-saving table holds an impossible date") }
      return (start, end)
    }
  }()

  /// Local time minus UTC on `date`, for times of day after the change of clocks at midnight.
  public static func offset(on date: SessionDate) -> Nanoseconds {
    for period in daylightSavingPeriods where date >= period.start && date < period.end {
      return .seconds(-2 * 3600)
    }
    return standardOffset
  }

  /// The instant at which local clocks on `date` show `timeOfDay` (nanoseconds since local midnight).
  public static func timestamp(_ date: SessionDate, timeOfDay: Nanoseconds) -> Timestamp {
    Timestamp(nanoseconds: Int64(date.dayNumber) * 86_400_000_000_000 + timeOfDay.count - offset(on: date).count)
  }

  /// The local day and nanoseconds since local midnight at `time`.
  public static func local(_ time: Timestamp) -> (date: SessionDate, timeOfDay: Nanoseconds) {
    let day: Int64 = 86_400_000_000_000
    func split(_ offset: Nanoseconds) -> (SessionDate, Nanoseconds) {
      let shifted = time.nanoseconds + offset.count
      let number = shifted >= 0 ? shifted / day : (shifted - day + 1) / day
      return (SessionDate(dayNumber: Int32(number)), Nanoseconds(shifted - number * day))
    }
    let standard = split(standardOffset)
    let offset = offset(on: standard.0)
    return offset == standardOffset ? standard : split(offset)
  }
}
