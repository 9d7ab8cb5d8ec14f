// The engine's state in one fixed-size value per event: what monitors and reports read instead of the engine itself.
package import TradingDomain

/// A snapshot taken after one event.
@frozen package struct AuditRecord: Hashable, Sendable {
  package var time: Timestamp
  /// Last price seen; nil before the first.
  package var price: Price?
  /// Signed contracts held.
  package var position: Int64
  /// Realised and open profit less fees, since the engine was made.
  package var net: Money
  package var fees: Money
  package var state: TradingState
  package var regime: Regime
  /// Totals since the engine was made.
  package var events: UInt64
  package var marketEvents: UInt64
  package var decisions: UInt64
  package var orders: UInt64
  package var refusals: UInt64
  package var fills: UInt64

  package init() {
    time = .distantPast
    price = nil
    position = 0
    net = .zero
    fees = .zero
    state = .active
    regime = .undefined
    events = 0
    marketEvents = 0
    decisions = 0
    orders = 0
    refusals = 0
    fills = 0
  }
}
