// What the venue says of an order, and what follows for our books.

/// Order status as the broker reports it; raw values are its codes.
///
/// Any other number maps to ``unknown`` and counts as working: an unknown state is never rounded to "gone".
@frozen public enum OrderStatus: UInt8, Sendable, CaseIterable {
  case new = 0
  case partiallyFilled = 1
  case filled = 2
  case doneForDay = 3
  case canceled = 4
  case replaced = 5
  case pendingCancel = 6
  case stopped = 7
  case rejected = 8
  case suspended = 9
  case pendingNew = 10
  case calculated = 11
  case expired = 12
  case acceptedForBidding = 13
  case pendingReplace = 14
  case partiallyFilledCanceled = 15
  case received = 16
  case partiallyFilledExpired = 17
  case partiallyFilledRejected = 18
  case unknown = 200
  case hadesCreated = 201
  case brokerSent = 202
  case clientCreated = 203
  case orderNotCreated = 204
  case canceledByAdmin = 205
  case delayFixGateway = 206
  case scheduledOrder = 207

  /// The status for a byte from the wire; undefined values become ``unknown``.
  @inlinable public init(wire: UInt8) { self = OrderStatus(rawValue: wire) ?? .unknown }

  /// Whether the order can no longer trade.
  @inlinable public var isTerminal: Bool {
    switch self {
    case .filled, .canceled, .rejected, .expired, .partiallyFilledCanceled, .partiallyFilledExpired,
      .partiallyFilledRejected, .orderNotCreated, .canceledByAdmin, .doneForDay:
      return true
    default: return false
    }
  }
}

/// Why a venue or gateway refused or ended an order; 0 when there is nothing to say.
@frozen public enum VenueReason: UInt16, Sendable {
  case none = 0
  case unknownInstrument = 1
  case continuousTickerNotTradable = 2
  case invalidPrice = 3
  case invalidQuantity = 4
  case outsidePriceLimits = 5
  case marketClosed = 6
  case unknownOrder = 7
  case tooLateToCancel = 8
  case duplicateOrder = 9
  case routingDown = 10
  case invalidAccount = 11
  case tooManyOrders = 12
  case stopAlreadyCrossed = 13
  case selfTrade = 14
  case gatewayLimit = 15
  /// The order's validity ended it: it could not trade at once, or would have where it only wanted to stand.
  case validityEnded = 16
  case other = 65535
}

/// A report on one of our orders: cumulative, so that duplicates and losses cannot corrupt the books.
@frozen public struct OrderReport: Hashable, Sendable {
  /// Which order.
  public var id: ClientOrderID
  /// The gateway's id: its epoch in the high 32 bits, its own order number in the low; 0 before one exists.
  public var gatewayOrderID: UInt64
  /// Which instrument.
  public var instrument: InstrumentID
  /// Where the order stands.
  public var status: OrderStatus
  /// Why.
  public var reason: VenueReason
  /// Buying or selling.
  public var side: Side
  /// Current total quantity of the order.
  public var quantity: Quantity
  /// Contracts traded so far.
  public var tradedQuantity: Quantity
  /// Sum over the order's fills of price in ticks times contracts: the exact form of the average price.
  public var tradedTicks: Int64
  /// Exchange time of what is reported.
  public var exchangeTime: Timestamp

  /// Every field as given.
  @inlinable public init(
    id: ClientOrderID, gatewayOrderID: UInt64, instrument: InstrumentID, status: OrderStatus, reason: VenueReason,
    side: Side, quantity: Quantity, tradedQuantity: Quantity, tradedTicks: Int64, exchangeTime: Timestamp
  ) {
    self.id = id
    self.gatewayOrderID = gatewayOrderID
    self.instrument = instrument
    self.status = status
    self.reason = reason
    self.side = side
    self.quantity = quantity
    self.tradedQuantity = tradedQuantity
    self.tradedTicks = tradedTicks
    self.exchangeTime = exchangeTime
  }
}

/// Contracts that traded on one of our orders, derived from reports by the monotone merge.
@frozen public struct Fill: Hashable, Sendable {
  /// Which order.
  public var id: ClientOrderID
  /// Which instrument.
  public var instrument: InstrumentID
  /// Buying or selling.
  public var side: Side
  /// How many contracts.
  public var quantity: Quantity
  /// Price in ticks times contracts; exact even when a report covers several prices.
  public var ticks: Int64
  /// What the order is for.
  public var purpose: OrderPurpose
  /// When it happened at the exchange.
  public var exchangeTime: Timestamp

  /// Every field as given.
  @inlinable public init(
    id: ClientOrderID, instrument: InstrumentID, side: Side, quantity: Quantity, ticks: Int64, purpose: OrderPurpose,
    exchangeTime: Timestamp
  ) {
    self.id = id
    self.instrument = instrument
    self.side = side
    self.quantity = quantity
    self.ticks = ticks
    self.purpose = purpose
    self.exchangeTime = exchangeTime
  }
}
