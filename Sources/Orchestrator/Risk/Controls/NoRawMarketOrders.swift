// P11: market orders become limit orders that protect against a thin book.

package import TradingDomain

/// Turns market orders into limit orders as far through the touch as the dynamic collar allows.
///
/// The only raw market order that passes is the flatten order of a KILLED engine.
package enum NoRawMarketOrders {
  static let description = ControlDescription(
    .noRawMarketOrders, "No raw market orders",
    rule:
      "market orders become limits at the touch plus `entryThroughTicks` (exits `exitThroughTicks`); raw only to "
      + "flatten in KILLED",
    onBreach: "convert; refuse when no price is known")

  /// What to do with an order as far as its type goes.
  @frozen package enum Finding: Hashable, Sendable {
    case asIs
    case convert(limit: Price, RiskRefusal)
    case refuse(RiskRefusal)
  }

  package static func evaluate(
    _ intent: OrderIntent, state: TradingState, market: MarketView, entryThrough: Int64, exitThrough: Int64
  ) -> Finding {
    guard intent.type == .market else { return .asIs }
    if state == .killed && intent.purpose == .flatten { return .asIs }
    guard let touch = market.touch(for: intent.side) else {
      return .refuse(RiskRefusal(.noRawMarketOrders, .marketOrderWithoutReference))
    }
    let through = intent.purpose.isReduceOnly ? exitThrough : entryThrough
    let limit = Price(ticks: max(1, touch.ticks + intent.side.sign * through))
    return .convert(
      limit: limit, RiskRefusal(.noRawMarketOrders, .marketOrderConverted, limit: through, value: limit.ticks))
  }
}
