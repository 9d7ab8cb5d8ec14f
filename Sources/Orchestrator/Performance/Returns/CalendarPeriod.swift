// Weeks, months, quarters and years of the exchange's calendar.

package import TradingDomain

/// A kind of calendar period that sessions are gathered into.
package enum CalendarPeriod: Hashable, Sendable, CaseIterable {
  /// Monday to Sunday. A week that spans two years is one week.
  case week
  case month
  case quarter
  case year

  /// A number that is the same for all days of a period and greater for later periods: the day number of the week's
  /// Monday, or the count of months, quarters or years since year 0.
  package func number(of date: SessionDate) -> Int {
    let civil = date.civil
    switch self {
    case .week: return Int(date.dayNumber) - (date.weekday - 1)
    case .month: return civil.year * 12 + civil.month - 1
    case .quarter: return civil.year * 4 + (civil.month - 1) / 3
    case .year: return civil.year
    }
  }

  /// The period of `date` by name: `2024-03-11` (a week by its Monday), `2024-03`, `2024-Q1`, `2024`.
  package func name(of date: SessionDate) -> String {
    let number = number(of: date)
    switch self {
    case .week: return SessionDate(dayNumber: Int32(number)).description
    case .month: return String(date.description.dropLast(3))
    case .quarter: return "\(number / 4)-Q\(number % 4 + 1)"
    case .year: return "\(number)"
    }
  }
}
