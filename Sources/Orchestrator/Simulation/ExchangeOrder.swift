// An order at the simulated exchange.

import TradingDomain

/// Where an order is in its life.
enum ExchangeOrderLife: UInt8 {
  /// A stop whose trigger has not been reached.
  case waiting
  case working
  case done
}

/// One order with everything that matching and reporting need; prices in ticks.
struct ExchangeOrder {
  let client: Int
  let id: ClientOrderID
  /// Gateway order number, from 1.
  let number: UInt32
  let market: Int
  let instrument: InstrumentID
  let side: Side
  let type: OrderType
  let purpose: OrderPurpose
  let validity: OrderValidity
  var quantity: Int64
  var traded: Int64 = 0
  var tradedTicks: Int64 = 0
  /// Limit, or the protection of a market order.
  var limit: Int64
  var stop: Int64
  /// Exchange time at which the order took its present place.
  var arrival: Int64
  /// Number of the last feed event before it took that place, where the feed is known order by order.
  var joined = -1
  /// Grows with every order that takes a place: time priority.
  var priority: UInt64
  /// Where the order stands at its price while it rests.
  var queue = QueuePosition(behind: nil)
  /// Whether the order crosses and takes displayed liquidity, rather than waiting to be hit.
  var isTaker = false
  /// Whether the limit is only the protection of a market order.
  var isMarket = false
  var life = ExchangeOrderLife.waiting
  /// What was last reported, and when.
  var status = OrderStatus.clientCreated
  var reason = VenueReason.none
  var reported: Timestamp

  var leaves: Int64 { quantity - traded }

  /// The last report, made again.
  func lastReport(epoch: UInt32) -> OrderReport {
    OrderReport(
      id: id, gatewayOrderID: UInt64(epoch) << 32 | UInt64(number), instrument: instrument, status: status,
      reason: reason, side: side, quantity: Quantity(quantity), tradedQuantity: Quantity(traded),
      tradedTicks: tradedTicks, exchangeTime: reported)
  }
}

/// A report and the client it is for.
struct ClientReport {
  var client: Int
  var report: OrderReport
}
