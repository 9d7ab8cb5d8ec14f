// The research loop's fills by hand, bar by bar.

import Accounting
import Backtest
import Risk
import Simulation
import Testing
import TradingDomain

/// Says what it was told to say, at the bars it was told.
struct ListedRule: BarRule {
  var signals: [Int: BarSignal]
  var entries = 0
  mutating func beginSession() {}
  mutating func signal(at bar: Int) -> BarSignal { signals[bar] ?? .none }
  mutating func noteEntry() { entries += 1 }
}

@Suite struct WalkForwardResearchTests {
  static let open = BrasiliaTime.timestamp(SessionDate(dayNumber: 19_000), timeOfDay: .minutes(9 * 60))
  static let fees = BacktestSample.fees

  /// Open, high, low, close of successive minutes from `start`.
  static func bars(_ prices: [(Int64, Int64, Int64, Int64)], start: Int64 = 0) -> [Bar] {
    prices.enumerated().map { minute, price in
      Bar(
        start: open + .minutes(start + Int64(minute)), duration: .minutes(1), open: Price(ticks: price.0),
        high: Price(ticks: price.1), low: Price(ticks: price.2), close: Price(ticks: price.3), volume: 100,
        tradeCount: 10, signedVolume: 0)
    }
  }

  static func run(
    _ bars: [Bar], _ signals: [Int: BarSignal], minutes: Int64 = 540, limits: RiskLimits = .baseline(for: .wdo),
    contracts: Int64 = 1
  ) throws -> (result: BarResearchResult, entries: Int) {
    let session = TradingSession(date: SessionDate(dayNumber: 19_000), open: open, close: open + .minutes(minutes))
    let tape = try BarTape(
      bars: bars, sessions: [TapeSession(session: session)], limits: limits, entryLifetime: .seconds(10))
    let fills = try BarFillModel(
      instrument: .wdo, fees: fees, assumptions: SimulationAssumptions(latency: BacktestSample.latency))
    var rule = ListedRule(signals: signals)
    let result = BarResearch(fills: fills, contracts: contracts).run(tape, sessions: 0..<1, rule: &rule)
    return (result, rule.entries)
  }

  static let flat: (Int64, Int64, Int64, Int64) = (100, 101, 99, 100)
  static let buy = BarSignal(direction: 1, stopTicks: 10, targetTicks: 20)
  static let sell = BarSignal(direction: -1, stopTicks: 10, targetTicks: 20)

  @Test func anEntryMeetsTheNextOpenPlusHalfTheSpread() throws {
    var prices = [(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 30)
    prices[11] = (103, 104, 102, 103)
    prices[12] = (110, 125, 110, 120)
    let (result, entries) = try Self.run(Self.bars(prices), [10: Self.buy])
    #expect(entries == 1)
    // In at 103 + 1, target 124 once a bar trades a tick beyond.
    #expect(result.trades == [BarTrade(entryBar: 11, exitBar: 12, direction: 1, entryPrice: 104, exitPrice: 124)])
    #expect(result.net == Instrument.wdo.tickValue * 20 - Self.fees.perSide * 2)
  }

  @Test func aTargetThatIsOnlyTouchedDoesNotFill() throws {
    var prices = [(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 30)
    prices[12] = (110, 121, 110, 120)
    prices[13] = (120, 122, 119, 121)
    let (result, _) = try Self.run(Self.bars(prices), [10: Self.buy])
    #expect(result.trades.first?.exitBar == 13 && result.trades.first?.exitPrice == 121)
  }

  @Test func anOpenThatJumpsBeyondTheLimitIsMissed() throws {
    var prices = [(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 30)
    prices[11] = (104, 105, 103, 104)
    let (result, entries) = try Self.run(Self.bars(prices), [10: Self.buy])
    #expect(entries == 1 && result.trades.isEmpty && result.missedEntries == 1 && result.net == .zero)
  }

  @Test func aStopLosesTheSlippageAndAGapMore() throws {
    var prices = [(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 30)
    prices[12] = (100, 130, 90, 100)
    let touched = try Self.run(Self.bars(prices), [10: Self.buy]).result
    // In at 101, stop 91; the same bar reaches the target, but the worse order is assumed.
    #expect(touched.trades.first?.exitPrice == 90 && touched.roughExits == 0)
    prices[12] = (85, 86, 84, 85)
    let jumped = try Self.run(Self.bars(prices), [10: Self.buy]).result
    #expect(jumped.trades.first?.exitPrice == 84)
    prices[12] = (70, 71, 69, 70)
    let far = try Self.run(Self.bars(prices), [10: Self.buy]).result
    // Beyond the stop's limit of 81: closed at the next open less half the spread, and counted as rough.
    #expect(far.trades.first?.exitBar == 13 && far.trades.first?.exitPrice == 99 && far.roughExits == 1)
  }

  @Test func shortTradesMirrorLongOnes() throws {
    var prices = [(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 30)
    prices[12] = (100, 100, 78, 80)
    let won = try Self.run(Self.bars(prices), [10: Self.sell], contracts: 2).result
    #expect(won.trades == [BarTrade(entryBar: 11, exitBar: 12, direction: -1, entryPrice: 99, exitPrice: 79)])
    #expect(won.net == Instrument.wdo.tickValue * 40 - Self.fees.perSide * 4)
    prices[12] = (100, 109, 99, 100)
    #expect(try Self.run(Self.bars(prices), [10: Self.sell]).result.trades.first?.exitPrice == 110)
  }

  @Test func nothingIsHeldIntoTheLastHalfHour() throws {
    let bars = Self.bars([(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 120))
    let (result, entries) = try Self.run(bars, [20: Self.buy, 80: Self.buy], minutes: 120)
    #expect(result.trades.map(\.exitBar) == [90])
    #expect(entries == 1, "45 minutes before the close entries end")
  }

  @Test func entriesEndWithTheDaysLoss() throws {
    var limits = RiskLimits.baseline(for: .wdo)
    limits.dailyLossBRL = 60
    var prices = [(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 60)
    prices[12] = (100, 100, 90, 100)
    let (result, entries) = try Self.run(Self.bars(prices), [10: Self.buy, 20: Self.buy], limits: limits)
    #expect(entries == 1 && result.trades.count == 1)
  }

  @Test func aPauseInTheBarsForgoesTheEntry() throws {
    let bars =
      Self.bars([(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 11))
      + Self.bars([(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 20), start: 12)
    #expect(try Self.run(bars, [10: Self.buy]).entries == 0)
    #expect(try Self.run(bars, [11: Self.buy]).entries == 1)
  }

  @Test func aPositionIsLeftAfterItsBars() throws {
    var signal = Self.buy
    signal.holdBars = 3
    let bars = Self.bars([(Int64, Int64, Int64, Int64)](repeating: Self.flat, count: 60))
    let trade = try Self.run(bars, [10: signal]).result.trades.first
    #expect(trade == BarTrade(entryBar: 11, exitBar: 14, direction: 1, entryPrice: 101, exitPrice: 99))
  }

  @Test func slippageThatNeedsVolumeIsRefusedByName() throws {
    var assumptions = SimulationAssumptions(latency: BacktestSample.latency)
    assumptions.slippage = .squareRoot(coefficient: 0.5)
    let error = #expect(throws: BarResearchError.self) {
      _ = try BarFillModel(instrument: .wdo, fees: Self.fees, assumptions: assumptions)
    }
    #expect(error?.description.contains("square root") == true)
    assumptions.slippage = .fixed(ticks: 2)
    #expect(try BarFillModel(instrument: .wdo, fees: Self.fees, assumptions: assumptions).entryTicks == 3)
  }
}
