// How often, how many at once, under which name, and whether an exit is one.

import Engine
import Execution
import Risk
import Testing
import TradingDomain

@Suite struct RateAndIdentityTests {
  /// One position at a time keeps entries from ever meeting a working order, so the engine cannot reach P8 by itself:
  /// the gate is asked with the exposure that the engine's own working order makes.
  @Test func p8OneOrderTooManyIsRefused() throws {
    let rig = try EngineRig { $0.limits.maxWorkingOrders = 1 }
    let entry = try rig.entry()
    rig.report(entry, .new)
    let exposure = rig.engine.execution.exposure(position: 0)
    #expect(exposure.workingOrderCount == 1)
    let next = try #require(rig.engine.execution.order(for: entry.intent, now: rig.now))
    let verdict = rig.engine.risk.review(next, exposure: exposure, now: rig.now)
    #expect(verdict.finding?.reason == .tooManyWorkingOrders && verdict.approval == nil)
  }

  @Test func p16OrdersThatComeTooFastAreRefused() throws {
    let rig = try EngineRig { $0.limits.ordersPerSecond = 1 }
    let entry = try rig.entry()
    rig.fill(entry, at: rig.price + 1)
    #expect(rig.refusals.first == RiskReason.tooManyOrdersPerSecond.rawValue)
    #expect(rig.venue.orders == [entry])
    // The stop is not forgotten: it leaves as soon as the rate allows.
    rig.clock(after: .milliseconds(1_100))
    #expect(rig.venue.orders.last?.intent.purpose == .protectiveStop)
  }

  @Test func p16ThreeBreachesPauseEntries() throws {
    let rig = try EngineRig {
      $0.limits.ordersPerSecond = 1
      $0.limits.ordersPerMinute = 1
      $0.limits.ratePauseSeconds = 120
      $0.execution.stopAttempts = 1
    }
    let entry = try rig.entry()
    rig.fill(entry, at: rig.price + 1)
    // Stop and target breach at once, and the position is closed for want of a stop; closing is never held back.
    rig.clock()
    let flatten = try rig.order(.flatten)
    #expect(rig.refusals == Array(repeating: RiskReason.tooManyOrdersPerSecond.rawValue, count: 2))
    rig.fill(flatten, at: rig.price)
    rig.clock()
    rig.clock(after: .milliseconds(100))
    #expect(rig.engine.isAtRest)
    // The next bar's decision comes within a minute of the closing order: the third breach.
    expectRefusedEntry(rig, .tooManyOrdersPerMinute)
    expectRefusedEntry(rig, .pausedAfterRateBreaches)
  }

  @Test func p16TheDaysNumberOfOrdersLeavesOnlyExits() throws {
    let rig = try EngineRig {
      $0.limits.ordersPerSecond = 1
      $0.limits.ordersPerMinute = 1
      $0.limits.ordersPerDay = 1
    }
    let entry = try rig.entry()
    rig.report(entry, .canceled)
    rig.decide()
    #expect(rig.refusals == [RiskReason.tooManyOrdersPerDay.rawValue])
    #expect(rig.states == [StateFact(.reduceOnly, .tooManyOrdersPerDay)])
    #expect(rig.venue.orders == [entry])
  }

  /// The engine never reuses an identity, so another writer of the same epoch uses it first.
  @Test func p18AnIdentityGoesOutOnce() throws {
    let rig = try EngineRig()
    rig.decide()
    let first = try rig.order(.entry)
    rig.report(first, .canceled)
    let taken = try #require(rig.engine.execution.order(for: first.intent, now: rig.now))
    let verdict = rig.engine.risk.review(taken, exposure: rig.engine.execution.exposure(position: 0), now: rig.now)
    #expect(verdict.approval?.request.id == taken.id)
    expectRefusedEntry(rig, .identifierSeenBefore)
  }

  /// Execution derives exits from the position, so they never exceed it: the gate is asked for one that does, with the
  /// exposure of the engine's own legs.
  @Test func p22AnExitReallyReduces() throws {
    let rig = try EngineRig()
    let (_, stop, target) = try rig.position()
    let exposure = rig.engine.execution.exposure(position: rig.positionHeld)
    #expect(exposure[.sell].stops == 1 && exposure[.sell].targets == 1 && rig.positionHeld == 1)
    func reason(_ intent: OrderIntent) throws -> RiskReason? {
      let order = try #require(rig.engine.execution.order(for: intent, now: rig.now))
      return rig.engine.risk.review(order, exposure: exposure, now: rig.now).finding?.reason
    }
    #expect(try reason(stop.intent) == .nothingLeftToReduce)
    #expect(try reason(target.intent) == .nothingLeftToReduce)
    var turned = target.intent
    turned.side = .buy
    #expect(try reason(turned) == .wouldNotReducePosition)
  }

  @Test func p9AnExitIsPulledIntoTheCollarInsteadOfRefused() throws {
    let rig = try EngineRig { $0.execution.exitReach = Price(ticks: 50) }
    let (_, stop, target) = try rig.position()
    rig.event(.command(.flatten))
    rig.report(stop, .canceled)
    rig.report(target, .canceled)
    let flatten = try rig.order(.flatten)
    #expect(flatten.intent.limit == Price(ticks: rig.price - 20))
    #expect(rig.refusals.isEmpty)
  }
}
