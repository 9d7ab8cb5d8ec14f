// Every order of the session in one preallocated table: the only place where an order's state changes.
package import TradingDomain

/// All orders of one session, found by counter in constant time; ended orders stay, since a late report may still
/// change the books.
///
/// Owned by the engine's thread; allocates only in `init`.
package final class OrderTable {
  /// Most orders of one session; further ones are refused before they exist.
  package static let capacity = 4096
  /// Most orders alive at once.
  package static let aliveCapacity = 64

  private let epoch: UInt32
  private let strategy: UInt16
  private let orders: UnsafeMutablePointer<TrackedOrder>
  private let alive: UnsafeMutablePointer<Int32>
  /// Orders of earlier sessions; their counters are never used again.
  private var retired: UInt64 = 0
  /// Orders created so far in this session.
  package private(set) var count = 0
  /// Orders that are alive.
  package private(set) var aliveCount = 0

  /// `epoch` is the fencing epoch of this run; counters start at 1.
  package init(epoch: UInt32, strategy: UInt16) {
    self.epoch = epoch
    self.strategy = strategy
    orders = .allocate(capacity: Self.capacity)
    alive = .allocate(capacity: Self.aliveCapacity)
  }

  deinit {
    orders.deinitialize(count: count)
    orders.deallocate()
    alive.deallocate()
  }

  /// Forgets the orders of the session before: they were good for its day only. Counters go on.
  package func beginSession() {
    orders.deinitialize(count: count)
    retired += UInt64(count)
    count = 0
    aliveCount = 0
  }

  /// The id that the next order will have; nil when the session's table is full.
  package var nextID: ClientOrderID? {
    guard count < Self.capacity, aliveCount < Self.aliveCapacity else { return nil }
    return ClientOrderID(epoch: epoch, strategy: strategy, counter: retired + UInt64(count) + 1)
  }

  /// Adds an order that has passed the risk gate; its id must be ``nextID``.
  package func insert(_ order: NewOrder) {
    precondition(order.id == nextID, "orders enter the table in the order of their ids")
    (orders + count).initialize(to: TrackedOrder(order: order))
    alive[aliveCount] = Int32(count)
    aliveCount += 1
    count += 1
  }

  /// The order with that id, or nil if it is not of this session.
  package func order(_ id: ClientOrderID) -> TrackedOrder? { index(of: id).map { orders[$0] } }

  /// The `position`-th order that is alive, oldest first.
  package func aliveOrder(_ position: Int) -> TrackedOrder {
    precondition(position < aliveCount)
    return orders[Int(alive[position])]
  }

  /// Records what the link did with the order.
  package func noteSend(_ id: ClientOrderID, _ outcome: SendOutcome, at time: Timestamp) {
    guard let index = index(of: id) else { return }
    switch (orders[index].life, outcome) {
    case (.intent, .handedOver): setLife(index, .sent(at: time))
    // Also when the same event already asked for its withdrawal: what never left cannot be canceled.
    case (.intent, .notSent), (.pendingCancel, .notSent): setLife(index, .ended(.notSent))
    default: break
    }
  }

  /// Records that a cancel was asked for.
  package func noteCancelRequest(_ id: ClientOrderID, at time: Timestamp) {
    guard let index = index(of: id), orders[index].life.isAlive else { return }
    setLife(index, .pendingCancel(since: time))
  }

  /// Records that a change to `quantity` was asked for.
  package func noteChangeRequest(_ id: ClientOrderID, quantity: Quantity, at time: Timestamp) {
    guard let index = index(of: id), orders[index].life.isAlive else { return }
    orders[index].quantity = quantity
    setLife(index, .pendingChange(since: time))
  }

  /// Marks orders of which nothing was heard for `silence` as doubtful; returns how many became so.
  package func markSilent(now: Timestamp, silence: Nanoseconds) -> Int {
    var marked = 0
    for position in 0..<aliveCount {
      let index = Int(alive[position])
      switch orders[index].life {
      case .sent(let since) where now - since > silence, .pending(let since) where now - since > silence:
        orders[index].life = .inDoubt(since: now)
        marked += 1
      default: break
      }
    }
    return marked
  }

  /// Merges a report and returns the contracts it adds, if any.
  ///
  /// Reports are cumulative, so the merge is monotone: duplicates and reordered reports change nothing, a lost report
  /// is absorbed by the next. A report with less than was seen is ignored here and flagged by ``ReportVerdict/bust``.
  package func merge(_ report: OrderReport) -> ReportVerdict {
    guard let index = index(of: report.id) else { return .foreign }
    if report.gatewayOrderID != 0 { orders[index].gatewayOrderID = report.gatewayOrderID }
    let seen = orders[index].tradedQuantity
    var fill: Fill?
    if report.tradedQuantity > seen {
      let intent = orders[index].order.intent
      fill = Fill(
        id: report.id, instrument: intent.instrument, side: intent.side, quantity: report.tradedQuantity - seen,
        ticks: report.tradedTicks - orders[index].tradedTicks, purpose: intent.purpose,
        exchangeTime: report.exchangeTime)
      orders[index].tradedQuantity = report.tradedQuantity
      orders[index].tradedTicks = report.tradedTicks
    }
    advance(index, by: report)
    if report.tradedQuantity < seen, report.status == .partiallyFilled || report.status == .filled {
      return .bust(lost: seen - report.tradedQuantity)
    }
    return .merged(fill)
  }

  /// Moves the order's life by the report's status; an ended order never comes back to life.
  private func advance(_ index: Int, by report: OrderReport) {
    guard orders[index].life.isAlive else { return }
    switch report.status {
    case .filled:
      if orders[index].tradedQuantity >= report.quantity { setLife(index, .ended(.filled)) }
    case .canceled, .partiallyFilledCanceled, .canceledByAdmin, .doneForDay: setLife(index, .ended(.canceled))
    case .rejected, .partiallyFilledRejected, .orderNotCreated: setLife(index, .ended(.rejected(report.reason)))
    case .expired, .partiallyFilledExpired: setLife(index, .ended(.expired))
    case .new, .partiallyFilled, .replaced, .acceptedForBidding, .stopped, .suspended, .calculated:
      if report.status == .replaced || report.status == .new { orders[index].quantity = report.quantity }
      // A report of the working order may cross our cancel on the way; the cancel still stands.
      if case .pendingCancel = orders[index].life, report.status != .new { return }
      setLife(index, .working)
    case .pendingCancel: break
    case .pendingNew, .received, .hadesCreated, .brokerSent, .clientCreated, .pendingReplace, .delayFixGateway,
      .scheduledOrder, .unknown:
      // "Client created" is also reported on the way of a cancel: it is no proof of a new order.
      switch orders[index].life {
      case .intent, .sent, .inDoubt: setLife(index, .pending(since: report.exchangeTime))
      default: break
      }
    }
  }

  private func setLife(_ index: Int, _ life: OrderLife) {
    let wasAlive = orders[index].life.isAlive
    orders[index].life = life
    guard wasAlive, !life.isAlive else { return }
    var kept = 0
    for position in 0..<aliveCount where Int(alive[position]) != index {
      alive[kept] = alive[position]
      kept += 1
    }
    aliveCount = kept
  }

  private func index(of id: ClientOrderID) -> Int? {
    guard id.epoch == epoch, id.strategy == strategy, id.isValid, id.counter > retired,
      id.counter - retired <= UInt64(count)
    else { return nil }
    return Int(id.counter - retired) - 1
  }
}

/// What a report meant for the books.
@frozen package enum ReportVerdict: Hashable, Sendable {
  case merged(Fill?)
  /// The venue now reports fewer contracts than before: a correction that needs a human.
  case bust(lost: Quantity)
  /// Not an order of this session.
  case foreign
}
