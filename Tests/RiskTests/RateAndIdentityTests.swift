// How many orders may leave in a time, and each identifier only once.

import Risk
import Testing
import TradingDomain

struct RateAndIdentityTests {
  @Test func theSixthOrderWithinASecondIsRefusedAndTheWindowSlides() throws {
    let gate = try GateFixture()
    for _ in 0..<5 { #expect(gate.review(gate.intent()).isApprovedAsIs) }
    gate.now = gate.now + Nanoseconds(999_999_999)
    #expect(gate.reason(gate.intent()) == .tooManyOrdersPerSecond)
    gate.now = gate.now + Nanoseconds(1)
    #expect(gate.review(gate.intent()).isApprovedAsIs)
  }

  @Test func theMinutesLimitCountsSixty() throws {
    let gate = try GateFixture()
    let start = gate.now
    for index in 0..<60 {
      gate.now = start + .milliseconds(Int64(index) * 900)
      gate.trade(11_000)
      #expect(gate.review(gate.intent()).isApprovedAsIs, "order \(index)")
    }
    gate.now = start + .milliseconds(59_999)
    gate.trade(11_000)
    #expect(gate.reason(gate.intent()) == .tooManyOrdersPerMinute)
    gate.now = start + .seconds(60)
    #expect(gate.review(gate.intent()).isApprovedAsIs)
  }

  @Test func threeBreachesPauseEntriesForAMinuteButNotExits() throws {
    let gate = try GateFixture()
    for _ in 0..<5 { _ = gate.review(gate.intent()) }
    for _ in 0..<3 { #expect(gate.reason(gate.intent()) == .tooManyOrdersPerSecond) }
    gate.now = gate.now + .seconds(2)
    gate.trade(11_000)
    #expect(gate.reason(gate.intent()) == .pausedAfterRateBreaches)
    #expect(gate.review(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)).isApprovedAsIs)
    gate.now = gate.now + .seconds(57)
    gate.trade(11_000)
    #expect(gate.reason(gate.intent()) == .pausedAfterRateBreaches)
    gate.now = gate.now + .seconds(1)
    gate.trade(11_000)
    #expect(gate.review(gate.intent()).isApprovedAsIs)
    #expect(gate.engine.state == .active)
  }

  @Test func breachesMoreThanAMinuteApartDoNotPause() throws {
    let gate = try GateFixture({ $0.ordersPerSecond = 1 })
    for _ in 0..<4 {
      #expect(gate.review(gate.intent()).isApprovedAsIs)
      #expect(gate.reason(gate.intent()) == .tooManyOrdersPerSecond)
      gate.now = gate.now + .seconds(31)
      gate.trade(11_000)
    }
    #expect(gate.review(gate.intent()).isApprovedAsIs)
  }

  @Test func theDaysLimitLeavesOnlyReducing() throws {
    let gate = try GateFixture({ limits in
      limits.ordersPerMinute = 5
      limits.ordersPerDay = 6
    })
    for _ in 0..<6 {
      #expect(gate.review(gate.intent()).isApprovedAsIs)
      gate.now = gate.now + .seconds(30)
      gate.trade(11_000)
    }
    #expect(gate.engine.ordersToday == 6)
    #expect(gate.reason(gate.intent()) == .tooManyOrdersPerDay)
    #expect(gate.engine.state == .reduceOnly)
    #expect(gate.reason(gate.intent()) == .stateReduceOnly)
    #expect(gate.review(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)).isApprovedAsIs)
  }

  @Test func ordersBeforeARestartCount() throws {
    let gate = try GateFixture()
    gate.engine.beginSession(
      gate.session, contract: ContractStanding(isTradable: true, sessionsLeft: 9), ordersToday: 500, now: gate.now)
    gate.openMarket()
    #expect(gate.reason(gate.intent()) == .tooManyOrdersPerDay)
  }

  @Test func flattenOrdersAreNeverHeldUpByTheRate() throws {
    let gate = try GateFixture()
    for _ in 0..<30 {
      #expect(gate.review(gate.intent(.sell, 1, purpose: .flatten), Exposure(position: 1)).isApprovedAsIs)
    }
    #expect(gate.reason(gate.intent(.sell, 1, purpose: .exit), Exposure(position: 1)) == .tooManyOrdersPerSecond)
  }

  @Test func anIdentifierPassesOnce() throws {
    let gate = try GateFixture()
    let order = NewOrder(
      id: ClientOrderID(epoch: 7, strategy: 1, counter: 5), intent: gate.intent(), decisionTime: gate.now)
    #expect(gate.engine.review(order, exposure: .flat, now: gate.now).isApprovedAsIs)
    #expect(gate.engine.review(order, exposure: .flat, now: gate.now).finding?.reason == .identifierSeenBefore)
    // Another strategy of the same run may use the same counter.
    var other = order
    other.id = ClientOrderID(epoch: 7, strategy: 2, counter: 5)
    #expect(gate.engine.review(other, exposure: .flat, now: gate.now).isApprovedAsIs)
    // A new session does not make the identifier new, and an older counter is old too.
    gate.engine.beginSession(gate.session, contract: ContractStanding(isTradable: true, sessionsLeft: 9), now: gate.now)
    gate.openMarket()
    for counter: UInt64 in [1, 5] {
      var again = order
      again.id = ClientOrderID(epoch: 7, strategy: 1, counter: counter)
      #expect(gate.engine.review(again, exposure: .flat, now: gate.now).finding?.reason == .identifierSeenBefore)
    }
    var next = order
    next.id = ClientOrderID(epoch: 7, strategy: 1, counter: 6)
    #expect(gate.engine.review(next, exposure: .flat, now: gate.now).isApprovedAsIs)
  }

  @Test func aRefusedOrderDoesNotUseUpItsIdentifier() throws {
    let gate = try GateFixture()
    var order = NewOrder(
      id: ClientOrderID(epoch: 7, strategy: 1, counter: 5), intent: gate.intent(.buy, 3), decisionTime: gate.now)
    #expect(gate.engine.review(order, exposure: .flat, now: gate.now).finding?.reason == .orderTooLarge)
    order.intent.quantity = 1
    #expect(gate.engine.review(order, exposure: .flat, now: gate.now).isApprovedAsIs)
  }

  @Test func aFullMemoryStillTellsNewFromOld() {
    var seen = DuplicateIdentifier()
    func id(_ counter: UInt64) -> ClientOrderID { ClientOrderID(epoch: 3, strategy: 1, counter: counter) }
    for counter: UInt64 in 1...6000 {
      let refusal = seen.evaluate(id(counter))
      if refusal != nil { Issue.record("counter \(counter) was refused: \(String(describing: refusal))") }
      seen.accept(id(counter))
    }
    for counter: UInt64 in stride(from: 1, through: 6000, by: 7) {
      let refusal = seen.evaluate(id(counter))
      if refusal == nil { Issue.record("counter \(counter) passed twice") }
    }
    let other = seen.evaluate(ClientOrderID(epoch: 4, strategy: 1, counter: 9000))
    #expect(other?.reason == .identifierMemoryFull)
    let zero = seen.evaluate(ClientOrderID(high: 0, low: 0))
    #expect(zero?.reason == .identifierSeenBefore)
  }
}
