// The trader as it runs in production, put together around a source and a gateway of the caller's choice.

import Accounting
import CHotPath
import Engine
import Ensemble
import Execution
import Features
import Foundation
import Glibc
import Risk
import Storage
import TradingDomain

/// An engine, warmed up and in session on the ``TriggerMarket``, with its runner and a journal on disk.
final class TraderRig {
  let runner: EngineRunner
  let journal: JournalWriter

  /// `triggers` is how many orders will follow: the gate allows 2,000 a session. The runner reads its times off
  /// `stopwatch`, where slowdowns can be planted, or off the bare counter.
  init(
    source: any VenueEventSource, gateway: any OrderGateway, triggers: Int, observer: (any EngineObserver)? = nil,
    mailbox: RosterMailbox? = nil, stopwatch: Stopwatch? = nil, forecaster: (any Forecaster)? = nil
  ) throws {
    precondition(triggers <= 2_000, "a session is limited to 2,000 orders by the risk gate's compiled bounds")
    journal = try TraderRig.makeJournal(capacity: 8 * triggers + 64)
    let engine = try TradingEngine(
      configuration: TraderRig.configuration,
      forecaster: forecaster ?? DecisiveForecaster(ReferenceForest.predictor.get()))
    for minute in -TriggerMarket.warmUpBars..<0 { engine.warmUp(TriggerMarket.bar(minute)) }
    engine.beginSession(
      TriggerMarket.session, contract: ContractStanding(isTradable: true, sessionsLeft: 20), rearmsDailyLatches: false)
    runner = EngineRunner(
      engine: engine, source: source, gateway: gateway, journal: journal, observer: observer,
      rehearsalPause: EngineRunner.rehearsalPause, mailbox: mailbox,
      ticks: stopwatch.map { stopwatch in { stopwatch.ticks } } ?? { hp_clock_ticks() })
    runner.flush(at: TriggerMarket.start)
  }

  /// A journal whose file has no name any more: it is gone with its writer, however the program ends.
  static func makeJournal(capacity: Int) throws -> JournalWriter {
    let path = NSTemporaryDirectory() + "bench-\(UUID().uuidString).journal"
    let journal = try JournalWriter(path: path, capacity: capacity)
    unlink(path)
    return journal
  }

  /// What stands in the way of an order, for errors.
  var state: String {
    let audit = runner.engine.audit
    return "\(audit.events) events, \(audit.decisions) decisions, \(audit.orders) orders, \(audit.refusals) refusals, "
      + "state \(audit.state), regime \(audit.regime)"
  }

  private static var configuration: EngineConfiguration {
    var strategy = StrategyConfiguration()
    strategy.entriesPerSession = .max
    strategy.firstEntry = .zero
    strategy.lastEntry = .minutes(24 * 60)
    strategy.trend = EntryThresholds(confidence: 0, probability: 0)
    strategy.leastSignalProbability = 0
    strategy.leastRelativeRange = 1e-9
    var limits = RiskLimits()
    limits.ordersPerDay = 2_000
    return EngineConfiguration(
      instrument: TriggerMarket.instrument, barDuration: .minutes(1), schema: .v2, strategy: strategy,
      execution: ExecutionConfiguration(), limits: limits, fees: .free, epoch: 1, modelHash: 0, configurationHash: 0)
  }
}
