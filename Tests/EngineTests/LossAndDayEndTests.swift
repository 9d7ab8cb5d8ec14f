// Controls that watch position, profit, data and time.

import Engine
import Execution
import Risk
import Testing
import TradingDomain

@Suite struct LossAndDayEndTests {
  /// Two contracts lose R$ 10 a tick; the baseline's day limit is R$ 600.
  private func twoLots() throws -> (rig: EngineRig, stop: NewOrder, target: NewOrder, paid: Int64) {
    let rig = try EngineRig { $0.strategy.quantity = 2 }
    let (_, stop, target) = try rig.position()
    return (rig, stop, target, rig.price + 1)
  }

  @Test func l2AtSixtyPercentOfTheDaysLossOnlyReducingIsLeft() throws {
    let (rig, stop, target, paid) = try twoLots()
    // R$ 1.60 of fees are part of the loss: 36 ticks would be R$ 361.60, 35 ticks R$ 351.60.
    rig.trade(at: paid - 35)
    #expect(rig.states.isEmpty)
    rig.trade(at: paid - 36)
    #expect(rig.states == [StateFact(.reduceOnly, .dailyLossWarning)])
    #expect(rig.venue.cancels.isEmpty, "exits stay")
    rig.fill(stop, at: paid - 36)
    #expect(rig.venue.cancels == [target.id])
    rig.report(target, .canceled)
    expectRefusedEntry(rig, .stateReduceOnly)
  }

  @Test func l2AtTheWholeLossThePositionIsClosedAndTheDayIsOver() throws {
    let (rig, stop, target, paid) = try twoLots()
    rig.trade(at: paid - 60)
    #expect(rig.states.last == StateFact(.killed, .dailyLossReached))
    #expect(Set(rig.venue.cancels) == [stop.id, target.id])
    #expect(rig.venue.orders.count == 3, "nothing closes while a leg may still fill")
    rig.report(stop, .canceled)
    rig.report(target, .canceled)
    let flatten = try rig.order(.flatten)
    #expect(flatten.intent.side == .sell && flatten.intent.quantity == 2)
    rig.fill(flatten, at: paid - 61)
    rig.clock()
    #expect(rig.engine.isAtRest)
    rig.event(.command(.resume))
    // The market is back where it was, so that the strategy wants to buy again.
    rig.price = paid
    expectRefusedEntry(rig, .stateKilled)
  }

  @Test func p7ReachedByFillsLeavesOnlyReducing() throws {
    let rig = try EngineRig { $0.strategy.quantity = 2 }
    let entry = try rig.entry()
    // The venue reports one contract more than was ordered.
    rig.report(entry, .filled, traded: 3, at: rig.price + 1, quantity: 3)
    #expect(rig.positionHeld == 3)
    #expect(rig.states == [StateFact(.reduceOnly, .positionExceededByFills)])
    // All three are protected, also the one that nobody ordered.
    #expect(try rig.order(.protectiveStop).intent.quantity == 3)
    let (stop, target) = (try rig.order(.protectiveStop), try rig.order(.target))
    rig.fill(stop, at: rig.price - 9)
    rig.report(target, .canceled)
    expectRefusedEntry(rig, .stateReduceOnly)
  }

  @Test func p23SilenceWithdrawsEntriesAndLaterClosesThePosition() throws {
    let waiting = try EngineRig { $0.execution.entryLifetime = .minutes(5) }
    let entry = try waiting.entry()
    waiting.report(entry, .new)
    waiting.clock(after: .milliseconds(4_900))
    #expect(waiting.venue.cancels.isEmpty)
    waiting.clock(after: .milliseconds(200))
    #expect(waiting.venue.cancels == [entry.id])

    let holding = try EngineRig()
    let (_, stop, target) = try holding.position()
    holding.clock(after: .milliseconds(14_900))
    #expect(holding.venue.cancels.isEmpty)
    holding.clock(after: .milliseconds(200))
    #expect(Set(holding.venue.cancels) == [stop.id, target.id])
    holding.report(stop, .canceled)
    holding.report(target, .canceled)
    #expect(try holding.order(.flatten).intent.quantity == 1)
  }

  @Test func l10ThePositionIsClosedBeforeTheSessionEnds() throws {
    let rig = try EngineRig(at: 500)
    let (_, stop, target) = try rig.position()
    let start = EngineRig.session.close - .minutes(30)
    rig.now = start - .milliseconds(500)
    rig.quote()
    #expect(rig.venue.cancels.isEmpty)
    rig.now = start - .milliseconds(1)
    rig.clock()
    #expect(Set(rig.venue.cancels) == [stop.id, target.id])
    rig.report(stop, .canceled)
    rig.report(target, .canceled)
    let flatten = try rig.order(.flatten)
    rig.fill(flatten, at: rig.price)
    #expect(rig.positionHeld == 0)
    #expect(rig.states.isEmpty, "ending the day is no incident")
  }

  /// Half way to the deadline the same position is asked for again, after the first attempts were used up.
  @Test func l10ALaterStageTriesAgainAfterFailedAttempts() throws {
    let rig = try EngineRig(at: 500)
    let (_, stop, target) = try rig.position()
    rig.now = EngineRig.session.close - .minutes(30)
    rig.quote()
    rig.report(stop, .canceled)
    rig.report(target, .canceled)
    for _ in 0..<3 {
      rig.report(try rig.order(.flatten), .rejected, reason: .routingDown)
      rig.clock(after: .milliseconds(1_100))
    }
    #expect(rig.venue.orders.count { $0.intent.purpose == .flatten } == 3)
    #expect(rig.states.last == nil, "the state is written with the next event")
    rig.clock()
    #expect(rig.states == [StateFact(.halted, .flattenAttemptsUsedUp)])
    rig.now = EngineRig.session.close - .minutes(25)
    rig.quote()
    #expect(rig.venue.orders.count { $0.intent.purpose == .flatten } == 4)
  }
}
