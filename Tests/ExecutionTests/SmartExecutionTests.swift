// What the execution layer proposes, without an engine around it.

import Execution
import Risk
import Testing
import TradingDomain

@Suite struct SmartExecutionTests {
  static let start = Timestamp(nanoseconds: 1_636_560_000_000_000_000)

  static func engine() -> SmartExecutionEngine {
    SmartExecutionEngine(instrument: .wdo, epoch: 9, strategy: 1)
  }

  /// Proposals at `now` for a position entered at 11,000 ticks.
  static func steps(
    _ engine: SmartExecutionEngine, position: Int64, reference: Price? = Price(ticks: 11_000), now: Timestamp = start
  ) -> [ExecutionStep] {
    let steps = ExecutionSteps()
    engine.propose(
      into: steps, position: position, entryPrice: Price(ticks: 11_000), reference: reference, now: now)
    return (0..<steps.count).map { steps[$0] }
  }

  @Test func oneEntryAtATime() throws {
    let engine = Self.engine()
    func entry(position: Int64 = 0, quantity: Quantity = 1) -> OrderIntent? {
      engine.entry(side: .sell, quantity: quantity, reference: Price(ticks: 11_000), position: position)
    }
    #expect(entry()?.limit == Price(ticks: 10_996), "a sale reaches below the reference")
    #expect(entry(position: 1) == nil && entry(position: -1) == nil && entry(quantity: 0) == nil)
    let intent = try #require(entry())
    engine.orders.insert(try #require(engine.order(for: intent, now: Self.start)))
    #expect(entry() == nil)
    engine.beginSession()
    #expect(entry() != nil)
    engine.flatten()
    #expect(entry() == nil)
  }

  @Test func aFlatAndQuietEngineProposesNothing() {
    #expect(Self.steps(Self.engine(), position: 0).isEmpty)
  }

  /// A position without a plan cannot be protected: it is closed.
  @Test func anUnplannedPositionIsClosed() {
    let engine = Self.engine()
    #expect(Self.steps(engine, position: -2).isEmpty)
    #expect(engine.isFlattening)
    guard case .submit(let intent)? = Self.steps(engine, position: -2).first else {
      Issue.record("nothing was proposed")
      return
    }
    #expect(intent.purpose == .flatten && intent.side == .buy && intent.quantity == 2)
    #expect(intent.limit == Price(ticks: 11_020))
  }

  @Test func closingWaitsForAPrice() {
    let engine = Self.engine()
    engine.flatten()
    #expect(Self.steps(engine, position: 1, reference: nil).isEmpty)
    #expect(Self.steps(engine, position: 1).count == 1)
  }

  @Test func closingEndsByItselfWhenNothingIsLeft() {
    let engine = Self.engine()
    engine.flatten()
    #expect(Self.steps(engine, position: 0).isEmpty)
    #expect(!engine.isFlattening)
  }

  @Test func afterItsAttemptsClosingGivesUpUntilAskedAgain() {
    let engine = Self.engine()
    engine.flatten()
    for _ in 0..<3 { #expect(Self.steps(engine, position: 1) != [.giveUp]) }
    #expect(Self.steps(engine, position: 1) == [.giveUp])
    engine.flatten()
    #expect(Self.steps(engine, position: 1) != [.giveUp])
  }

  @Test func ordersOfASessionAreForgottenAndTheirNumbersAreNot() throws {
    let table = OrderTable(epoch: 9, strategy: 1)
    var seen = Set<UInt64>()
    let rounds = 3 * OrderTable.capacity / 100
    for _ in 0..<rounds {
      for _ in 0..<100 {
        let id = try #require(table.nextID)
        #expect(seen.insert(id.counter).inserted)
        table.insert(NewOrder(id: id, intent: OrderTableTests.intent(), decisionTime: Self.start))
        table.noteSend(id, .notSent, at: Self.start)
      }
      let old = ClientOrderID(epoch: 9, strategy: 1, counter: UInt64(seen.count))
      #expect(table.order(old) != nil)
      table.beginSession()
      #expect(table.order(old) == nil && table.count == 0 && table.aliveCount == 0)
      #expect(table.merge(OrderTableTests.report(old, .filled, traded: 5, ticks: 55_000)) == .foreign)
    }
    #expect(seen.count == rounds * 100 && seen.count > OrderTable.capacity)
  }

  @Test func bracketsMirrorForShortPositions() {
    let bracket = Bracket(stopDistance: Price(ticks: 10), targetDistance: Price(ticks: 20))
    let entry = Price(ticks: 11_000)
    let long = bracket.stop(side: .buy, entry: entry, offset: Price(ticks: 4))
    #expect(long.trigger == Price(ticks: 10_990) && long.limit == Price(ticks: 10_986))
    let short = bracket.stop(side: .sell, entry: entry, offset: Price(ticks: 4))
    #expect(short.trigger == Price(ticks: 11_010) && short.limit == Price(ticks: 11_014))
    #expect(bracket.target(side: .buy, entry: entry) == Price(ticks: 11_020))
    #expect(bracket.target(side: .sell, entry: entry) == Price(ticks: 10_980))
  }

  @Test func aStepThatSeveralRulesAskForIsTakenOnce() throws {
    let engine = Self.engine()
    let intent = try #require(
      engine.entry(side: .buy, quantity: 1, reference: Price(ticks: 11_000), position: 0))
    let order = try #require(engine.order(for: intent, now: Self.start))
    engine.orders.insert(order)
    engine.noteSend(order.id, .handedOver, at: Self.start)
    _ = engine.merge(OrderTableTests.report(order.id, .new, quantity: 1), now: Self.start)
    engine.withdrawEntries()
    engine.flatten()
    // Too old, to be withdrawn, and in the way of closing: one cancel.
    #expect(Self.steps(engine, position: 0, now: Self.start + .seconds(30)) == [.cancel(order.id)])
  }

  @Test func anOrderThatNeverLeftIsGoneEvenIfItsWithdrawalWasAskedFor() throws {
    let table = OrderTable(epoch: 9, strategy: 1)
    let id = try #require(table.nextID)
    table.insert(NewOrder(id: id, intent: OrderTableTests.intent(), decisionTime: Self.start))
    table.noteCancelRequest(id, at: Self.start)
    table.noteSend(id, .notSent, at: Self.start)
    #expect(table.order(id)?.life == .ended(.notSent) && table.aliveCount == 0)
  }

  @Test func stepsBeyondTheRoomAreDropped() {
    let steps = ExecutionSteps()
    for counter in 0..<40 { steps.append(.cancel(ClientOrderID(epoch: 1, strategy: 1, counter: UInt64(counter)))) }
    #expect(steps.count == ExecutionSteps.capacity)
    steps.removeAll()
    #expect(steps.count == 0)
  }
}
