// The month that names a futures contract, and the exchange's letter for it.

package import TradingDomain

/// Month of expiry of a futures contract.
package struct ContractMonth: Hashable, Comparable, Sendable {
  /// Four-digit year.
  package let year: Int
  /// 1 = January ... 12 = December.
  package let month: Int

  /// The contract month, or nil when `month` is not 1...12 or `year` not 2000...2099 (tickers carry two digits).
  package init?(year: Int, month: Int) {
    guard (2000...2099).contains(year), (1...12).contains(month) else { return nil }
    self.year = year
    self.month = month
  }

  /// Month letters from January to December, as used by all futures exchanges.
  static let letters: [Character] = ["F", "G", "H", "J", "K", "M", "N", "Q", "U", "V", "X", "Z"]

  /// The exchange's letter: F for January ... Z for December.
  package var letter: Character { ContractMonth.letters[month - 1] }

  /// The month with that letter in `year`, or nil if the letter names no month.
  package init?(letter: Character, year: Int) {
    guard let index = ContractMonth.letters.firstIndex(of: letter) else { return nil }
    self.init(year: year, month: index + 1)
  }

  /// The first calendar day of the month.
  package var firstDay: SessionDate {
    guard let day = SessionDate(year: year, month: month, day: 1) else {
      preconditionFailure("contract month \(year)-\(month) has no first day")
    }
    return day
  }

  /// The next calendar month, or nil past 2099-12.
  package var next: ContractMonth? {
    month == 12 ? ContractMonth(year: year + 1, month: 1) : ContractMonth(year: year, month: month + 1)
  }

  package static func < (left: ContractMonth, right: ContractMonth) -> Bool {
    (left.year, left.month) < (right.year, right.month)
  }
}
