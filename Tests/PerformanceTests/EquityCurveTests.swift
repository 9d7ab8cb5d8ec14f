// Equity curves, their sessions and their drawdowns.

import Performance
import Testing
import TradingDomain

@Suite struct EquityCurveTests {
  @Test func idleSessionsCountAsZero() throws {
    var curve = EquityCurve(start: Records.time(day: 0, hour: 9), capital: Money(brl: 1000))
    try curve.append(EquityPoint(time: Records.time(day: 0, hour: 10), equity: Money(brl: 1010)))
    try curve.append(EquityPoint(time: Records.time(day: 0, hour: 16), equity: Money(brl: 1004)))
    try curve.append(EquityPoint(time: Records.time(day: 2, hour: 10), equity: Money(brl: 990)))
    let profits = try curve.profits(sessions: [0, 1, 2, 3].map { Records.session($0).date })
    #expect(profits.map(\.profit.brl) == [4, 0, -14, 0])
    #expect(curve.profit == Money(brl: -10))
  }

  @Test func sessionProfitsAddUpToTheProfit() throws {
    let curve = try Records.curve(Records.daily(90))
    let profits = try curve.profits(sessions: (0..<90).map { Records.session($0).date })
    #expect(profits.reduce(Money.zero) { $0 + $1.profit } == curve.profit)
  }

  @Test func pointsOutsideTheSessionsAreRefused() throws {
    let curve = try Records.curve([1, 2, 3])
    let dates = (0..<3).map { Records.session($0).date }
    #expect(throws: PerformanceError.pointOutsideSessions(date: dates[2])) {
      try curve.profits(sessions: Array(dates.prefix(2)))
    }
    #expect(throws: PerformanceError.pointOutsideSessions(date: dates[1])) {
      try curve.profits(sessions: [dates[0], dates[2]])
    }
    #expect(throws: PerformanceError.unsortedSessions(date: dates[0])) {
      try curve.profits(sessions: [dates[0], dates[0]])
    }
  }

  @Test func timeMayStandStillButNotRunBackward() throws {
    var curve = EquityCurve(start: Records.time(day: 0, hour: 9), capital: .zero)
    let point = EquityPoint(time: Records.time(day: 0, hour: 10), equity: Money(brl: 1))
    try curve.append(point)
    try curve.append(point)
    #expect(throws: PerformanceError.self) {
      try curve.append(EquityPoint(time: Records.time(day: 0, hour: 9, minute: 59), equity: .zero))
    }
    #expect(curve.points.count == 2)
  }

  @Test func drawdownAgreesWithNumpy() throws {
    let drawdown = MaximumDrawdown(try Records.curve(Records.daily(120)))
    // Amount 1017.5 from the opening to day 40 (index 39), recovered on day 67 (index 66).
    #expect(drawdown.amount == Money(brl: 1017.5))
    #expect(drawdown.peak == Records.time(day: 0, hour: 9))
    #expect(drawdown.trough == Records.time(day: 39, hour: 17))
    #expect(drawdown.recovery == Records.time(day: 66, hour: 17))
    #expect(drawdown.longestUnderwater == .seconds(66 * 86_400 + 8 * 3600))
    #expect(drawdown.fraction == nil)
  }

  @Test func aLaterDeeperFallReplacesARecoveredOne() throws {
    let drawdown = MaximumDrawdown(try Records.curve([10, -5, 7, 0, -9, 3], capital: Money(brl: 100)))
    #expect(drawdown.amount == Money(brl: 9))
    // Equity stays at its peak of 112 until the end of day 3.
    #expect(drawdown.peak == Records.time(day: 3, hour: 17))
    #expect(drawdown.trough == Records.time(day: 4, hour: 17))
    #expect(drawdown.recovery == nil)
    #expect(drawdown.longestUnderwater == .seconds(2 * 86_400))
    #expect(drawdown.fraction == 9.0 / 112)
  }

  @Test func aRisingCurveHasADrawdownOfZero() throws {
    let drawdown = MaximumDrawdown(try Records.curve([1, 2, 3]))
    #expect(drawdown.amount == .zero && drawdown.longestUnderwater == .zero)
  }
}
