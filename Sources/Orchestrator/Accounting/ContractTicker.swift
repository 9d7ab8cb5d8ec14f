// Reading and writing of tickers: `WDOZ26` is a contract that trades, `WDOFUT` a series that only exists as data.

/// What a ticker of a known family names.
package enum ContractTicker: Hashable, Sendable {
  /// A listed contract, for example `WDOZ26`.
  case dated(symbol: String, month: ContractMonth)
  /// The continuous series of the data vendor, for example `WDOFUT`: it can be watched, never traded.
  case continuous(symbol: String)

  /// The family: `WDO`, `DOL`, `WIN` or `IND`.
  package var symbol: String {
    switch self {
    case .dated(let symbol, _), .continuous(let symbol): return symbol
    }
  }

  /// Whether orders may name it.
  package var isTradable: Bool {
    if case .dated = self { return true }
    return false
  }

  /// Parses `SSSMYY` (family, month letter, two-digit year) or `SSSFUT`.
  ///
  /// - Throws: ``ContractTickerError`` when the family is unknown, the letter is no month of that family, or the form
  ///   is another one.
  package init(parsing text: String) throws(ContractTickerError) {
    let characters = Array(text)
    guard characters.count == 6, characters.allSatisfy(\.isASCII) else {
      throw ContractTickerError(ticker: text, problem: .malformed)
    }
    let symbol = String(characters[0..<3])
    guard let rules = ContractRules.rules(for: symbol) else {
      throw ContractTickerError(ticker: text, problem: .unknownFamily(symbol))
    }
    if characters[3...] == ["F", "U", "T"] {
      self = .continuous(symbol: symbol)
      return
    }
    guard let tens = ContractTicker.digit(characters[4]), let ones = ContractTicker.digit(characters[5]) else {
      throw ContractTickerError(ticker: text, problem: .malformed)
    }
    guard let month = ContractMonth(letter: characters[3], year: 2000 + tens * 10 + ones), rules.lists(month) else {
      throw ContractTickerError(ticker: text, problem: .monthNotListed(characters[3]))
    }
    self = .dated(symbol: symbol, month: month)
  }

  private static func digit(_ character: Character) -> Int? {
    guard let value = character.asciiValue, value >= 48, value <= 57 else { return nil }
    return Int(value) - 48
  }
}

extension ContractTicker: CustomStringConvertible {
  /// The ticker as the exchange prints it.
  package var description: String {
    switch self {
    case .continuous(let symbol): return "\(symbol)FUT"
    case .dated(let symbol, let month):
      let year = month.year % 100
      return "\(symbol)\(month.letter)\(year < 10 ? "0" : "")\(year)"
    }
  }
}

/// Why a ticker could not be read.
package struct ContractTickerError: Error, Hashable, CustomStringConvertible {
  /// What is wrong with it.
  package enum Problem: Hashable, Sendable {
    case malformed
    case unknownFamily(String)
    case monthNotListed(Character)
  }

  package var ticker: String
  package var problem: Problem

  package init(ticker: String, problem: Problem) {
    self.ticker = ticker
    self.problem = problem
  }

  package var description: String {
    switch problem {
    case .malformed:
      return "ticker '\(ticker)' is not of the form WDOZ26 or WDOFUT: give family, month letter and two-digit year"
    case .unknownFamily(let symbol):
      return "ticker '\(ticker)': no rules for family '\(symbol)'; known families are WDO, DOL, WIN and IND"
    case .monthNotListed(let letter):
      return "ticker '\(ticker)': '\(letter)' is not a listed month of this family "
        + "(months from January on are F G H J K M N Q U V X Z; index futures list even months only)"
    }
  }
}
