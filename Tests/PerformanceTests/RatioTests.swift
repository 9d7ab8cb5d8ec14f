// Ratios of reward to risk against numpy and scipy (Tests/oracle/make_performance_golden.py).

import Performance
import Testing
import TradingDomain

@Suite struct RatioTests {
  private let results = Records.daily(120)

  @Test func sharpeAndItsStandardErrorsAgreeWithNumpy() throws {
    let sharpe = try #require(SharpeRatio(results))
    #expect(abs(sharpe.value - 0.04669676395687128) < 1e-14)
    #expect(abs(sharpe.normalStandardError - 0.0913368442397892) < 1e-14)
    #expect(abs(try #require(sharpe.standardError) - 0.09102376150780736) < 1e-14)
  }

  @Test func annualisingScalesValueErrorAndIntervalAlike() throws {
    let sharpe = try #require(SharpeRatio(results))
    let (daily, yearly) = (sharpe.perPeriod, sharpe.annualised(periodsPerYear: 252))
    let scale = (252.0).squareRoot()
    #expect(abs(yearly.value - daily.value * scale) < 1e-14)
    #expect(yearly.unit == .perYear && daily.unit == .perPeriod)
    let (narrow, wide) = (try #require(daily.interval), try #require(yearly.interval))
    #expect(abs(wide.upper - narrow.upper * scale) < 1e-13)
    #expect(abs(wide.lower - narrow.lower * scale) < 1e-13)
  }

  @Test func whatHasNoSharpeRatioHasNone() {
    #expect(SharpeRatio([]) == nil)
    #expect(SharpeRatio([3]) == nil)
    #expect(SharpeRatio([0, 0, 0]) == nil)
    #expect(SharpeRatio([1, .infinity]) == nil)
  }

  @Test func sortinoAgreesWithNumpy() throws {
    let sortino = try #require(SortinoRatio.perPeriod(results))
    #expect(abs(sortino.value - 0.07111177425760443) < 1e-14)
    #expect(abs(try #require(sortino.standardError) - 0.14298050603670487) < 1e-13)
  }

  @Test func withoutAShortfallThereIsNoSortino() {
    #expect(SortinoRatio.perPeriod([1, 2, 3]) == nil)
    #expect(SortinoRatio.perPeriod([1, 2, 3], target: 1.5) != nil)
  }

  @Test func calmarAgreesWithNumpy() throws {
    let curve = try Records.curve(results)
    let profits = try curve.profits(sessions: (0..<120).map { Records.session($0).date })
    let calmar = try #require(
      CalmarRatio.perYear(profits: profits, drawdown: MaximumDrawdown(curve), sessionsPerYear: 252))
    #expect(abs(calmar.value - 0.8977886977886977) < 1e-13)
    #expect(calmar.interval == nil)
  }

  @Test func withoutADrawdownThereIsNoCalmar() throws {
    let curve = try Records.curve([1, 2, 3])
    let profits = try curve.profits(sessions: (0..<3).map { Records.session($0).date })
    #expect(CalmarRatio.perYear(profits: profits, drawdown: MaximumDrawdown(curve), sessionsPerYear: 252) == nil)
  }
}
