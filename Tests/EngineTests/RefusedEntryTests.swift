// Controls before each order, each tripped by the engine's own decision.

import Engine
import Execution
import Risk
import Testing
import TradingDomain

@Suite struct RefusedEntryTests {
  @Test func anEntryThatNothingForbidsIsRecordedAndSent() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    #expect(entry.intent.side == .buy && entry.intent.purpose == .entry && entry.intent.type == .limit)
    #expect(entry.intent.limit == Price(ticks: rig.price + 1 + 4))
    #expect(entry.decisionTime == rig.now)
    #expect(rig.refusals.isEmpty && rig.intentCount == 1)
  }

  @Test func p1ContinuousSeriesIsRefusedAndTheSecondTimeHalts() throws {
    let rig = try EngineRig(isTradable: false)
    expectRefusedEntry(rig, .continuousSeriesNotTradable)
    #expect(rig.engine.audit.state == .active)
    expectRefusedEntry(rig, .continuousSeriesNotTradable)
    #expect(rig.states == [StateFact(.halted, .continuousSeriesNotTradable)])
  }

  @Test func p2TheLastTwoSessionsOfAContractTakeNoEntries() throws {
    expectRefusedEntry(try EngineRig(sessionsLeft: 2), .tooNearExpiry)
    expectRefusedEntry(try EngineRig(sessionsLeft: nil), .expiryUnknown)
    #expect(try EngineRig(sessionsLeft: 3).entry().intent.purpose == .entry)
  }

  /// The strategy's own checks admit any positive quantity, so that an absurd one reaches the gate.
  @Test func p4AnAbsurdQuantityIsRefusedAndTheThirdTimeHalts() throws {
    let rig = try EngineRig { $0.strategy.quantity = 2_000_000 }
    for _ in 0..<3 { expectRefusedEntry(rig, .quantityNotPositive) }
    #expect(rig.states == [StateFact(.halted, .quantityNotPositive)])
  }

  @Test func p4APriceBelowTheFirstTickIsRefused() throws {
    expectRefusedEntry(try EngineRig { $0.execution.entryReach = Price(ticks: -20_000) }, .priceOutOfRange)
  }

  @Test func p5MoreContractsThanAnOrderMayHaveAreRefused() throws {
    expectRefusedEntry(try EngineRig { $0.strategy.quantity = 3 }, .orderTooLarge)
  }

  @Test func p6AnOrderWorthMoreThanTheLimitIsRefused() throws {
    expectRefusedEntry(try EngineRig { $0.limits.maxOrderValueBRL = 50_000 }, .orderValueTooLarge)
  }

  @Test func p7AnEntryBeyondTheLargestPositionIsRefused() throws {
    let rig = try EngineRig {
      $0.strategy.quantity = 2
      $0.limits.maxPositionContracts = 1
    }
    expectRefusedEntry(rig, .positionWouldExceedLimit)
  }

  @Test func p9AnEntryTooFarThroughTheTouchIsRefused() throws {
    expectRefusedEntry(try EngineRig { $0.execution.entryReach = Price(ticks: 5) }, .tooFarThroughTouch)
  }

  @Test func p9AWildQuoteDoesNotCarryAnEntryAwayFromTheLastTrade() throws {
    let rig = try EngineRig()
    rig.decide(ask: rig.price + 100)
    #expect(rig.refusals == [RiskReason.tooFarFromLastTrade.rawValue])
    #expect(rig.venue.sent.isEmpty)
  }

  @Test func p10EntriesOutsideTheDaysLimitsAreRefused() throws {
    let rig = try EngineRig()
    // The entry reaches five ticks above the close of the next bar; one tick inside the limit is still allowed.
    rig.limits(10_000, rig.price + 2 + 5)
    expectRefusedEntry(rig, .outsidePriceLimits)
    rig.limits(10_000, rig.price + 2 + 6)
    #expect(try rig.entry().intent.limit == Price(ticks: rig.price + 5))
  }

  @Test func p10WithoutKnownLimitsThereAreNoEntries() throws {
    let rig = try EngineRig(opens: false)
    rig.event(.connection(.ready))
    rig.market(.phase(.opened))
    expectRefusedEntry(rig, .priceLimitsUnknown)
  }

  /// The clock completes the minute's bar, so the decision falls on data that are as old as its last trade.
  @Test func p23OldMarketDataTakeNoEntries() throws {
    let rig = try EngineRig()
    rig.trade(at: rig.price + 2)
    rig.pass(.seconds(57))
    rig.quote()
    rig.clock(after: .milliseconds(2_999))
    #expect(rig.refusals == [RiskReason.marketDataStale.rawValue])
    #expect(rig.venue.sent.isEmpty)
  }

  @Test func p23DataThatComeLateTakeNoEntries() throws {
    let rig = try EngineRig()
    rig.trade(at: rig.price + 2)
    rig.pass(.milliseconds(58_500))
    for _ in 0..<8 {
      rig.market(
        .quote(
          Quote(bid: Price(ticks: rig.price), bidQuantity: 9, ask: Price(ticks: rig.price + 1), askQuantity: 9)),
        lag: .milliseconds(1_500))
      rig.pass(.milliseconds(180))
    }
    rig.clock(after: .milliseconds(59))
    #expect(rig.refusals == [RiskReason.marketDataLate.rawValue])
    #expect(rig.venue.sent.isEmpty)
  }

  @Test func p26EntriesNeedContinuousTrading() throws {
    let unknown = try EngineRig(opens: false)
    unknown.event(.connection(.ready))
    unknown.limits(10_000, 12_000)
    expectRefusedEntry(unknown, .phaseUnknown)
    for phase in [TradingPhase.auction, .frozen, .inhibited, .preClosing, .preOpening, .closed] {
      let rig = try EngineRig()
      rig.market(.phase(phase))
      expectRefusedEntry(rig, .phaseNotOpen)
    }
  }

  @Test func p26LeavingContinuousTradingWithdrawsEntries() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.report(entry, .new)
    rig.market(.phase(.auction))
    #expect(rig.venue.cancels == [entry.id])
  }

  @Test func p27EntriesStayInsideTheSessionsWindow() throws {
    expectRefusedEntry(try EngineRig(at: 2), .beforeEntryWindow)
    #expect(try EngineRig(at: 5).entry().intent.purpose == .entry)
    // The session closes 570 minutes after its open; a decision falls on the minute after the rig's start.
    #expect(try EngineRig(at: 570 - 45 - 2).entry().intent.purpose == .entry)
    expectRefusedEntry(try EngineRig(at: 570 - 45 - 1), .afterEntryWindow)
  }

  @Test(arguments: [
    (ConnectionState.linkDown, RiskReason.linkDown), (.resynchronising, .linkNotSynchronised),
    (.routingDown, .routingDown), (.marketDataDown, .marketDataDown),
  ])
  func entriesNeedTheWholeWayToTheVenue(_ state: ConnectionState, _ reason: RiskReason) throws {
    let rig = try EngineRig()
    rig.event(.connection(state))
    expectRefusedEntry(rig, reason)
    rig.event(.connection(.ready))
    #expect(try rig.entry().intent.purpose == .entry)
  }
}
