// The life of one order as a sum type: states that cannot be are not written.
package import TradingDomain

/// How an order ended.
@frozen package enum OrderEnd: Hashable, Sendable {
  case filled
  case canceled
  case rejected(VenueReason)
  case expired
  /// The link refused it before any byte left; it provably does not exist at the venue.
  case notSent
}

/// Where an order is between our decision and its end.
///
/// Only evidence moves it: silence never ends an order, it makes it doubtful.
@frozen package enum OrderLife: Hashable, Sendable {
  /// Decided and journaled; not yet handed to the link.
  case intent
  /// Handed to the link; nothing heard yet.
  case sent(at: Timestamp)
  /// The venue is working on accepting it.
  case pending(since: Timestamp)
  /// At the market, possibly partly traded.
  case working
  case pendingCancel(since: Timestamp)
  case pendingChange(since: Timestamp)
  /// Nothing was heard for too long: it may exist, and counts as if it did.
  case inDoubt(since: Timestamp)
  case ended(OrderEnd)

  /// Whether the order can still trade, or might.
  @inlinable package var isAlive: Bool {
    if case .ended = self { return false }
    return true
  }
}

/// One order with everything known of it.
@frozen package struct TrackedOrder: Hashable, Sendable {
  package var order: NewOrder
  package var life: OrderLife
  /// Total quantity now asked for, including what has traded.
  package var quantity: Quantity
  package var tradedQuantity: Quantity
  /// Price in ticks times contracts, over what has traded.
  package var tradedTicks: Int64
  package var gatewayOrderID: UInt64

  @inlinable package init(order: NewOrder) {
    self.order = order
    life = .intent
    quantity = order.intent.quantity
    tradedQuantity = .zero
    tradedTicks = 0
    gatewayOrderID = 0
  }

  /// Contracts that may still trade; zero once ended.
  @inlinable package var openQuantity: Quantity {
    life.isAlive && quantity > tradedQuantity ? quantity - tradedQuantity : .zero
  }
}
