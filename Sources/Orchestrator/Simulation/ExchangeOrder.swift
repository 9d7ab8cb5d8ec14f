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
  /// Queue length that nobody can know: the order fills only when the market goes through its price.
  static let unknownQueue = Int64.max

  let client: Int
  let id: ClientOrderID
  /// Gateway order number, from 1.
  let number: UInt32
  let market: Int
  let instrument: InstrumentID
  let side: Side
  let type: OrderType
  let purpose: OrderPurpose
  var quantity: Int64
  var traded: Int64 = 0
  var tradedTicks: Int64 = 0
  /// Limit, or the protection of a market order.
  var limit: Int64
  var stop: Int64
  /// Exchange time at which the order took its present place.
  var arrival: Int64
  /// Grows with every order that takes a place: time priority.
  var priority: UInt64
  /// Contracts displayed ahead at the order's price.
  var queueAhead = ExchangeOrder.unknownQueue
  /// Contracts that left the display ahead of us without a print yet; the next prints are charged against them.
  var unexplained: Int64 = 0
  /// Whether the order crosses and takes displayed liquidity, rather than waiting to be hit.
  var isTaker = false
  /// Whether the limit is only the protection of a market order.
  var isMarket = false
  var life = ExchangeOrderLife.waiting
  var lastReport: OrderReport

  var leaves: Int64 { quantity - traded }
}

/// A report and the client it is for.
struct ClientReport {
  var client: Int
  var report: OrderReport
}

/// The identity under which a client may submit an order once.
struct SubmissionKey: Hashable {
  var client: Int
  var id: ClientOrderID
}
