// Exchange, broker and tax costs of a contract, against the published amounts.

import Accounting
import Testing
import TradingDomain

struct FeeScheduleTests {
  @Test func theSmallDayTraderPaysThePublishedAmounts() throws {
    // At one real per dollar the amount is the dollar amount: 0.97 x 0.25 x 0.84 = 0.2037.
    let atPar = try FeeSchedule.smallDayTrader(usdBRL: 1)
    #expect(try atPar.dayTradeFees(for: .wdo).exchange == Money(microBRL: 203_700))
    #expect(try atPar.dayTradeFees(for: .dol).exchange == Money(microBRL: 814_800))
    // 1.97 x 0.2 x 0.65 = 0.2561 reais, whatever the dollar costs.
    let schedule = try FeeSchedule.smallDayTrader(usdBRL: 5.40)
    #expect(try schedule.dayTradeFees(for: .win).exchange == Money(microBRL: 256_100))
    #expect(try schedule.dayTradeFees(for: .ind).exchange == Money(microBRL: 1_280_500))
    // 0.2037 x 5.40 = 1.09998.
    #expect(try schedule.dayTradeFees(for: .wdo).exchange == Money(microBRL: 1_099_980))
    #expect(try schedule.dayTradeFees(for: .wdo).perSide == Money(microBRL: 1_099_980))
  }

  @Test func overnightTradesPayNoReducedFee() throws {
    let fees = try FeeSchedule.smallDayTrader(usdBRL: 5.40).positionFees(for: .wdo)
    #expect(fees.exchange == Money(microBRL: 1_309_500))
    #expect(fees.settlement == Money(microBRL: 648_000))
  }

  @Test func roundingIsToTheNearestMillionthOnce() throws {
    // 0.2037 x 5.4321 = 1.10651877 -> 1.106519.
    let fees = try FeeSchedule.smallDayTrader(usdBRL: 5.4321).dayTradeFees(for: .wdo)
    #expect(fees.exchange == Money(microBRL: 1_106_519))
  }

  @Test(arguments: [
    // ADV, day-trade ADV, expected fee of DOL in millionths of a dollar.
    (Int64(250), Int64(20), Int64(814_800)),
    // 500 a day: (500 x 0.88 + 22.5) / 500 = 0.925; reduction (100 x 0.25 - 1.8) / 100 = 0.232 -> 0.7104.
    (500, 100, 710_400),
    // 100,000 a day: (33,000 + 14,212.5) / 100,000 = 0.472125; 65 % - 3,676.8 / 100,000 = 0.613232 -> 0.182602842...
    (100_000, 100_000, 182_603),
  ])
  func volumeBandsAreProgressive(volume: Int64, dayTradeVolume: Int64, expected: Int64) throws {
    let schedule = try FeeSchedule(dollarVolume: volume, dollarDayTradeVolume: dayTradeVolume, usdBRL: 1)
    #expect(try schedule.dayTradeFees(for: .dol).exchange == Money(microBRL: expected))
  }

  @Test(arguments: ["WDO", "WIN"]) func bandsMeetWithoutAJumpInTheTotal(symbol: String) throws {
    let table = try #require(ExchangeFeeTable.published(for: symbol))
    for rate in [table.fee, table.dayTradeReduction] {
      for (lower, upper) in zip(rate.bands, rate.bands.dropFirst()) {
        let edge = upper.from - 1
        let below = edge * lower.rateMillionths + lower.additionalMillionths
        let above = edge * upper.rateMillionths + upper.additionalMillionths
        #expect(below == above, "\(symbol): the band from \(upper.from) jumps")
      }
    }
  }

  @Test func brokerFeeAndServiceTaxAreAdded() throws {
    let schedule = try FeeSchedule(usdBRL: 5, brokerFee: Money(brl: 0.5), serviceTaxPercent: 5)
    let fees = try schedule.dayTradeFees(for: .win)
    #expect(fees.serviceTax == Money(brl: 0.025))
    #expect(fees.perSide == Money(microBRL: 256_100 + 500_000 + 25_000))
  }

  @Test func implausibleSettingsAreRefused() {
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(usdBRL: .nan) }
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(usdBRL: 540) }
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(usdBRL: 0) }
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(usdBRL: 5, serviceTaxPercent: .infinity) }
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(usdBRL: 5, serviceTaxPercent: 500) }
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(usdBRL: 5, brokerFee: Money(brl: -1)) }
    #expect(throws: FeeScheduleError.self) { try FeeSchedule(dollarVolume: -1, usdBRL: 5) }
  }

  @Test func anUnknownFamilyHasNoFees() throws {
    var unknown = Instrument.wdo
    unknown.symbol = "XYZ"
    let schedule = try FeeSchedule.smallDayTrader(usdBRL: 5)
    #expect(throws: FeeScheduleError.unknownFamily("XYZ")) { try schedule.dayTradeFees(for: unknown) }
  }
}
