// When entries are allowed: fresh market data, trading phase, connection, time of day.

import Risk
import Testing
import TradingDomain

struct EntryMomentTests {
  private func expectEntryOnlyBlocked(_ gate: GateFixture, _ reason: RiskReason?, _ note: String = "") {
    #expect(gate.reason(gate.intent()) == reason, "\(note)")
    #expect(gate.review(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)).approval != nil, "\(note)")
  }

  @Test(
    arguments: [
      (Int64(2_000_000_000), nil), (2_000_000_001, RiskReason.marketDataStale), (-1, .marketDataStale),
    ] as [(Int64, RiskReason?)])
  func entriesNeedAFreshUpdate(age: Int64, reason: RiskReason?) throws {
    let gate = try GateFixture()
    gate.now = gate.now + Nanoseconds(age)
    expectEntryOnlyBlocked(gate, reason)
  }

  @Test func entriesNeedAnyUpdateAtAll() throws {
    let gate = try GateFixture(market: false)
    gate.connection(.ready)
    gate.observe(.phase(.opened))
    #expect(gate.reason(gate.intent()) == .noMarketDataYet)
  }

  @Test func barSourcesMayBeTwoBarsOld() throws {
    let gate = try GateFixture({ $0 = $0.forBars(of: .minutes(5)) })
    gate.now = gate.now + .minutes(10)
    expectEntryOnlyBlocked(gate, nil)
    gate.now = gate.now + Nanoseconds(1)
    expectEntryOnlyBlocked(gate, .marketDataStale)
  }

  @Test func halfOfTheUpdatesMayBeLateButNotMore() throws {
    let gate = try GateFixture()
    gate.now = gate.now + .seconds(5)
    for _ in 0..<10 { gate.trade(11_000, lag: .milliseconds(1000)) }
    for _ in 0..<10 { gate.trade(11_000, lag: Nanoseconds(1_000_000_001)) }
    expectEntryOnlyBlocked(gate, nil, "half late")
    gate.trade(11_000, lag: .seconds(2))
    expectEntryOnlyBlocked(gate, .marketDataLate, "more than half late")
    // The next second still remembers this one; the one after does not.
    gate.now = gate.now + .milliseconds(1200)
    gate.trade(11_000)
    expectEntryOnlyBlocked(gate, nil, "eleven of twenty-two")
    gate.now = gate.now + .seconds(3)
    gate.trade(11_000, lag: .seconds(2))
    expectEntryOnlyBlocked(gate, .marketDataLate, "one of one")
  }

  @Test func anImpossibleExchangeTimeCountsAsLate() throws {
    let gate = try GateFixture()
    gate.now = gate.now + .seconds(5)
    for time in [Timestamp.distantPast, .distantFuture] {
      _ = gate.engine.observe(
        VenueEvent(
          localTime: gate.now,
          update: .market(
            MarketEvent(
              instrument: gate.engine.instrument.id, sequence: 1, exchangeTime: time,
              update: .trade(Trade(price: Price(ticks: 11_000), quantity: 1, kind: .other, number: 0))))))
    }
    expectEntryOnlyBlocked(gate, .marketDataLate)
  }

  @Test(
    arguments: [
      (TradingPhase.opened, nil), (.frozen, RiskReason.phaseNotOpen), (.inhibited, .phaseNotOpen),
      (.auction, .phaseNotOpen),
      (.closed, .phaseNotOpen), (.preClosing, .phaseNotOpen), (.preOpening, .phaseNotOpen), (.unknown, .phaseUnknown),
    ] as [(TradingPhase, RiskReason?)])
  func entriesNeedContinuousTrading(phase: TradingPhase, reason: RiskReason?) throws {
    let gate = try GateFixture()
    let action = gate.observe(.phase(phase))
    expectEntryOnlyBlocked(gate, reason)
    #expect((action?.cancelsEntries ?? false) == (phase != .opened))
    #expect(action?.flatten == nil)
    // Only the change asks for a cancel, not its repetition.
    #expect(gate.observe(.phase(phase)) == nil)
  }

  @Test(
    arguments: [
      (ConnectionState.ready, nil), (.linkDown, RiskReason.linkDown), (.resynchronising, .linkNotSynchronised),
      (.routingDown, .routingDown), (.marketDataDown, .marketDataDown),
    ] as [(ConnectionState, RiskReason?)])
  func entriesNeedTheWholeWay(state: ConnectionState, reason: RiskReason?) throws {
    let gate = try GateFixture()
    gate.connection(state)
    expectEntryOnlyBlocked(gate, reason)
  }

  @Test func aSourceThatNeverReportedItselfIsNotReady() throws {
    let gate = try GateFixture(market: false)
    gate.observe(.phase(.opened))
    gate.trade(11_000)
    expectEntryOnlyBlocked(gate, .connectionUnknown)
  }

  @Test func entriesKeepAwayFromOpenAndClose() throws {
    // The session runs from 09:00 to 18:30; entries from 09:05 until 17:45.
    let cases: [(Int64, RiskReason?)] = [
      (-1, .beforeEntryWindow), (299, .beforeEntryWindow), (300, nil), (31_499, nil), (31_500, .afterEntryWindow),
      (40_000, .afterEntryWindow),
    ]
    for (seconds, reason) in cases {
      let gate = try GateFixture(market: false)
      gate.now = gate.session.open + .seconds(seconds)
      gate.openMarket()
      expectEntryOnlyBlocked(gate, reason, "\(seconds) s after the open")
    }
  }

  @Test func withoutASessionThereAreNoEntries() throws {
    let gate = try GateFixture()
    gate.engine.beginSession(nil, contract: ContractStanding(isTradable: true, sessionsLeft: 9), now: gate.now)
    gate.openMarket()
    expectEntryOnlyBlocked(gate, .sessionUnknown)
  }

  @Test func anotherInstrumentsDataDoNotCount() throws {
    let gate = try GateFixture(market: false)
    gate.connection(.ready)
    _ = gate.engine.observe(
      VenueEvent(
        localTime: gate.now,
        update: .market(
          MarketEvent(
            instrument: Instrument.dol.id, sequence: 1, exchangeTime: gate.now,
            update: .trade(Trade(price: Price(ticks: 11_000), quantity: 1, kind: .other, number: 0))))))
    #expect(gate.engine.market.last == nil)
  }
}
