// The exchange's holidays as rules with the years in which each was in force.

package import TradingDomain

/// A reason why B3 does not trade on a weekday.
///
/// Sources: the exchange's yearly calendars as restated in public calendars (exchange_calendars `BVMF`), and the
/// session dates of recorded dollar and index futures 2015 to 2026, which agree with the rules here day by day.
/// Changes: 25 January and 9 July are trading days since 2022 (9 July also in 2020, when the state moved the
/// holiday); 20 November was a holiday of Sao Paulo until 2019, a trading day 2020 to 2023, and is national since
/// 2024 (law 14,759 of 2023).
package enum ExchangeHoliday: String, CaseIterable, Hashable, Sendable {
  case newYear = "New Year's Day"
  case saoPauloAnniversary = "Anniversary of Sao Paulo"
  case carnivalMonday = "Carnival Monday"
  case carnivalTuesday = "Carnival Tuesday"
  case goodFriday = "Good Friday"
  case tiradentes = "Tiradentes"
  case labourDay = "Labour Day"
  case corpusChristi = "Corpus Christi"
  case constitutionalistRevolution = "Constitutionalist Revolution"
  case independence = "Independence"
  case aparecida = "Our Lady of Aparecida"
  case allSouls = "All Souls"
  case republic = "Proclamation of the Republic"
  case blackAwareness = "Black Awareness"
  case christmasEve = "Christmas Eve"
  case christmas = "Christmas"
  case lastWeekdayOfYear = "Last weekday of the year"

  /// Years whose calendar was checked against the exchange's own or against recorded sessions.
  package static let checkedYears = 2015...2027

  /// The holiday on `date`, or nil when none falls on it; weekends are not considered.
  package static func on(_ date: SessionDate) -> ExchangeHoliday? {
    let (year, month, day) = date.civil
    switch (month, day) {
    case (1, 1): return .newYear
    case (1, 25) where year <= 2021: return .saoPauloAnniversary
    case (4, 21): return .tiradentes
    case (5, 1): return .labourDay
    case (7, 9) where year <= 2019 || year == 2021: return .constitutionalistRevolution
    case (9, 7): return .independence
    case (10, 12): return .aparecida
    case (11, 2): return .allSouls
    case (11, 15): return .republic
    case (11, 20) where year <= 2019 || year >= 2024: return .blackAwareness
    case (12, 24): return .christmasEve
    case (12, 25): return .christmas
    case (12, 29...31) where isLastWeekday(date, of: year): return .lastWeekdayOfYear
    default: break
    }
    guard (2...6).contains(month) else { return nil }
    switch Int(date.dayNumber) - Int(easter(year).dayNumber) {
    case -48: return .carnivalMonday
    case -47: return .carnivalTuesday
    case -2: return .goodFriday
    case 60: return .corpusChristi
    default: return nil
    }
  }

  /// Whether `date` is Ash Wednesday, when trading opens at 13:00.
  package static func isAshWednesday(_ date: SessionDate) -> Bool {
    Int(date.dayNumber) - Int(easter(date.civil.year).dayNumber) == -46
  }

  /// Easter Sunday of a Gregorian year.
  ///
  /// Source: the "Anonymous Gregorian" algorithm (Nature, 20 April 1876; J. Meeus, "Astronomical Algorithms", ch. 8).
  package static func easter(_ year: Int) -> SessionDate {
    let a = year % 19
    let (b, c) = (year / 100, year % 100)
    let (d, e) = (b / 4, b % 4)
    let f = (b + 8) / 25
    let g = (b - f + 1) / 3
    let h = (19 * a + b - d - g + 15) % 30
    let (i, k) = (c / 4, c % 4)
    let l = (32 + 2 * e + 2 * i - h - k) % 7
    let m = (a + 11 * h + 22 * l) / 451
    let sum = h + l - 7 * m + 114
    guard let date = SessionDate(year: year, month: sum / 31, day: sum % 31 + 1) else {
      preconditionFailure("no Easter in year \(year)")
    }
    return date
  }

  private static func isLastWeekday(_ date: SessionDate, of year: Int) -> Bool {
    guard let newYearsEve = SessionDate(year: year, month: 12, day: 31) else { return false }
    return date == newYearsEve.advanced(by: -max(0, newYearsEve.weekday - 5))
  }
}
