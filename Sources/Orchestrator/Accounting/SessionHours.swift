// Trading hours by family and date. The exchange moves them with U.S. daylight saving; each row says what shows it.

package import TradingDomain

/// Hours of continuous trading that hold from a date until the next row of the same families.
package struct SessionHours: Hashable, Sendable {
  /// Families to which the row applies, for example `["WDO", "DOL"]`.
  package var symbols: [String]
  /// First day on which the row holds.
  package var from: SessionDate
  /// Last day on which it holds; nil = until the next row.
  package var through: SessionDate?
  /// Start of continuous trading after local midnight.
  package var open: Nanoseconds
  /// End of continuous trading after local midnight.
  package var close: Nanoseconds

  /// - Precondition: `open` < `close`, both within one day.
  package init(
    symbols: [String], from: SessionDate, through: SessionDate? = nil, open: Nanoseconds, close: Nanoseconds
  ) {
    precondition(
      open >= .zero && open < close && close <= .minutes(24 * 60),
      "session hours of \(symbols) from \(from) do not lie in one day with the open before the close")
    self.symbols = symbols
    self.from = from
    self.through = through
    self.open = open
    self.close = close
  }

  /// Nanoseconds after midnight at `hour`:`minute`.
  package static func time(_ hour: Int64, _ minute: Int64) -> Nanoseconds { .minutes(hour * 60 + minute) }
}

extension SessionHours {
  static let dollar = ["WDO", "DOL"]
  static let index = ["WIN", "IND"]

  /// When trading opens on Ash Wednesday (seen on every recorded one, 2015 to 2022).
  package static let ashWednesdayOpen = time(13, 0)

  /// The exchange's hours, oldest first; later rows win.
  ///
  /// Evidence: recorded sessions (first and last bar of each day: dollar 2015-01 to 2019-06, 2020-04, 2021-01 to
  /// 2022-01, 2025-08 to 2026-01; index 2017-01 to 2019-06, 2021-01 to 2022-05) and press notices of the exchange
  /// (2018-03, 2020-10, 2021-11, 2022-03, 2023-11, 2024-03). Not recorded, so assumed alike to their neighbours:
  /// winter 2019-20, summer 2019 and 2020, November 2022 to October 2023. Since 2023-11-06 the long hours hold all
  /// year.
  package static let published: [SessionHours] =
    regular(dollar, summerClose: time(18, 0), oldWinterClose: time(18, 15), longClose: time(18, 30))
    // The recorded 15-minute index bars of 2016-19 winters start at 18:00 at the latest: their close is read as 18:15.
    + regular(index, summerClose: time(17, 55), oldWinterClose: time(18, 15), longClose: time(18, 25)) + singleDays

  /// The yearly alternation of one group of families.
  private static func regular(
    _ symbols: [String], summerClose: Nanoseconds, oldWinterClose: Nanoseconds, longClose: Nanoseconds
  ) -> [SessionHours] {
    let rows: [(Int, Int, Int, Nanoseconds)] = [
      (2015, 1, 1, summerClose),
      (2016, 10, 17, oldWinterClose), (2017, 3, 13, summerClose),
      (2017, 10, 16, oldWinterClose), (2018, 3, 12, summerClose),
      (2018, 11, 5, oldWinterClose), (2019, 3, 11, summerClose),
      (2019, 11, 4, longClose), (2020, 3, 9, summerClose),
      (2020, 11, 3, longClose), (2021, 3, 15, summerClose),
      (2021, 11, 8, longClose), (2022, 3, 14, summerClose),
      (2022, 11, 7, longClose), (2023, 3, 13, summerClose),
      (2023, 11, 6, longClose),
    ]
    return rows.map { row in
      SessionHours(symbols: symbols, from: date(row.0, row.1, row.2), open: time(9, 0), close: row.3)
    }
  }

  /// Days with hours of their own: late closes for index rebalancing (press 2018-11; the others seen in the data).
  private static let singleDays: [SessionHours] = [(2018, 11, 30), (2018, 12, 21), (2019, 1, 4)].flatMap { day in
    let date = date(day.0, day.1, day.2)
    return [(dollar, time(18, 30)), (index, time(18, 25))].map { symbols, close in
      SessionHours(symbols: symbols, from: date, through: date, open: time(9, 0), close: close)
    }
  }

  private static func date(_ year: Int, _ month: Int, _ day: Int) -> SessionDate {
    guard let date = SessionDate(year: year, month: month, day: day) else {
      preconditionFailure("session hours table holds the impossible date \(year)-\(month)-\(day)")
    }
    return date
  }
}
