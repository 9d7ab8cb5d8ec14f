// What the monitor makes of the facts it is shown.

import Monitoring
import Testing
import TradingDomain

private func observed(_ facts: [JournalFact]) -> MonitoringSnapshot {
  let system = RealTimeMonitoringSystem(instrument: .dol, monotonicTime: .zero)
  for (index, fact) in facts.enumerated() {
    system.observe(JournalEntry(time: Timestamp(nanoseconds: Int64(index)), fact: fact))
  }
  return system.snapshot(monotonicTime: .seconds(1))
}

@Test func everyFactFallsIntoItsCounter() {
  let id = ClientOrderID(epoch: 1, strategy: 1, counter: 1)
  let intent = OrderIntent(
    instrument: Instrument.dol.id, side: .buy, type: .market, quantity: 5, limit: nil, stop: nil, purpose: .entry)
  let fill = Fill(
    id: id, instrument: Instrument.dol.id, side: .buy, quantity: 5, ticks: 5, purpose: .entry,
    exchangeTime: Samples.time)
  let cases: [(fact: JournalFact, counters: [EngineCounter])] = [
    (.opened(schema: 1, model: 2, configuration: 3, epoch: 4), []),
    (Samples.decision(price: 10), [.decisions]),
    (.refusal(RefusalRecord(id: id, intent: intent, reason: 3)), [.refusals]),
    (.intent(NewOrder(id: id, intent: intent, decisionTime: Samples.time)), [.ordersSent]),
    (
      .cancelIntent(CancelOrder(id: id, instrument: Instrument.dol.id, decisionTime: Samples.time)), [.amendmentsSent]
    ),
    (.cancelAllIntent, [.amendmentsSent]),
    (.notSent(id), [.ordersNotSent]),
    (Samples.report(.new), [.reports]),
    (Samples.report(.rejected), [.reports, .rejections]),
    (.fill(fill), [.fills]),
    (.state(.halted, reason: 1), [.stateChanges]),
    (.state(.active, reason: 1), []),
    (.connection(.linkDown), [.disconnections]),
    (.connection(.ready), []),
    (.closed(realised: .zero, fees: .zero, fills: 0, openContracts: 0), []),
  ]
  for (fact, expected) in cases {
    let snapshot = observed([fact])
    for counter in EngineCounter.allCases {
      #expect(snapshot[counter] == (expected.contains(counter) ? 1 : 0), "\(fact) in \(counter)")
    }
  }
}

@Test func aLinkThatStaysDownCountsOnce() {
  #expect(observed([.connection(.linkDown), .connection(.linkDown)])[.disconnections] == 1)
  #expect(
    observed([.connection(.linkDown), .connection(.ready), .connection(.linkDown)])[.disconnections] == 2)
}

@Test func marketEventsGiveThePriceAndTheLosses() {
  let system = RealTimeMonitoringSystem(instrument: .wdo, monotonicTime: .zero)
  func event(_ update: MarketUpdate) -> MarketEvent {
    MarketEvent(instrument: Instrument.wdo.id, sequence: 1, exchangeTime: Samples.time, update: update)
  }
  system.observe(
    event(.trade(Trade(price: Price(ticks: 11), quantity: 1, kind: .cross, number: 1))), at: Samples.time)
  system.observe(event(.gap(missing: 7)), at: Samples.time + .seconds(1))
  let snapshot = system.snapshot(monotonicTime: .seconds(3))
  #expect(snapshot.price == Price(ticks: 11))
  #expect(snapshot[.marketEvents] == 2)
  #expect(snapshot[.missedMessages] == 7)
  #expect(snapshot.engineStart == Samples.time)
  #expect(snapshot.engineTime == Samples.time + .seconds(1))
  #expect(snapshot.uptime == .seconds(3))
}

@Test func theHeadlineIsTickToOrderOnceThereWereOrders() throws {
  let system = Samples.system()
  #expect(system.snapshot(monotonicTime: .seconds(101)).headlineLatency?.stage == .decision)
  system.observe(.microseconds(40), of: .tickToOrder)
  let headline = try #require(system.snapshot(monotonicTime: .seconds(101)).headlineLatency)
  #expect(headline.stage == .tickToOrder)
  #expect(headline.summary.p50 == 40_000)
}

@Test func aNegativeDurationCountsAsZero() throws {
  let system = RealTimeMonitoringSystem(instrument: .dol, monotonicTime: .zero)
  system.observe(Nanoseconds(-5), of: .dutyCycle)
  #expect(try #require(system.snapshot(monotonicTime: .zero)[.dutyCycle]).maximum == 0)
}

@Test func beatsBringTotalsAndFactsThatTheySumAreNotCountedTwice() throws {
  let system = RealTimeMonitoringSystem(instrument: .dol, monotonicTime: .zero)
  func beat(decisions: UInt64, price: Price?, latency: Nanoseconds?) -> SessionBeat {
    SessionBeat(
      time: Samples.time, price: price, position: -10, net: Money(brl: -3), fees: Money(brl: 2), state: .reduceOnly,
      marketEvents: 9, decisions: decisions, orders: 2, refusals: 1, fills: 4, decisionLatency: latency)
  }
  for _ in 0..<3 { system.observe(JournalEntry(time: Samples.time, fact: Samples.decision(price: 7))) }
  system.observe(beat(decisions: 3, price: Price(ticks: 8), latency: .microseconds(5)))
  system.observe(beat(decisions: 5, price: nil, latency: nil))
  let snapshot = system.snapshot(monotonicTime: .zero)
  #expect(snapshot[.decisions] == 5)
  #expect(snapshot[.marketEvents] == 9 && snapshot[.ordersSent] == 2 && snapshot[.fills] == 4)
  #expect(snapshot.price == Price(ticks: 8))
  #expect(snapshot.position == -10 && snapshot.net == Money(brl: -3) && snapshot.fees == Money(brl: 2))
  #expect(snapshot.state == .reduceOnly && snapshot[.stateChanges] == 1)
  #expect(try #require(snapshot[.decision]).count == 1)
}
