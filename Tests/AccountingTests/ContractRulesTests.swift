// Expiries, last trading days and rolls of the futures families, against published calendars and recorded series.

import Accounting
import Testing
import TradingDomain

struct ContractRulesTests {
  private func month(_ year: Int, _ month: Int) throws -> ContractMonth {
    try #require(ContractMonth(year: year, month: month))
  }

  // Last trading days: dollar by the contract rule; index from the recorded rolls and published calendars.
  @Test(arguments: [
    ("WDO", 2021, 12, "2021-12-01", "2021-11-30"), ("WDO", 2022, 1, "2022-01-03", "2021-12-30"),
    ("WDO", 2025, 9, "2025-09-01", "2025-08-29"), ("WDO", 2026, 1, "2026-01-02", "2025-12-30"),
    ("WDO", 2026, 12, "2026-12-01", "2026-11-30"), ("DOL", 2020, 5, "2020-05-04", "2020-04-30"),
    ("WIN", 2026, 10, "2026-10-14", "2026-10-14"), ("WIN", 2018, 2, "2018-02-14", "2018-02-14"),
    ("WIN", 2022, 10, "2022-10-13", "2022-10-13"), ("IND", 2021, 12, "2021-12-15", "2021-12-15"),
  ])
  func expiryAndLastTradingDayFollowTheRule(symbol: String, year: Int, number: Int, expiry: String, last: String) throws
  {
    let rules = try #require(ContractRules.rules(for: symbol))
    let contract = try month(year, number)
    #expect(rules.expiryDate(of: contract, calendar: .b3) == day(expiry))
    #expect(rules.lastTradingDay(of: contract, calendar: .b3) == day(last))
  }

  // The dates on which the recorded WDO series changes contract.
  @Test(arguments: [
    ("2021-11-29", "WDOZ21"), ("2021-11-30", "WDOF22"), ("2021-12-29", "WDOF22"), ("2021-12-30", "WDOG22"),
    ("2025-08-28", "WDOU25"), ("2025-08-29", "WDOV25"), ("2025-09-29", "WDOV25"), ("2025-09-30", "WDOX25"),
    ("2025-10-30", "WDOX25"), ("2025-10-31", "WDOZ25"), ("2025-11-27", "WDOZ25"), ("2025-11-28", "WDOF26"),
    ("2025-12-29", "WDOF26"), ("2025-12-30", "WDOG26"), ("2026-01-29", "WDOG26"), ("2026-01-30", "WDOH26"),
  ])
  func theFrontContractRollsWhereTheRecordedSeriesDoes(date: String, ticker: String) {
    #expect(ContractRules.wdo.frontTicker(on: day(date), calendar: .b3)?.description == ticker)
  }

  // Opening gaps of the recorded WIN series show its rolls on the expiry day.
  @Test(arguments: [
    ("2021-12-14", "WINZ21"), ("2021-12-15", "WING22"), ("2018-02-09", "WING18"), ("2018-02-14", "WINJ18"),
  ])
  func theIndexSeriesRollsOnItsExpiryDay(date: String, ticker: String) {
    #expect(ContractRules.win.frontTicker(on: day(date), calendar: .b3)?.description == ticker)
  }

  @Test func sessionsLeftCountsTodayAndEndsAtZero() throws {
    let contract = try month(2021, 12)
    for (date, left) in [("2021-11-26", 3), ("2021-11-29", 2), ("2021-11-30", 1), ("2021-12-01", 0), ("2022-05-05", 0)]
    {
      #expect(ContractRules.wdo.sessionsLeft(of: contract, on: day(date), calendar: .b3) == left, "\(date)")
    }
    let far = try month(2030, 12)
    #expect(ContractRules.wdo.sessionsLeft(of: far, on: day("2021-11-26"), calendar: .b3, cap: 10) == 10)
  }

  @Test func indexFamiliesListOnlyEvenMonths() throws {
    for number in 1...12 {
      let contract = try month(2026, number)
      #expect(ContractRules.win.lists(contract) == (number % 2 == 0))
      #expect(ContractRules.dol.lists(contract))
    }
    #expect(ContractRules.rules(for: "PETR4") == nil)
  }
}
