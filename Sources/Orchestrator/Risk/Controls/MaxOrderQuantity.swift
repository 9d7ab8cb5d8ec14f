// P5: fat finger on quantity.

package import TradingDomain

/// Refuses orders of more contracts than the limit.
///
/// Exits are bounded by the position itself (P22), so for them the compiled ceiling stands: a position that grew
/// beyond the limit must still be closable.
package enum MaxOrderQuantity {
  static let description = ControlDescription(
    .maxOrderQuantity, "Largest order", rule: "entries at most `maxOrderContracts`; exits at most the compiled ceiling",
    onBreach: "refuse")

  package static func evaluate(_ quantity: Quantity, limit: Int64) -> RiskRefusal? {
    quantity.contracts > limit
      ? RiskRefusal(.maxOrderQuantity, .orderTooLarge, limit: limit, value: quantity.contracts) : nil
  }
}
