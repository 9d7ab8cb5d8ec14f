// Statistics of closed trades against numpy and scipy (Tests/oracle/make_performance_golden.py).

import Performance
import Testing
import TradingDomain

@Suite struct TradeStatisticsTests {
  private let profits = Records.tradeProfits(80)

  @Test func profitFactorAgreesWithNumpy() throws {
    let factor = try #require(ProfitFactor.ratio(netProfits: profits))
    #expect(abs(factor.value - 1.2544136191677175) < 1e-13)
    #expect(abs(try #require(factor.standardError) - 0.3360062950347694) < 1e-12)
    let interval = try #require(factor.interval)
    #expect(abs(interval.lower - 0.7420591951148303) < 1e-12)
    #expect(abs(interval.upper - 2.1205229155740755) < 1e-12)
  }

  @Test func profitFactorWithoutLossesIsUndefinedAndWithoutWinsIsZero() {
    #expect(ProfitFactor.ratio(netProfits: [Money(brl: 1)]) == nil)
    #expect(ProfitFactor.ratio(netProfits: []) == nil)
    #expect(ProfitFactor.ratio(netProfits: [Money(brl: -1)])?.value == 0)
  }

  @Test func hitRateHasWilsonsInterval() throws {
    let rate = try #require(HitRate.fraction(netProfits: profits))
    #expect(rate.value == 45.0 / 80)
    let interval = try #require(rate.interval)
    #expect(abs(interval.lower - 0.4534113429694972) < 1e-13)
    #expect(abs(interval.upper - 0.6658613908385618) < 1e-13)
  }

  @Test func hitRateIntervalsStayBetweenZeroAndOne() throws {
    for count in 1...20 {
      for hits in [0, count] {
        let interval = try #require(HitRate.fraction(hits: hits, of: count).interval)
        #expect(interval.lower >= 0 && interval.upper <= 1 && interval.upper > interval.lower)
      }
    }
  }

  @Test func expectancyAgreesWithScipy() throws {
    let expectancy = try #require(Expectancy(netProfits: profits))
    #expect(abs(expectancy.mean.value - 5.04375) < 1e-13)
    #expect(abs(try #require(expectancy.mean.standardError) - 5.957850326938081) < 1e-12)
    #expect(abs(try #require(expectancy.tStatistic).value - 0.8465721230348756) < 1e-13)
  }

  @Test func equalTradesHaveNoTStatistic() throws {
    let expectancy = try #require(Expectancy(netProfits: [Money(brl: 2), Money(brl: 2)]))
    #expect(expectancy.tStatistic == nil)
    #expect(expectancy.mean.value == 2)
  }

  @Test func averageWinAndLossAgreeWithNumpy() throws {
    let averages = AverageWinLoss(netProfits: profits)
    #expect(abs(try #require(averages.win).value - 44.21111111111111) < 1e-12)
    #expect(abs(try #require(averages.loss).value - 45.31428571428572) < 1e-12)
    let payoff = try #require(averages.payoff)
    #expect(abs(payoff.value - 0.9756550371304469) < 1e-13)
    #expect(abs(try #require(payoff.standardError) - 0.13994263582436156) < 1e-13)
  }

  @Test func sumsStreaksAndHoldingAreOfTheTradesGiven() throws {
    let trades = [
      Records.trade(from: (9, 0), to: (9, 10), gross: 10, fees: 1),
      Records.trade(from: (10, 0), to: (10, 20), gross: 0.5, fees: 1),
      Records.trade(from: (11, 0), to: (11, 30), gross: -5, fees: 1),
      Records.trade(from: (12, 0), to: (12, 20), gross: 1, fees: 1),
    ]
    let statistics = try TradeStatistics(trades)
    #expect(statistics.netProfit == Money(brl: 2.5) && statistics.fees == Money(brl: 4))
    // A gross win smaller than its fees is a loss; a net result of exactly 0 is not.
    #expect(statistics.longestLosingStreak == 2)
    #expect(statistics.hitRate?.value == 0.25)
    #expect(statistics.meanHolding?.value == 1200)
  }

  @Test func impossibleTradesAreRefused() {
    #expect(throws: PerformanceError.self) { try TradeStatistics([Records.trade(from: (10, 0), to: (9, 0))]) }
    #expect(throws: PerformanceError.self) {
      try TradeStatistics([Records.trade(from: (9, 0), to: (10, 0), quantity: 0)])
    }
  }

  @Test func turnoverCountsBothEndsAndIdleSessions() throws {
    let trades = [
      Records.trade(day: 0, from: (9, 0), to: (10, 0), quantity: 3),
      Records.trade(day: 2, from: (9, 0), to: (10, 0), quantity: 2),
    ]
    let dates = (0..<4).map { Records.session($0).date }
    let turnover = try #require(Turnover.contractsPerSession(trades, sessions: dates))
    #expect(turnover.value == 2.5)
    #expect(Turnover.contractsPerSession(trades, sessions: []) == nil)
  }

  @Test func exposureCountsOverlapsOnceAndOnlyInsideSessions() throws {
    let sessions = [Records.session(0), Records.session(1)]
    let trades = [
      Records.trade(day: 0, from: (10, 0), to: (12, 0)), Records.trade(day: 0, from: (11, 0), to: (13, 0)),
      Records.trade(day: 0, from: (11, 0), to: (11, 30)),
      // Held over the close: one hour of it is session time, and one of the next morning.
      ClosedTrade(
        instrument: InstrumentID(1), side: .sell, quantity: 1, entryTime: Records.time(day: 0, hour: 17),
        exitTime: Records.time(day: 1, hour: 10), grossProfit: .zero, fees: .zero),
    ]
    #expect(Exposure.fraction(trades, sessions: sessions)?.value == 5.0 / 18)
    #expect(Exposure.fraction([], sessions: sessions)?.value == 0)
    #expect(Exposure.fraction(trades, sessions: []) == nil)
  }
}
