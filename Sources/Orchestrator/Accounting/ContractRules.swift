// Which contracts a family lists, when each expires, and which one a continuous series follows on a given day.

package import TradingDomain

/// How the day of expiry follows from the contract month.
package enum ExpiryRule: Hashable, Sendable {
  /// First session of the contract month; trading ends on the session before (dollar futures).
  case firstSessionOfMonth
  /// Wednesday nearest the 15th, or the next session when that is none; trading ends that day (index futures).
  case wednesdayNearestFifteenth
}

/// Contract months, expiry and roll of one futures family.
///
/// Source: the exchange's contract pages for U.S. dollar and Ibovespa futures; the roll is what recorded continuous
/// series of 2017 to 2026 show (they leave a contract on its last trading day).
package struct ContractRules: Hashable, Sendable {
  /// Family symbol.
  package var symbol: String
  /// Whether every month is listed, or only the even ones.
  package var listsEveryMonth: Bool
  package var expiry: ExpiryRule

  package static let wdo = ContractRules(symbol: "WDO", listsEveryMonth: true, expiry: .firstSessionOfMonth)
  package static let dol = ContractRules(symbol: "DOL", listsEveryMonth: true, expiry: .firstSessionOfMonth)
  package static let win = ContractRules(symbol: "WIN", listsEveryMonth: false, expiry: .wednesdayNearestFifteenth)
  package static let ind = ContractRules(symbol: "IND", listsEveryMonth: false, expiry: .wednesdayNearestFifteenth)

  /// The families with known rules.
  package static let families: [ContractRules] = [.wdo, .dol, .win, .ind]

  /// The rules of that family, or nil.
  package static func rules(for symbol: String) -> ContractRules? { families.first { $0.symbol == symbol } }

  /// Whether the family lists contracts of `month`.
  package func lists(_ month: ContractMonth) -> Bool { listsEveryMonth || month.month % 2 == 0 }

  /// The day on which the contract is settled in cash.
  package func expiryDate(of month: ContractMonth, calendar: TradingCalendar) -> SessionDate {
    switch expiry {
    case .firstSessionOfMonth:
      return calendar.session(onOrAfter: month.firstDay)
    case .wednesdayNearestFifteenth:
      // The nearest Wednesday lies within three days of the 15th; ISO weekday 3 is Wednesday.
      let fifteenth = month.firstDay.advanced(by: 14)
      let forward = (3 - fifteenth.weekday + 7) % 7
      let wednesday = fifteenth.advanced(by: forward <= 3 ? forward : forward - 7)
      return calendar.session(onOrAfter: wednesday)
    }
  }

  /// The last session on which the contract trades.
  package func lastTradingDay(of month: ContractMonth, calendar: TradingCalendar) -> SessionDate {
    let expiryDate = expiryDate(of: month, calendar: calendar)
    switch expiry {
    case .firstSessionOfMonth: return calendar.session(before: expiryDate)
    case .wednesdayNearestFifteenth: return expiryDate
    }
  }

  /// The contract that the continuous series follows on `date`: the nearest whose last trading day is still to come.
  ///
  /// On its last trading day a contract is already left for the next one. Nil past the year 2099.
  package func frontMonth(on date: SessionDate, calendar: TradingCalendar) -> ContractMonth? {
    let (year, month, _) = date.civil
    var candidate = ContractMonth(year: year, month: month)
    while let current = candidate {
      if lists(current), lastTradingDay(of: current, calendar: calendar) > date { return current }
      candidate = current.next
    }
    return nil
  }

  /// The ticker of the contract that the continuous series follows on `date`.
  package func frontTicker(on date: SessionDate, calendar: TradingCalendar) -> ContractTicker? {
    frontMonth(on: date, calendar: calendar).map { .dated(symbol: symbol, month: $0) }
  }

  /// Sessions on which the contract still trades, counting `date` itself; 0 once it has expired.
  ///
  /// Counts at most `cap` sessions, so that a far contract costs no long walk.
  package func sessionsLeft(
    of month: ContractMonth, on date: SessionDate, calendar: TradingCalendar, cap: Int = 400
  ) -> Int {
    let last = lastTradingDay(of: month, calendar: calendar)
    var count = 0
    var day = calendar.session(onOrAfter: date)
    while day <= last, count < cap {
      count += 1
      day = calendar.session(after: day)
    }
    return count
  }
}
