// Tickers: reading, printing, and refusing those that name no contract.

import Accounting
import Testing

struct ContractTickerTests {
  @Test(arguments: [
    ("WDOZ26", 2026, 12), ("DOLK20", 2020, 5), ("WING18", 2018, 2), ("INDV21", 2021, 10), ("WDOF05", 2005, 1),
  ])
  func aDatedTickerReadsAndPrintsAlike(text: String, year: Int, month: Int) throws {
    let ticker = try ContractTicker(parsing: text)
    let expected = try #require(ContractMonth(year: year, month: month))
    #expect(ticker == .dated(symbol: String(text.prefix(3)), month: expected))
    #expect(ticker.description == text)
    #expect(ticker.isTradable)
  }

  @Test func theContinuousSeriesIsRecognisedAndNotTradable() throws {
    let ticker = try ContractTicker(parsing: "WDOFUT")
    #expect(ticker == .continuous(symbol: "WDO"))
    #expect(!ticker.isTradable)
    #expect(ticker.description == "WDOFUT")
  }

  @Test(arguments: [
    ("", ContractTickerError.Problem.malformed), ("WDOZ2", .malformed), ("WDOZ266", .malformed), ("WDOZ2x", .malformed),
    ("WDO\u{0416}26", .malformed), ("PETZ26", .unknownFamily("PET")), ("wdoz26", .unknownFamily("wdo")),
    ("WDOA26", .monthNotListed("A")), ("WINF26", .monthNotListed("F")), ("INDX26", .monthNotListed("X")),
  ])
  func aBadTickerIsRefusedWithItsReason(text: String, problem: ContractTickerError.Problem) {
    #expect(throws: ContractTickerError(ticker: text, problem: problem)) { try ContractTicker(parsing: text) }
  }

  @Test func everyMonthKeepsItsLetter() throws {
    for month in 1...12 {
      let contract = try #require(ContractMonth(year: 2026, month: month))
      #expect(ContractMonth(letter: contract.letter, year: 2026) == contract)
    }
    #expect(ContractMonth(letter: "A", year: 2026) == nil)
    #expect(ContractMonth(year: 2026, month: 13) == nil)
    #expect(ContractMonth(year: 1999, month: 1) == nil)
  }
}
