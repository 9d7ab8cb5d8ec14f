// What the engine publishes after each event, in one fixed-size value: totals, so that a lost beat loses nothing.

package import TradingDomain

/// State and totals of a session after one event.
@frozen package struct SessionBeat: Hashable, Sendable {
  package var time: Timestamp
  /// Last price seen; nil before the first.
  package var price: Price?
  /// Signed contracts held.
  package var position: Int64
  /// Realised and open profit after fees.
  package var net: Money
  package var fees: Money
  package var state: TradingState
  /// Totals since the engine was made.
  package var marketEvents: UInt64
  package var decisions: UInt64
  package var orders: UInt64
  package var refusals: UInt64
  package var fills: UInt64
  /// What the event cost from receipt to decision; nil when it brought none.
  package var decisionLatency: Nanoseconds?
  /// What the event cost from receipt to the order handed to the link; nil when it brought none.
  package var tickToOrderLatency: Nanoseconds?

  @inlinable package init(
    time: Timestamp, price: Price?, position: Int64, net: Money, fees: Money, state: TradingState, marketEvents: UInt64,
    decisions: UInt64, orders: UInt64, refusals: UInt64, fills: UInt64, decisionLatency: Nanoseconds? = nil,
    tickToOrderLatency: Nanoseconds? = nil
  ) {
    self.time = time
    self.price = price
    self.position = position
    self.net = net
    self.fees = fees
    self.state = state
    self.marketEvents = marketEvents
    self.decisions = decisions
    self.orders = orders
    self.refusals = refusals
    self.fills = fills
    self.decisionLatency = decisionLatency
    self.tickToOrderLatency = tickToOrderLatency
  }
}
