// Redrawn outcomes: their mean, their spread and their order.

import Backtest
import Performance
import QuantMath
import Testing
import TradingDomain

private func sessions(_ profits: [Double]) -> [SessionProfit] {
  profits.enumerated().map {
    SessionProfit(date: SessionDate(dayNumber: Int32(20_000 + $0)), profit: Money(microBRL: Int64($1 * 1_000_000)))
  }
}

private func trades(_ profits: [Double]) -> [ClosedTrade] {
  profits.enumerated().map {
    ClosedTrade(
      instrument: Instrument.wdo.id, side: .buy, quantity: 1, entryTime: Timestamp(nanoseconds: Int64($0)),
      exitTime: Timestamp(nanoseconds: Int64($0) + 1), grossProfit: Money(microBRL: Int64($1 * 1_000_000)), fees: .zero)
  }
}

private func noise(_ count: Int, seed: UInt64) -> [Double] {
  var random = CounterRandom(seed: seed, purpose: "resampling tests")
  return (0..<count).map { _ in (random.nextUniform() * 200 - 100).rounded() }
}

@Test func redrawnIndependentSessionsSpreadAsTheirSumDoes() throws {
  let profits = noise(400, seed: 3)
  let found = try #require(try OutcomeResampling.sessions(sessions(profits), seed: 1))
  let total = profits.reduce(0, +)
  let mean = total / 400
  let deviation = (profits.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 399 * 400).squareRoot()
  let centre = found.nets.reduce(0, +) / Double(found.nets.count)
  #expect(abs(centre - total) < 4 * deviation / Double(found.nets.count).squareRoot())
  let spread = (found.nets.reduce(0) { $0 + ($1 - centre) * ($1 - centre) } / Double(found.nets.count)).squareRoot()
  #expect(abs(spread / deviation - 1) < 0.25)
}

@Test func sessionsThatComeInRunsSpreadWiderThanTheSameSessionsAlone() throws {
  // Thirty days of the same sign at a time.
  let runs = noise(40, seed: 5).flatMap { sign in (0..<30).map { _ in sign } }
  var random = CounterRandom(seed: 9, purpose: "resampling tests")
  var mixed = runs
  random.shuffle(&mixed)
  let clustered = try #require(try OutcomeResampling.sessions(sessions(runs), seed: 1))
  let independent = try #require(try OutcomeResampling.sessions(sessions(mixed), seed: 1))
  let width = clustered.nets[1_950] - clustered.nets[50]
  #expect(width > 2 * (independent.nets[1_950] - independent.nets[50]))
}

@Test func anotherOrderOfTheTradesKeepsTheProfitAndChangesTheFall() throws {
  let profits = noise(200, seed: 7)
  let found = try #require(try OutcomeResampling.tradeOrder(trades(profits), seed: 1))
  let total = profits.reduce(0, +)
  #expect(found.nets.allSatisfy { abs($0 - total) < 1e-6 })
  #expect(try #require(found.drawdowns.last) > 1.5 * (try #require(found.drawdowns.first)))
}

@Test func fallsAndLossesAreCountedByHand() throws {
  // Any order of ten losses falls by all of them.
  let found = try #require(try OutcomeResampling.tradeOrder(trades([Double](repeating: -5, count: 10)), seed: 1))
  #expect(found.lossShare == 1)
  #expect(found.fallShare(Money(microBRL: 50_000_000)) == 1)
  #expect(found.fallShare(Money(microBRL: 50_000_001)) == 0)
}

@Test func theSameSeedDrawsTheSameOutcomes() throws {
  let profits = noise(50, seed: 2)
  #expect(
    try OutcomeResampling.sessions(sessions(profits), seed: 4)
      == OutcomeResampling.sessions(sessions(profits), seed: 4))
  #expect(
    try OutcomeResampling.sessions(sessions(profits), seed: 4)?.nets
      != OutcomeResampling.sessions(sessions(profits), seed: 5)?.nets)
}

@Test func tooFewStepsAreNoDistribution() throws {
  #expect(try OutcomeResampling.sessions(sessions(noise(9, seed: 1)), seed: 1) == nil)
  #expect(try OutcomeResampling.sessions(sessions([Double](repeating: 1, count: 40)), seed: 1) == nil)
  #expect(try OutcomeResampling.tradeOrder(trades(noise(9, seed: 1)), seed: 1) == nil)
}
