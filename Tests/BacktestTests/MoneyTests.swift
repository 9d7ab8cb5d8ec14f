// The same money in every book: fills, audit, trades, curve, journal.

import Accounting
import Backtest
import Engine
import Ensemble
import Performance
import QuantMath
import Risk
import Simulation
import Testing
import TradingDomain

@Suite struct MoneyTests {
  /// Cash that the journal's fills moved, fees taken off, with what is still held valued at `mark`.
  static func cash(_ fills: [Fill], mark: Price?) -> Money {
    var ticks: Int64 = 0
    var held: Int64 = 0
    var contracts: Int64 = 0
    for fill in fills {
      ticks -= fill.side.sign * fill.ticks
      held += fill.side.sign * fill.quantity.contracts
      contracts += fill.quantity.contracts
    }
    return Instrument.wdo.tickValue * (ticks + held * (mark?.ticks ?? 0)) - BacktestSample.fees.perSide * contracts
  }

  @Test func auditTradesCurveAndJournalHoldTheSameMoney() throws {
    let plan = BacktestSample.plan(count: 3)
    let journal = KeptJournal()
    let result = try BacktestSample.run(plan.sessions, warmUp: plan.warmUp, journal: journal)
    #expect(result.trades.count >= 4)
    #expect(result.audit.position == 0, "every day ends flat")
    let trades = result.trades.reduce(Money.zero) { $0 + $1.netProfit }
    #expect(result.audit.net == trades)
    #expect(result.audit.net == Self.cash(journal.fills, mark: nil))
    #expect(result.audit.fees == result.trades.reduce(Money.zero) { $0 + $1.fees })
    #expect(result.curve.last.equity == Money(brl: 50_000) + result.audit.net)
    #expect(result.audit.fills == UInt64(journal.fills.count))
    let closed = journal.entries.compactMap { entry -> ProfitAndLoss? in
      if case .closed(let realised, let fees, let fills, let open) = entry.fact {
        #expect(open == 0 && fills > 0)
        return ProfitAndLoss(realised: realised, open: .zero, fees: fees)
      }
      return nil
    }
    #expect(closed.count == 3)
    #expect(closed.last?.net == result.audit.net && closed.last?.fees == result.audit.fees)
    let report = try result.report(title: "money", stamps: [])
    #expect(report.sessions.reduce(Money.zero) { $0 + $1.profit } == result.audit.net)
  }

  /// Follows a recorder through a session and compares its newest point with the books after every fill and minute.
  final class CurveWatch: EngineObserver {
    let recorder: SessionRecorder
    let capital: Money
    private(set) var comparisons = 0
    private(set) var openComparisons = 0
    private var seen: [Fill] = []
    private var lastMinute = Int64.min

    init(recorder: SessionRecorder, capital: Money) {
      self.recorder = recorder
      self.capital = capital
    }

    func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
      recorder.observe(event, engine: engine, startTicks: startTicks, endTicks: endTicks)
      seen += engine.recentFills
      let minute = engine.audit.time.nanoseconds / 60_000_000_000
      guard minute != lastMinute || !engine.recentFills.isEmpty else { return }
      lastMinute = minute
      comparisons += 1
      if engine.audit.position != 0 { openComparisons += 1 }
      #expect(engine.audit.net == engine.portfolio.profit.net)
      // From a fill to the next price the position is valued at the fill's own price.
      if case .market = event.update { #expect(engine.audit.net == MoneyTests.cash(seen, mark: engine.audit.price)) }
      #expect((try? recorder.curve().last.equity) == capital + engine.portfolio.profit.net)
      #expect(engine.portfolio.isConsistent)
    }
  }

  @Test func theCurveFollowsTheBooksWhileAPositionIsOpen() throws {
    let plan = BacktestSample.plan(count: 1, seed: 8)
    let configuration = BacktestSample.configuration()
    let engine = try TradingEngine(
      configuration: configuration, forecaster: NoiseForecaster())
    for bar in plan.warmUp { engine.warmUp(bar) }
    let session = plan.sessions[0]
    let capital = Money(brl: 1_000)
    let watch = CurveWatch(
      recorder: SessionRecorder(
        instrument: .wdo, fees: BacktestSample.fees, start: session.session.open, capital: capital), capital: capital)
    let venue = SimulatedVenue(configuration: session.simulation, feed: try session.openMarket())
    engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: true)
    let runner = EngineRunner(
      engine: engine, source: venue, gateway: venue, journal: KeptJournal(), observer: watch, ticks: { 0 })
    runner.run(idle: { true })
    #expect(watch.comparisons > 500 && watch.openComparisons > 5)
  }

  /// On a fair coin's path an entry and an exit cost about a tick of spread and the fees; nothing else may remain.
  @Test func noiseOnAFairMarketLosesAboutItsCosts() throws {
    let fee = Money(brl: 10)
    let calendar = TradingCalendar.b3
    var day = BacktestSample.date
    var sessions: [BacktestSession] = []
    for _ in 0..<24 {
      day = calendar.session(after: day)
      let hours = SyntheticMarketConfiguration.wdo(date: day, seed: 0).session
      var session = BacktestSample.session(hours, rule: .displayedTouch, events: [])
      session.openMarket = { MarketFeed(RandomWalk(session: hours, seed: 21)) }
      sessions.append(session)
    }
    let journal = KeptJournal()
    let result = try BacktestSample.run(
      sessions, warmUp: [],
      configuration: BacktestSample.configuration {
        $0.fees = ContractFees(exchange: fee, broker: .zero, serviceTax: .zero, settlement: .zero)
      }, journal: journal)
    let gross = result.trades.map { $0.grossProfit.brl }
    try #require(gross.count >= 100)
    let count = Double(gross.count)
    let mean = gross.reduce(0, +) / count
    let variance = gross.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let standardError = (variance / count).squareRoot()
    // One tick is R$ 5.
    #expect(abs(mean + 5) <= 4 * standardError + 5, "mean gross \(mean), standard error \(standardError)")
    #expect(standardError < 8, "otherwise the bound says little: \(standardError)")
    #expect(result.audit.net < .zero)
    #expect(result.audit.fees == fee * Int64(2 * result.trades.count))
  }
}
