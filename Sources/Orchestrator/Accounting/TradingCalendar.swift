// On which days the exchange trades, and when each family's session opens and closes.

package import TradingDomain

/// The exchange's calendar: holidays, sessions and hours, with room for what the rules do not know yet.
package struct TradingCalendar: Hashable, Sendable {
  /// Weekdays without a session beside the rules' holidays (for example a late announcement).
  package var extraClosedDays: Set<SessionDate>
  /// Days with a session although the rules say none.
  package var extraOpenDays: Set<SessionDate>
  /// Hours that win over the published ones; among them the last match wins.
  package var hoursOverrides: [SessionHours]

  /// The calendar by the published rules, with the given exceptions.
  package init(
    extraClosedDays: Set<SessionDate> = [], extraOpenDays: Set<SessionDate> = [], hoursOverrides: [SessionHours] = []
  ) {
    self.extraClosedDays = extraClosedDays
    self.extraOpenDays = extraOpenDays
    self.hoursOverrides = hoursOverrides
  }

  /// The published calendar without exceptions.
  package static let b3 = TradingCalendar()

  /// Whether the exchange trades on `date`.
  package func isSession(_ date: SessionDate) -> Bool {
    if extraOpenDays.contains(date) { return true }
    if extraClosedDays.contains(date) || date.weekday > 5 { return false }
    return ExchangeHoliday.on(date) == nil
  }

  /// The first session on `date` or after it.
  ///
  /// - Precondition: a session exists within 60 days; exceptions that close longer are a configuration error.
  package func session(onOrAfter date: SessionDate) -> SessionDate { nearest(date, step: 1) }

  /// The first session after `date`.
  package func session(after date: SessionDate) -> SessionDate { nearest(date.advanced(by: 1), step: 1) }

  /// The last session before `date`.
  package func session(before date: SessionDate) -> SessionDate { nearest(date.advanced(by: -1), step: -1) }

  /// The sessions from `first` through `last`, in order.
  package func sessions(from first: SessionDate, through last: SessionDate) -> [SessionDate] {
    guard first <= last else { return [] }
    return (0...Int(last.dayNumber - first.dayNumber)).map { first.advanced(by: $0) }.filter(isSession)
  }

  /// The session of `instrument`'s family on `date`.
  ///
  /// Nil when the exchange does not trade that day, when the family has no hours on that date, or when the year lies
  /// outside the checked calendar and no override covers it: unknown hours are never guessed.
  package func session(for instrument: Instrument, on date: SessionDate) -> TradingSession? {
    session(forFamily: instrument.symbol, on: date)
  }

  /// The session of the family `symbol` on `date`; nil as in ``session(for:on:)``.
  package func session(forFamily symbol: String, on date: SessionDate) -> TradingSession? {
    guard isSession(date) else { return nil }
    let override = TradingCalendar.match(hoursOverrides, symbol: symbol, date: date)
    let isChecked = ExchangeHoliday.checkedYears.contains(date.civil.year)
    guard
      let hours = override
        ?? (isChecked ? TradingCalendar.match(SessionHours.published, symbol: symbol, date: date) : nil)
    else { return nil }
    let opensLate = override == nil && ExchangeHoliday.isAshWednesday(date)
    return TradingSession(
      date: date,
      open: BrasiliaTime.timestamp(date, timeOfDay: opensLate ? SessionHours.ashWednesdayOpen : hours.open),
      close: BrasiliaTime.timestamp(date, timeOfDay: hours.close))
  }

  private static func match(_ rows: [SessionHours], symbol: String, date: SessionDate) -> SessionHours? {
    // Rows are in ascending order of validity, so the last that covers the date is the one in force.
    rows.last { row in
      row.from <= date && (row.through.map { date <= $0 } ?? true) && row.symbols.contains(symbol)
    }
  }

  private func nearest(_ start: SessionDate, step: Int) -> SessionDate {
    var day = start
    for _ in 0..<60 {
      if isSession(day) { return day }
      day = day.advanced(by: step)
    }
    preconditionFailure("no session within 60 days of \(start): check the configured closed days")
  }
}
