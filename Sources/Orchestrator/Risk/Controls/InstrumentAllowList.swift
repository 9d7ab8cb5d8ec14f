// P1: orders name the one allowed, dated futures contract.

package import TradingDomain

/// Refuses orders in another instrument, in a continuous series, or outside the futures exchange.
package enum InstrumentAllowList {
  static let description = ControlDescription(
    .instrumentAllowList, "Instrument allow-list",
    rule: "the order names the session's instrument, a dated contract with exchange letter F",
    onBreach: "refuse; at `instrumentBreachesBeforeHalt` refusals HALTED (configuration error)")

  package static func evaluate(
    _ ordered: InstrumentID, allowed: InstrumentID, exchangeIsFutures: Bool, standing: ContractStanding
  ) -> RiskRefusal? {
    if ordered != allowed {
      return RiskRefusal(
        .instrumentAllowList, .instrumentNotAllowed, limit: Int64(allowed.rawValue), value: Int64(ordered.rawValue))
    }
    if !exchangeIsFutures { return RiskRefusal(.instrumentAllowList, .notOnFuturesExchange) }
    if !standing.isTradable { return RiskRefusal(.instrumentAllowList, .continuousSeriesNotTradable) }
    return nil
  }
}
