// Controls that act through a venue with latency, queues and partial fills, where cancels and fills cross.

import Backtest
import Engine
import Ensemble
import Risk
import Simulation
import Testing
import TradingDomain

@Suite struct ControlsAtTheVenueTests {
  /// Pulls the switch once a position is open after `from`, and notes how much the journal then held.
  final class Killer: EngineObserver {
    let killSwitch: KillSwitch
    let journal: KeptJournal
    let from: Timestamp
    private(set) var recordsBefore: Int?

    init(killSwitch: KillSwitch, journal: KeptJournal, from: Timestamp) {
      self.killSwitch = killSwitch
      self.journal = journal
      self.from = from
    }

    func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
      guard recordsBefore == nil, engine.audit.time >= from, engine.audit.position != 0 else { return }
      killSwitch.pull(.signal)
      recordsBefore = journal.entries.count
    }
  }

  @Test func o1AKillUnderWayClosesThePositionAndNothingFollows() throws {
    let plan = BacktestSample.plan(count: 1)
    let session = plan.sessions[0]
    let (killSwitch, journal) = (KillSwitch(), KeptJournal())
    let killer = Killer(killSwitch: killSwitch, journal: journal, from: session.session.open + .minutes(60))
    let engine = try TradingEngine(
      configuration: BacktestSample.configuration(), forecaster: NoiseForecaster(),
      killSwitch: killSwitch)
    for bar in plan.warmUp { engine.warmUp(bar) }
    engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: false)
    let venue = SimulatedVenue(configuration: session.simulation, feed: try session.openMarket())
    EngineRunner(
      engine: engine, source: venue, gateway: venue, journal: journal, observer: killer, ticks: { 0 }
    ).run(idle: { true })
    let before = try #require(killer.recordsBefore, "no position was open after the first hour")
    let after = journal.entries.dropFirst(before)
    let sent = after.compactMap { entry -> OrderPurpose? in
      if case .intent(let order) = entry.fact { return order.intent.purpose }
      return nil
    }
    #expect(!sent.isEmpty && sent.allSatisfy { $0 == .flatten }, "\(sent)")
    let states = after.filter { entry in
      if case .state = entry.fact { return true }
      return false
    }
    #expect(states.map(\.fact) == [.state(.killed, reason: RiskReason.killSwitchPulled.rawValue)])
    #expect(engine.isAtRest && engine.executionFlaws == 0)
    // The closing order leaves within the two seconds that a kill may take.
    let pulled = try #require(states.first).time
    let closing = try #require(
      after.first { entry in
        if case .intent = entry.fact { return true }
        return false
      })
    #expect(closing.time - pulled < .seconds(2))
  }

  @Test func l2ADayThatLosesItsLimitEndsAndTheNextBeginsAnew() throws {
    let plan = BacktestSample.plan(count: 3)
    let journal = KeptJournal()
    let result = try BacktestSample.run(
      plan.sessions, warmUp: plan.warmUp,
      configuration: BacktestSample.configuration { $0.limits.dailyLossBRL = 40 }, journal: journal)
    var killedDays = Set<SessionDate>()
    var isKilled = false
    for entry in journal.entries {
      switch entry.fact {
      case .state(let state, let reason):
        if state == .killed {
          #expect(reason == RiskReason.dailyLossReached.rawValue)
          killedDays.insert(BrasiliaTime.local(entry.time).date)
        }
        isKilled = state == .killed
      case .intent(let order) where isKilled: #expect(order.intent.purpose == .flatten)
      default: break
      }
    }
    #expect(!killedDays.isEmpty)
    let firstKilled = try #require(killedDays.min())
    #expect(
      journal.intents.contains { BrasiliaTime.local($0.decisionTime).date > firstKilled },
      "a limit of the day ends with the day")
    #expect(result.audit.position == 0)
  }

  @Test func l10APositionThatWouldOutliveTheDayIsClosedInTime() throws {
    let plan = BacktestSample.plan(count: 4)
    let journal = KeptJournal()
    _ = try BacktestSample.run(
      plan.sessions, warmUp: plan.warmUp,
      configuration: BacktestSample.configuration {
        // Late entries with distant exits.
        $0.strategy.firstEntry = .minutes(17 * 60 + 20)
        $0.strategy.trendStopPoints = 28
        $0.strategy.trendTargetPoints = 56
        $0.strategy.rangeStopFloorPoints = 28
      }, journal: journal)
    let closing = journal.intents.filter { $0.intent.purpose == .flatten }
    #expect(!closing.isEmpty, "no position lived until the end of a day")
    for order in closing {
      let date = BrasiliaTime.local(order.decisionTime).date
      let close = try #require(plan.sessions.first { $0.session.date == date }).session.close
      #expect(order.decisionTime >= close - .minutes(30) && order.decisionTime < close - .minutes(29))
    }
    var held: Int64 = 0
    for (index, fill) in journal.fills.enumerated() {
      held += fill.side.sign * fill.quantity.contracts
      let isLastOfDay =
        index + 1 == journal.fills.count
        || BrasiliaTime.local(journal.fills[index + 1].exchangeTime).date
          != BrasiliaTime.local(fill.exchangeTime).date
      if isLastOfDay { #expect(held == 0) }
    }
  }
}
