// The daily loss and the end of the day: reduce, flatten, lock.

import Accounting
import Risk
import Testing
import TradingDomain

struct LossAndDayEndTests {
  private func loss(_ reais: Double, open: Double = 0, fees: Double = 0) -> ProfitAndLoss {
    ProfitAndLoss(realised: Money(brl: -reais), open: Money(brl: -open), fees: Money(brl: fees))
  }

  @Test(arguments: [
    (359.999999, DailyLossStage.within), (360, .reduceOnly), (599.999999, .reduceOnly), (600, .reached),
    (1e9, .reached),
  ])
  func theStagesBeginAtSixtyAndAHundredPercent(reais: Double, stage: DailyLossStage) {
    #expect(DailyLoss.evaluate(net: Money(brl: -reais), limit: Money(brl: 600), reduceOnlyPercent: 60).0 == stage)
    #expect(DailyLoss.evaluate(net: Money(microBRL: .min), limit: Money(brl: 600), reduceOnlyPercent: 60).0 == .reached)
    #expect(DailyLoss.evaluate(net: Money(brl: reais), limit: Money(brl: 600), reduceOnlyPercent: 60).0 == .within)
  }

  @Test func sixtyPercentLeavesOnlyReducing() throws {
    let gate = try GateFixture()
    let long = Exposure(position: 1)
    #expect(gate.engine.update(profit: loss(200, open: 150, fees: 9.99), exposure: long, now: gate.now) == nil)
    let action = try #require(gate.engine.update(profit: loss(200, open: 150, fees: 10), exposure: long, now: gate.now))
    #expect(action.state == .reduceOnly && action.cancelsEntries && action.flatten == nil && action.pages)
    #expect(action.cause.control == .dailyLoss && action.cause.reason == .dailyLossWarning)
    #expect(gate.engine.update(profit: loss(200, open: 150, fees: 10), exposure: long, now: gate.now) == nil)
    #expect(gate.reason(gate.intent()) == .stateReduceOnly)
    // A recovery does not free the state: it is latched.
    #expect(gate.engine.update(profit: loss(0), exposure: long, now: gate.now) == nil)
    #expect(gate.engine.state == .reduceOnly)
    #expect(gate.engine.command(.resume, now: gate.now) == .done(nil))
    #expect(gate.engine.state == .active)
  }

  @Test func theWholeLossFlattensAndKillsUntilTheNextSession() throws {
    let gate = try GateFixture()
    let action = try #require(gate.engine.update(profit: loss(600), exposure: Exposure(position: 1), now: gate.now))
    #expect(action.state == .killed && action.cancelsEntries && action.flatten == .protected && action.pages)
    #expect(gate.engine.takeStateChange()?.cause.reason == .dailyLossReached)
    #expect(gate.engine.flattenObligation == .protected)
    guard case .refused(let refusal) = gate.engine.command(.resume, now: gate.now) else {
      Issue.record("resume was allowed after the daily loss")
      return
    }
    #expect(refusal.reason == .resumeRefusedDailyLoss)
    #expect(gate.review(gate.intent(.sell, 1, at: nil, purpose: .flatten), Exposure(position: 1)).isApprovedAsIs)
    gate.engine.beginSession(gate.session, contract: ContractStanding(isTradable: true, sessionsLeft: 9), now: gate.now)
    #expect(gate.engine.state == .killed)
    #expect(gate.engine.command(.resume, now: gate.now) == .done(nil))
    #expect(gate.engine.state == .active && gate.engine.flattenObligation == nil)
  }

  @Test func theLossCountsFromTheSessionsStart() throws {
    let gate = try GateFixture()
    gate.engine.beginSession(
      gate.session, contract: ContractStanding(isTradable: true, sessionsLeft: 9), openingProfit: loss(5000),
      now: gate.now)
    #expect(gate.engine.update(profit: loss(5300), exposure: .flat, now: gate.now) == nil)
    #expect(gate.engine.update(profit: loss(5360), exposure: .flat, now: gate.now)?.state == .reduceOnly)
  }

  @Test func aBacktestMayRearmDailyLatchesButNoOthers() throws {
    let gate = try GateFixture()
    _ = gate.engine.update(profit: loss(700), exposure: .flat, now: gate.now)
    let standing = ContractStanding(isTradable: true, sessionsLeft: 9)
    gate.engine.beginSession(
      gate.session, contract: standing, openingProfit: loss(700), rearmsDailyLatches: true, now: gate.now)
    #expect(gate.engine.state == .active)
    #expect(gate.engine.takeStateChange()?.to == .active)
    _ = gate.engine.command(.halt, now: gate.now)
    gate.engine.beginSession(gate.session, contract: standing, rearmsDailyLatches: true, now: gate.now)
    #expect(gate.engine.state == .halted)
  }

  @Test func aPositionBeyondTheLimitLeavesOnlyReducing() throws {
    let gate = try GateFixture()
    #expect(gate.engine.update(profit: .zero, exposure: Exposure(position: -2), now: gate.now) == nil)
    let action = try #require(gate.engine.update(profit: .zero, exposure: Exposure(position: -3), now: gate.now))
    #expect(action.state == .reduceOnly && action.cause.reason == .positionExceededByFills && action.cancelsEntries)
    #expect(gate.engine.update(profit: .zero, exposure: Exposure(position: -3), now: gate.now) == nil)
  }

  @Test func theDayEndsFlatWithRisingUrgency() throws {
    let gate = try GateFixture()
    let long = Exposure(position: 1)
    // Minutes before the close, expected urgency, pages.
    let steps: [(Double, FlattenUrgency?, Bool)] = [
      (30.1, nil, false), (30, .passive, false), (29, nil, false), (25, .protected, false), (20.01, nil, false),
      (20, .closeAll, false), (18, .closeAll, true), (1, nil, false), (-1, nil, false),
    ]
    for (minutes, urgency, pages) in steps {
      gate.now = Timestamp(nanoseconds: gate.session.close.nanoseconds - Int64(minutes * 60_000_000_000))
      gate.trade(11_000)
      let action = gate.engine.update(profit: .zero, exposure: long, now: gate.now)
      #expect(action?.flatten == urgency, "\(minutes) minutes before the close")
      #expect((action?.pages ?? false) == pages)
      if let action { #expect(action.cause.control == .endOfDayFlat && action.cancelsEntries) }
    }
    #expect(gate.engine.flattenObligation == .closeAll)
    #expect(gate.engine.update(profit: .zero, exposure: .flat, now: gate.now) == nil)
    #expect(gate.engine.flattenObligation == nil)
    // A late fill is closed too.
    #expect(gate.engine.update(profit: .zero, exposure: long, now: gate.now)?.flatten == .closeAll)
  }

  @Test func aFlatBookIsLeftAlone() throws {
    let gate = try GateFixture()
    gate.now = gate.session.close - .minutes(10)
    gate.trade(11_000)
    #expect(gate.engine.update(profit: .zero, exposure: .flat, now: gate.now) == nil)
  }

  @Test func silenceOfTheMarketCancelsThenFlattens() throws {
    let gate = try GateFixture()
    let start = gate.now
    let long = Exposure(position: 1)
    gate.now = start + .seconds(5)
    #expect(gate.engine.update(profit: .zero, exposure: long, now: gate.now) == nil)
    gate.now = start + .milliseconds(5001)
    let cancel = try #require(gate.engine.update(profit: .zero, exposure: long, now: gate.now))
    #expect(cancel.cancelsEntries && cancel.flatten == nil && cancel.cause.control == .staleMarketData)
    #expect(gate.engine.update(profit: .zero, exposure: long, now: gate.now) == nil)
    gate.now = start + .milliseconds(15_001)
    let flatten = try #require(gate.engine.update(profit: .zero, exposure: long, now: gate.now))
    #expect(flatten.flatten == .protected && flatten.pages)
    // Fresh data start the count anew.
    gate.trade(11_000)
    #expect(gate.engine.update(profit: .zero, exposure: long, now: gate.now) == nil)
    gate.now = gate.now + .seconds(6)
    #expect(gate.engine.update(profit: .zero, exposure: .flat, now: gate.now)?.flatten == nil)
  }

  @Test func impossibleTimesAndBooksHalt() throws {
    for (time, exposure) in [(Timestamp.distantPast, Exposure.flat), (.distantFuture, .flat)] {
      let gate = try GateFixture()
      #expect(gate.engine.update(profit: .zero, exposure: exposure, now: time)?.state == .halted)
      #expect(gate.engine.update(profit: .zero, exposure: exposure, now: time) == nil)
    }
    let gate = try GateFixture()
    #expect(gate.engine.update(profit: .zero, exposure: Exposure(position: .max), now: gate.now)?.state == .halted)
  }
}
