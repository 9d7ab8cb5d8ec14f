// The order table: reports in any order, twice or missing, leave a ledger that is right or says that it doubts.

import Execution
import Testing
import TradingDomain

@Suite struct OrderTableTests {
  static let sent = Timestamp(nanoseconds: 1_000)

  static func intent(_ quantity: Quantity = 5, purpose: OrderPurpose = .entry) -> OrderIntent {
    OrderIntent(
      instrument: InstrumentID(1), side: .buy, type: .limit, quantity: quantity, limit: Price(ticks: 11_000), stop: nil,
      purpose: purpose)
  }

  /// A table with one order that was handed to the link.
  static func table(_ quantity: Quantity = 5) throws -> (OrderTable, ClientOrderID) {
    let table = OrderTable(epoch: 9, strategy: 1)
    let id = try #require(table.nextID)
    table.insert(NewOrder(id: id, intent: intent(quantity), decisionTime: sent))
    table.noteSend(id, .handedOver, at: sent)
    return (table, id)
  }

  static func report(
    _ id: ClientOrderID, _ status: OrderStatus, traded: Quantity = 0, ticks: Int64 = 0, quantity: Quantity = 5,
    reason: VenueReason = .none
  ) -> OrderReport {
    OrderReport(
      id: id, gatewayOrderID: 77, instrument: InstrumentID(1), status: status, reason: reason, side: .buy,
      quantity: quantity, tradedQuantity: traded, tradedTicks: ticks, exchangeTime: Timestamp(nanoseconds: 2_000))
  }

  @Test func anyOrderOfReportsWithDuplicatesLeavesTheSameLedger() throws {
    let (_, id) = try Self.table()
    let reports = [
      Self.report(id, .clientCreated), Self.report(id, .hadesCreated), Self.report(id, .new),
      Self.report(id, .partiallyFilled, traded: 2, ticks: 22_000),
      Self.report(id, .partiallyFilled, traded: 3, ticks: 33_001), Self.report(id, .filled, traded: 5, ticks: 55_003),
    ]
    var count = 0
    forEachPermutation(reports) { permutation in
      guard let (table, id) = try? Self.table() else { return }
      var quantity = Quantity.zero
      var ticks: Int64 = 0
      for report in permutation + permutation {
        if case .merged(let fill?) = table.merge(report) {
          quantity += fill.quantity
          ticks += fill.ticks
        }
      }
      let order = table.order(id)
      #expect(quantity == 5 && ticks == 55_003)
      #expect(order?.life == .ended(.filled))
      #expect(table.aliveCount == 0)
      count += 1
    }
    #expect(count == 720)
  }

  @Test func aFillBeforeAnyAcknowledgementCounts() throws {
    let (table, id) = try Self.table()
    guard case .merged(let fill?) = table.merge(Self.report(id, .filled, traded: 5, ticks: 55_000)) else {
      Issue.record("no fill")
      return
    }
    #expect(fill.quantity == 5 && fill.ticks == 55_000)
    #expect(table.aliveCount == 0)
  }

  @Test func aLateFillAfterACancelStillReachesTheBooks() throws {
    let (table, id) = try Self.table()
    _ = table.merge(Self.report(id, .canceled))
    #expect(table.aliveCount == 0)
    guard case .merged(let fill?) = table.merge(Self.report(id, .partiallyFilledCanceled, traded: 1, ticks: 11_000))
    else {
      Issue.record("the late fill was lost")
      return
    }
    #expect(fill.quantity == 1)
    #expect(table.order(id)?.life == .ended(.canceled))
  }

  @Test func fewerContractsThanBeforeIsABust() throws {
    let (table, id) = try Self.table()
    _ = table.merge(Self.report(id, .partiallyFilled, traded: 3, ticks: 33_000))
    #expect(table.merge(Self.report(id, .partiallyFilled, traded: 2, ticks: 22_000)) == .bust(lost: 1))
    #expect(table.order(id)?.tradedQuantity == 3)
  }

  @Test func silenceMakesAnOrderDoubtfulAndNothingElse() throws {
    let (table, id) = try Self.table()
    let later = Self.sent + .seconds(6)
    #expect(table.markSilent(now: later, silence: .seconds(5)) == 1)
    #expect(table.order(id)?.life == .inDoubt(since: later))
    #expect(table.aliveCount == 1)
    _ = table.merge(Self.report(id, .new))
    #expect(table.order(id)?.life == .working)
  }

  @Test(arguments: OrderStatus.allCases)
  func everyStatusEitherEndsAnOrderOrLeavesItAlive(_ status: OrderStatus) throws {
    let (table, id) = try Self.table()
    let isFilled = status == .filled
    _ = table.merge(Self.report(id, status, traded: isFilled ? 5 : 0, ticks: isFilled ? 55_000 : 0))
    #expect(table.aliveCount == (status.isTerminal ? 0 : 1))
  }

  @Test func bytesThatAreNoStatusLeaveAnOrderWorking() throws {
    let defined = Set(OrderStatus.allCases.map(\.rawValue))
    for byte in UInt8.min...UInt8.max where !defined.contains(byte) {
      let (table, id) = try Self.table()
      _ = table.merge(Self.report(id, .new))
      _ = table.merge(Self.report(id, OrderStatus(wire: byte)))
      #expect(table.order(id)?.life == .working)
    }
  }

  @Test func clientCreatedOnTheWayOfACancelKeepsTheCancel() throws {
    let (table, id) = try Self.table()
    _ = table.merge(Self.report(id, .new))
    table.noteCancelRequest(id, at: Timestamp(nanoseconds: 3_000))
    _ = table.merge(Self.report(id, .clientCreated))
    #expect(table.order(id)?.life == .pendingCancel(since: Timestamp(nanoseconds: 3_000)))
    _ = table.merge(Self.report(id, .canceled))
    #expect(table.order(id)?.life == .ended(.canceled))
  }

  @Test func whatNeverLeftIsProvablyNotSent() throws {
    let table = OrderTable(epoch: 9, strategy: 1)
    let id = try #require(table.nextID)
    table.insert(NewOrder(id: id, intent: Self.intent(), decisionTime: Self.sent))
    table.noteSend(id, .notSent, at: Self.sent)
    #expect(table.order(id)?.life == .ended(.notSent))
    #expect(table.aliveCount == 0)
  }

  @Test func ordersOfAnotherEpochAreForeign() throws {
    let (table, _) = try Self.table()
    let foreign = ClientOrderID(epoch: 8, strategy: 1, counter: 1)
    #expect(table.merge(Self.report(foreign, .filled, traded: 5, ticks: 1)) == .foreign)
    let garbled = ClientOrderID(high: ClientOrderID(epoch: 9, strategy: 1, counter: 1).high ^ 1, low: 1)
    #expect(table.merge(Self.report(garbled, .filled, traded: 5, ticks: 1)) == .foreign)
  }

  @Test func theTableIsBounded() {
    let table = OrderTable(epoch: 1, strategy: 1)
    var accepted = 0
    while let id = table.nextID {
      table.insert(NewOrder(id: id, intent: Self.intent(), decisionTime: Self.sent))
      accepted += 1
    }
    #expect(accepted == OrderTable.aliveCapacity)
    table.noteSend(ClientOrderID(epoch: 1, strategy: 1, counter: 1), .notSent, at: Self.sent)
    #expect(table.nextID != nil)
  }
}

/// Calls `body` with every permutation of `items` (Heap's algorithm).
func forEachPermutation<Item>(_ items: [Item], _ body: ([Item]) -> Void) {
  var items = items
  func permute(_ count: Int) {
    if count <= 1 {
      body(items)
      return
    }
    for index in 0..<count {
      permute(count - 1)
      items.swapAt(count % 2 == 0 ? index : 0, count - 1)
    }
  }
  permute(items.count)
}
