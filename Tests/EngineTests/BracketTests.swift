// Entry, stop and target through engine, gate and journal.

import Engine
import Execution
import Risk
import Testing
import TradingDomain

@Suite struct BracketTests {
  @Test func theFillOfAnEntrySendsStopAndTargetAtOnce() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.report(entry, .new)
    let paid = rig.price + 1
    rig.fill(entry, at: paid)
    #expect(rig.venue.orders.count == 3)
    let (stop, target) = (try rig.order(.protectiveStop), try rig.order(.target))
    // Trend stops are 5 points (10 ticks), targets 10 points; the stop's limit lies 10 ticks beyond its trigger.
    #expect(stop.intent.side == .sell && stop.intent.type == .stopLimit && stop.intent.quantity == 1)
    #expect(stop.intent.stop == Price(ticks: paid - 10) && stop.intent.limit == Price(ticks: paid - 20))
    #expect(target.intent.side == .sell && target.intent.limit == Price(ticks: paid + 20))
    #expect(stop.decisionTime == rig.now && target.decisionTime == rig.now)
  }

  @Test func aFillWithoutAnAcknowledgementProtectsToo() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.fill(entry, at: rig.price + 1)
    #expect(try rig.order(.protectiveStop).intent.quantity == 1)
  }

  @Test(arguments: [OrderPurpose.protectiveStop, .target])
  func theLegThatFillsWithdrawsTheOther(_ filled: OrderPurpose) throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    let (winner, loser) = filled == .target ? (target, stop) : (stop, target)
    rig.fill(winner, at: rig.price)
    #expect(rig.venue.cancels == [loser.id])
    #expect(rig.positionHeld == 0)
    rig.report(loser, .canceled)
    #expect(rig.engine.isAtRest)
    #expect(try rig.entry().intent.purpose == .entry, "the next entry may come")
  }

  @Test func theLegsFollowAnEntryThatFillsInParts() throws {
    let rig = try EngineRig { $0.strategy.quantity = 2 }
    let entry = try rig.entry()
    rig.report(entry, .new)
    rig.report(entry, .partiallyFilled, traded: 1, at: rig.price + 1)
    let (stop, target) = (try rig.order(.protectiveStop), try rig.order(.target))
    #expect(stop.intent.quantity == 1 && target.intent.quantity == 1)
    rig.report(stop, .new)
    rig.report(target, .new)
    #expect(rig.venue.changes.isEmpty)
    rig.report(entry, .filled, traded: 2, at: rig.price + 1)
    #expect(Set(rig.venue.changes.map(\.id)) == [stop.id, target.id])
    #expect(rig.venue.changes.allSatisfy { $0.quantity == 2 })
    rig.report(stop, .replaced, quantity: 2)
    rig.report(target, .replaced, quantity: 2)
    rig.clock()
    #expect(rig.venue.changes.count == 2, "a change is asked for once")
  }

  @Test func aLegThatFillsInPartShrinksTheOther() throws {
    let rig = try EngineRig { $0.strategy.quantity = 2 }
    let (_, stop, target) = try rig.position()
    rig.report(target, .partiallyFilled, traded: 1, at: rig.price + 20)
    #expect(rig.positionHeld == 1)
    #expect(rig.venue.changes.map(\.id) == [stop.id] && rig.venue.changes.first?.quantity == 1)
  }

  @Test func whenBothLegsFillTheExcessIsClosed() throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    rig.fill(target, at: rig.price + 20)
    rig.fill(stop, at: rig.price - 10)
    #expect(rig.positionHeld == -1)
    rig.clock()
    let flatten = try rig.order(.flatten)
    #expect(flatten.intent.side == .buy && flatten.intent.quantity == 1)
    rig.fill(flatten, at: rig.price)
    rig.clock()
    #expect(rig.engine.isAtRest && rig.engine.executionFlaws == 0)
  }

  @Test func aRefusedStopIsTriedAgainAndThenThePositionIsClosed() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.fill(entry, at: rig.price + 1)
    let (first, target) = (try rig.order(.protectiveStop), try rig.order(.target))
    rig.report(target, .new)
    rig.report(first, .rejected, reason: .outsidePriceLimits)
    rig.clock(after: .milliseconds(500))
    #expect(try rig.order(.protectiveStop) == first, "not before the pause is over")
    rig.clock(after: .milliseconds(600))
    let second = try rig.order(.protectiveStop)
    #expect(second != first && second.intent == first.intent)
    rig.report(second, .rejected, reason: .outsidePriceLimits)
    #expect(rig.venue.cancels == [target.id], "unprotected: the position is given up")
    rig.report(target, .canceled)
    #expect(try rig.order(.flatten).intent.quantity == 1)
  }

  @Test func aRepeatedRejectionOfOneStopCountsOnce() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.fill(entry, at: rig.price + 1)
    let first = try rig.order(.protectiveStop)
    for _ in 0..<4 { rig.report(first, .rejected, reason: .other) }
    rig.clock(after: .milliseconds(1_100))
    #expect(rig.venue.cancels.isEmpty)
    #expect(rig.venue.orders.count { $0.intent.purpose == .protectiveStop } == 2)
  }

  /// HALTED lets only closing orders through, so a stop that is needed there is refused by the gate itself.
  @Test func anEntryThatFillsAfterAHaltIsClosed() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.report(entry, .new)
    rig.event(.command(.halt))
    #expect(rig.venue.cancels == [entry.id])
    rig.fill(entry, at: rig.price + 1)
    #expect(rig.refusals.first == RiskReason.stateHalted.rawValue)
    rig.clock(after: .milliseconds(1_100))
    rig.clock(after: .milliseconds(1_100))
    #expect(try rig.order(.flatten).intent.quantity == 1)
  }

  @Test func anEntryThatDoesNotTradeIsWithdrawn() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    rig.report(entry, .new)
    rig.clock(after: .milliseconds(9_900))
    // Data are old by now as well, which withdraws entries too: refresh them to see the lifetime alone.
    let other = try EngineRig()
    let second = try other.entry()
    other.report(second, .new)
    for _ in 0..<9 {
      other.pass(.seconds(1))
      other.quote()
    }
    #expect(other.venue.cancels.isEmpty)
    other.pass(.milliseconds(1_001))
    other.quote()
    #expect(other.venue.cancels == [second.id])
    other.report(second, .canceled)
    #expect(other.engine.isAtRest && other.positionHeld == 0)
  }

  @Test func aSilentEntryIsDoubtfulAndBlocksTheNextOne() throws {
    let rig = try EngineRig { $0.execution.entryLifetime = .minutes(10) }
    let entry = try rig.entry()
    for _ in 0..<6 {
      rig.pass(.seconds(1))
      rig.quote()
    }
    guard case .inDoubt = rig.engine.execution.orders.order(entry.id)?.life else {
      Issue.record("the order is \(String(describing: rig.engine.execution.orders.order(entry.id)?.life))")
      return
    }
    #expect(rig.engine.execution.exposure(position: 0)[.buy].inDoubt == 1)
    rig.decide()
    #expect(rig.venue.orders == [entry], "one position at a time, counting what may exist")
    // A late word from the venue ends the doubt, fills included.
    rig.fill(entry, at: rig.price + 1)
    #expect(rig.positionHeld == 1)
  }

  @Test func aDoubtfulEntryIsWithdrawnWhenItsTimeIsUp() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    for _ in 0..<11 {
      rig.pass(.seconds(1))
      rig.quote()
    }
    #expect(rig.venue.cancels == [entry.id])
  }

  @Test func closingThatFailsThreeTimesHaltsForAHuman() throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    // A stop that fills twice as much is an unplanned short position, which nothing but its end protects.
    rig.report(stop, .filled, traded: 2, at: rig.price - 10, quantity: 2)
    rig.report(target, .canceled)
    #expect(rig.positionHeld == -1)
    for attempt in 1...3 {
      rig.clock()
      #expect(rig.venue.orders.count { $0.intent.purpose == .flatten } == attempt)
      rig.report(try rig.order(.flatten), .rejected, reason: .other)
      rig.pass(.milliseconds(1_100))
    }
    rig.clock()
    rig.clock()
    #expect(rig.states == [StateFact(.halted, .flattenAttemptsUsedUp)])
    #expect(rig.venue.orders.count { $0.intent.purpose == .flatten } == 3)
    // The human who was called asks for it again.
    rig.event(.command(.flatten))
    #expect(rig.venue.orders.count { $0.intent.purpose == .flatten } == 4)
  }

  /// What never left was no attempt: with the link down for a minute, closing still goes on when it is back.
  @Test func aLinkThatIsDownDoesNotUseUpTheAttempts() throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    rig.event(.command(.flatten))
    rig.venue.outcome = .notSent
    rig.report(stop, .canceled)
    rig.report(target, .canceled)
    for _ in 0..<200 { rig.clock(after: .milliseconds(50)) }
    let attempts = rig.intentCount - 3
    #expect((5...12).contains(attempts), "one attempt a second, not one an event: \(attempts)")
    #expect(rig.states == [StateFact(.halted, .operatorFlatten)])
    rig.venue.outcome = .handedOver
    rig.clock(after: .milliseconds(1_100))
    #expect(try rig.order(.flatten).intent.quantity == 1)
  }

  @Test func aFillOfAnUnknownOrderMovesNothingAndIsCounted() throws {
    let rig = try EngineRig()
    let entry = try rig.entry()
    var foreign = entry
    foreign.id = ClientOrderID(epoch: 99, strategy: 1, counter: 1)
    rig.fill(foreign, at: rig.price)
    #expect(rig.positionHeld == 0 && rig.engine.executionFlaws == 1)
  }
}
