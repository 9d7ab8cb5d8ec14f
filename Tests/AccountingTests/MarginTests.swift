// Margins by date, family and broker.

import Accounting
import Testing
import TradingDomain

struct MarginTests {
  @Test(arguments: [
    ("WDO", "2022-01-28", nil), ("WDO", "2022-01-31", 150.0), ("WDO", "2026-02-01", 150), ("WDO", "2026-02-02", 140),
    ("WIN", "2026-02-02", 155), ("WIN", "2025-06-02", 100), ("PETR4", "2026-02-02", nil),
  ])
  func minimaAreDated(symbol: String, date: String, expected: Double?) {
    #expect(MarginSchedule.exchangeMinimum.perContract(of: symbol, on: day(date)) == expected.map { Money(brl: $0) })
  }

  @Test func theRequirementCountsContractsOfEitherSide() {
    let schedule = MarginSchedule.exchangeMinimum
    #expect(schedule.required(for: "WDO", contracts: -3, on: day("2026-03-02")) == Money(brl: 420))
    #expect(schedule.required(for: "WDO", contracts: 3, on: day("2020-03-02")) == nil)
  }

  @Test func aBrokersStricterMinimumWins() {
    var schedule = MarginSchedule.exchangeMinimum
    schedule.requirements.append(
      MarginRequirement(symbol: "WDO", from: day("2026-05-01"), perContract: Money(brl: 300)))
    #expect(schedule.perContract(of: "WDO", on: day("2026-05-04")) == Money(brl: 300))
  }
}
