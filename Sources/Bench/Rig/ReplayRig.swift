// An engine without a wire: events in, facts counted, no order wanted. What replay stages and `bench replay` drive.

import Accounting
import CHotPath
import Engine
import Ensemble
import Execution
import Features
import Monitoring
import Risk
import TradingDomain

/// The whole engine, warm and in session, deciding with a pair of reference forests after each second that had a trade.
///
/// The strategy asks for more certainty than there is, so it never enters: what is measured is the flow of events.
final class ReplayRig {
  private let runner: EngineRunner
  private let sink = CountingSink()
  private let feed: ReplayFeed
  private let event: UnsafeMutablePointer<VenueEvent>
  private var processed = 0

  init(_ feed: ReplayFeed) throws {
    self.feed = feed
    let predictor = try ReferenceForest.predictor.get()
    let forecaster = try ForestForecaster(
      direction: predictor, magnitude: predictor, schemaHash: FeatureSchema.v2.hash, columns: FeatureSchema.v2.count)
    var strategy = StrategyConfiguration()
    strategy.leastSignalProbability = 1
    let engine = try TradingEngine(
      configuration: EngineConfiguration(
        instrument: feed.instrument, barDuration: .seconds(1), schema: .v2, strategy: strategy,
        limits: RiskLimits.baseline(for: feed.instrument), fees: .free, epoch: 1, modelHash: 0, configurationHash: 0),
      forecaster: forecaster)
    for minute in -TriggerMarket.warmUpBars..<0 { engine.warmUp(TriggerMarket.bar(minute)) }
    runner = EngineRunner(engine: engine, source: sink, gateway: sink, journal: sink, ticks: { hp_clock_ticks() })
    event = .allocate(capacity: 1)
    event.initialize(to: VenueEvent(localTime: .distantPast, update: .clock))
    beginSession(feed.session)
  }

  deinit { event.deallocate() }

  /// Feeds the next `count` events; each lap of the feed is a session of its own.
  func run(_ count: Int) {
    for _ in 0..<count {
      if processed != 0, processed % feed.lapCount == 0 {
        let shift = ReplayFeed.lapLength * Int64(processed / feed.lapCount)
        beginSession(
          TradingSession(
            date: feed.session.date.advanced(by: processed / feed.lapCount), open: feed.session.open + shift,
            close: feed.session.close + shift))
      }
      feed.next(into: event)
      runner.process(event.pointee)
      processed += 1
    }
  }

  /// What the engine made of it so far.
  var audit: AuditRecord { runner.engine.audit }
  /// Over counts, position and newest price: equal runs give equal values.
  var checksum: UInt64 {
    let audit = audit
    return (audit.events &* 31 &+ audit.decisions) &* 31 &+ UInt64(bitPattern: audit.price?.ticks ?? 0) &+ sink.facts
  }

  private func beginSession(_ session: TradingSession) {
    runner.engine.beginSession(
      session, contract: ContractStanding(isTradable: true, sessionsLeft: 20), rearmsDailyLatches: true)
    runner.flush(at: session.open)
  }
}

/// A source without events, a gateway and a journal that only count: a file that grows is no part of a flat memory.
private final class CountingSink: VenueEventSource, OrderGateway, OrderJournal {
  private(set) var facts: UInt64 = 0

  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int { 0 }
  func send(_ command: OrderCommand) -> SendOutcome { .handedOver }
  func append(_ entry: JournalEntry) -> Bool {
    facts &+= 1
    return true
  }
}
