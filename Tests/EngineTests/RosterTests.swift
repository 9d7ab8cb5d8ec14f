// Several models on one stream: watching changes nothing, and who trades changes between two events.

import Engine
import Ensemble
import Execution
import Features
import Risk
import Testing
import TradingDomain

/// Remembers the bars it was told of.
private final class Listener: Forecaster {
  let schemaHash = FeatureSchema.v2.hash
  var answer = Forecast(probabilityUp: 0.9, probabilityDown: 0.1, magnitude: 0.001)
  var heard: [Timestamp] = []
  var asked: () -> Void = {}
  func observe(_ input: ForecastInput) { heard.append(input.bar.end) }
  func forecast(_ input: ForecastInput) -> Forecast {
    asked()
    return answer
  }
}

private func seat(
  _ model: UInt64, _ forecaster: any Forecaster, warm rig: EngineRig, quantity: Int64 = 1,
  execution: ExecutionConfiguration? = nil, allowance: UInt64? = nil
) throws -> ModelSeat {
  var strategy = StrategyConfiguration()
  strategy.quantity = Quantity(quantity)
  strategy.entriesPerSession = 1_000
  let seat = try ModelSeat(
    model: model, schema: .v2, strategy: strategy, execution: execution, instrument: .wdo, forecaster: forecaster,
    allowance: allowance)
  seat.warmUp(EngineRig.risingBars(count: 120, endingAt: rig.now, price: rig.price))
  return seat
}

extension EngineRig {
  fileprivate func adopt(_ roster: Roster) {
    mailbox.post(roster)
    for _ in 0..<1_100 where mailbox.number != roster.number && mailbox.refusedNumber != roster.number {
      _ = runner.step()
    }
  }

  fileprivate var trade: [JournalFact] {
    journal.entries.map(\.fact).filter {
      switch $0 {
      case .shadow, .roster, .benched: false
      default: true
      }
    }
  }

  fileprivate func shadows(_ model: UInt64) -> [ShadowRecord] {
    journal.entries.compactMap { if case .shadow(let record) = $0.fact, record.model == model { record } else { nil } }
  }
}

@Test func watchersChangeNothingThatTrades() throws {
  func facts(watchers: Int) throws -> ([JournalFact], Int) {
    let rig = try EngineRig()
    let champion = try #require(rig.engine.roster.champion)
    var listeners: [Listener] = []
    if watchers > 0 {
      let shadows = try (0..<watchers).map { number in
        let listener = Listener()
        listener.answer.probabilityUp = 0.1
        listener.answer.probabilityDown = 0.8
        listeners.append(listener)
        return try seat(UInt64(100 + number), listener, warm: rig)
      }
      rig.adopt(Roster(number: 1, champion: champion, shadows: shadows))
    }
    for _ in 0..<8 {
      rig.decide()
      rig.trade(at: rig.price + 1)
    }
    return (rig.trade, watchers > 0 ? rig.shadows(100).count : 0)
  }
  let alone = try facts(watchers: 0)
  let watched = try facts(watchers: 3)
  #expect(alone.0 == watched.0)
  #expect(watched.1 == watched.0.count { if case .decision = $0 { true } else { false } })
}

@Test func anOrderLeavesBeforeTheWatchersAreAsked() throws {
  let rig = try EngineRig()
  let listener = Listener()
  var ordersWhenAsked: [Int] = []
  listener.asked = { ordersWhenAsked.append(rig.venue.orders.count) }
  rig.adopt(
    Roster(number: 1, champion: rig.engine.roster.champion, shadows: [try seat(9, listener, warm: rig)]))
  rig.decide()
  #expect(rig.venue.orders.count == 1)
  #expect(ordersWhenAsked == [1])
}

@Test func tenThousandSwapsLoseNothing() throws {
  func run(swaps: Bool) throws -> (facts: [JournalFact], events: UInt64, swaps: Int) {
    let rig = try EngineRig { $0.strategy.entriesPerSession = 1_000 }
    let first = try #require(rig.engine.roster.champion)
    let second = try seat(1, rig.forecaster, warm: rig)
    if swaps { rig.adopt(Roster(number: 1, champion: first, shadows: [second])) }
    var number: UInt32 = 1
    for step in 0..<10_000 {
      if swaps {
        number += 1
        let (trader, watcher) = step % 2 == 0 ? (second, first) : (first, second)
        rig.adopt(Roster(number: number, champion: trader, shadows: [watcher]))
        #expect(rig.mailbox.number == number)
      }
      if step % 25 == 0, step < 5_000 { rig.decide() } else { rig.trade(at: 11_000 + Int64(step % 7)) }
    }
    let count = rig.journal.entries.count { if case .roster = $0.fact { true } else { false } }
    return (rig.trade, rig.engine.audit.events, count)
  }
  let steady = try run(swaps: false)
  let swapped = try run(swaps: true)
  #expect(swapped.swaps == 10_001)
  #expect(swapped.events == steady.events)
  // Both seats hold the same model: whoever trades, the trade is the same but for positions closed at a swap.
  let decisions = { (facts: [JournalFact]) in facts.count { if case .decision = $0 { true } else { false } } }
  #expect(decisions(swapped.facts) == decisions(steady.facts))
  #expect(decisions(steady.facts) > 190)
}

@Test func aPositionWhoseModelLostTheTradeIsClosed() throws {
  let rig = try EngineRig()
  let first = try #require(rig.engine.roster.champion)
  let second = try seat(2, Listener(), warm: rig)
  rig.adopt(Roster(number: 1, champion: first, shadows: [second]))
  rig.decide()
  let order = try #require(rig.venue.orders.last)
  rig.report(order, .filled, traded: 1, at: rig.price)
  #expect(rig.engine.audit.position == 1)
  let before = rig.venue.orders.count
  rig.adopt(Roster(number: 2, champion: second, shadows: [first]))
  rig.clock()
  let exits = rig.venue.orders.dropFirst(before).filter { $0.intent.purpose == .flatten }
  let cancels = rig.venue.sent.filter { if case .cancel = $0 { true } else { false } }
  #expect(!exits.isEmpty || !cancels.isEmpty, "the position is being closed")
  // The same model under another number keeps what it holds.
  let other = try EngineRig()
  other.decide()
  other.report(try #require(other.venue.orders.last), .filled, traded: 1, at: other.price)
  let calm = other.venue.orders.count
  other.adopt(Roster(number: 1, champion: other.engine.roster.champion))
  other.clock()
  #expect(other.venue.orders.dropFirst(calm).allSatisfy { $0.intent.purpose != .flatten })
}

@Test func aCanaryDecidesItsPartInItsSize() throws {
  func run() throws -> (canary: Int, all: Int, largest: Int32) {
    let rig = try EngineRig { $0.limits.entryAfterOpenMinutes = 0 }
    rig.forecaster.answer = Forecast(probabilityUp: 0.4, probabilityDown: 0.4, magnitude: 0)
    let listener = Listener()
    listener.answer = rig.forecaster.answer
    let canary = try seat(5, listener, warm: rig, quantity: 4)
    rig.adopt(
      Roster(
        number: 3, champion: rig.engine.roster.champion, canary: canary, terms: CanaryTerms(share: 0.3, lots: 2)))
    for _ in 0..<300 { rig.decide() }
    let decisions = rig.journal.entries.compactMap {
      if case .decision(let decision) = $0.fact { decision } else { nil }
    }
    #expect(rig.shadows(5).count + decisions.count { $0.isCanary } == decisions.count)
    listener.answer = Forecast(probabilityUp: 0.95, probabilityDown: 0.01, magnitude: 0)
    for _ in 0..<20 { rig.decide() }
    let after = rig.journal.entries.compactMap { if case .decision(let decision) = $0.fact { decision } else { nil } }
    return (decisions.count { $0.isCanary }, decisions.count, after.map(\.wanted).max() ?? 0)
  }
  let once = try run()
  #expect(once.all == 300)
  #expect((65...115).contains(once.canary))
  #expect(once.largest == 2)
  let again = try run()
  #expect(again.canary == once.canary)
}

@Test func aSlowWatcherIsBenchedAndAChampionNever() throws {
  let rig = try EngineRig()
  var time: UInt64 = 0
  let (slow, champion) = (Listener(), Listener())
  slow.asked = { time += 1_000 }
  champion.asked = { time += 5_000 }
  let engine = try TradingEngine(
    configuration: rig.engine.configuration,
    roster: Roster(
      champion: try seat(1, champion, warm: rig, allowance: 100),
      shadows: [try seat(2, slow, warm: rig, allowance: 100)]), ticks: { time })
  engine.beginSession(
    EngineRig.session, contract: ContractStanding(isTradable: true, sessionsLeft: 10), rearmsDailyLatches: false)
  let runner = EngineRunner(
    engine: engine, source: rig.venue, gateway: rig.venue, journal: rig.journal, ticks: { 0 })
  for minute in 0..<40 {
    let start = rig.now + .minutes(Int64(minute))
    let bar = EngineRig.bar(start: start, open: 11_000, close: 11_001)
    rig.venue.give(
      VenueEvent(
        localTime: start + .minutes(1),
        update: .market(
          MarketEvent(
            instrument: Instrument.wdo.id, sequence: UInt64(minute), exchangeTime: bar.end, update: .bar(bar)))))
    _ = runner.step()
  }
  #expect(rig.shadows(2).count == ModelSeat.patience)
  #expect(rig.journal.entries.contains { $0.fact == .benched(model: 2) })
  #expect(engine.audit.decisions == 40)
}

@Test func whoJoinsHearsEveryBarOnce() throws {
  let rig = try EngineRig()
  let start = rig.now
  for _ in 0..<30 { rig.decide() }
  let late = Listener()
  let joined = try ModelSeat(
    model: 7, schema: .v2, strategy: StrategyConfiguration(), instrument: .wdo, forecaster: late)
  joined.warmUp(EngineRig.risingBars(count: 120, endingAt: start, price: 11_000))
  rig.adopt(Roster(number: 1, champion: rig.engine.roster.champion, shadows: [joined]))
  #expect(rig.mailbox.number == 1)
  for _ in 0..<3 { rig.decide() }
  #expect(late.heard.count == 120 + 33)
  #expect(late.heard == late.heard.sorted() && Set(late.heard).count == late.heard.count)
}

@Test func whoComesTooLateIsRefused() throws {
  let rig = try EngineRig()
  for _ in 0..<1_100 {
    rig.engine.warmUp(EngineRig.bar(start: rig.now, open: 11_000, close: 11_001)); rig.pass(.minutes(1))
  }
  let seat = try ModelSeat(
    model: 7, schema: .v2, strategy: StrategyConfiguration(), instrument: .wdo, forecaster: Listener())
  rig.adopt(Roster(number: 4, champion: rig.engine.roster.champion, shadows: [seat]))
  #expect(rig.mailbox.refusedNumber == 4)
  #expect(rig.engine.roster.number == 0)
}

@Test func withoutAChampionNobodyOpens() throws {
  let rig = try EngineRig()
  let old = try #require(rig.engine.roster.champion)
  rig.adopt(Roster(number: 1, champion: nil, shadows: [old]))
  for _ in 0..<5 { rig.decide() }
  #expect(rig.venue.orders.isEmpty)
  #expect(rig.shadows(1).count == 5)
  rig.adopt(Roster(number: 2, champion: old, size: 0))
  rig.decide()
  #expect(rig.venue.orders.isEmpty)
  rig.adopt(Roster(number: 3, champion: old))
  rig.decide()
  #expect(rig.venue.orders.count == 1)
}

@Test func ordersAreHandledInTheWaysOfWhoeverBegan() throws {
  func reach(_ ticks: Int64?) throws -> Int64 {
    let rig = try EngineRig()
    var ways: ExecutionConfiguration?
    if let ticks {
      ways = ExecutionConfiguration()
      ways?.entryReach = Price(ticks: ticks)
    }
    rig.adopt(Roster(number: 1, champion: try seat(7, Listener(), warm: rig, execution: ways)))
    rig.decide()
    let orders = rig.trade.compactMap { fact -> OrderIntent? in
      if case .intent(let order) = fact { order.intent } else { nil }
    }
    let entry = try #require(orders.first)
    return try #require(entry.limit).ticks
  }
  let usual = try reach(nil)
  #expect(try reach(1) == usual - ExecutionConfiguration().entryReach.ticks + 1)
  #expect(try reach(3) == usual - ExecutionConfiguration().entryReach.ticks + 3)
}
