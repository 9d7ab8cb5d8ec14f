// P6: fat finger on value.

package import TradingDomain

/// Refuses entries worth more than the limit: contracts x price in ticks x money per tick.
package enum MaxOrderValue {
  static let description = ControlDescription(
    .maxOrderValue, "Largest order value", rule: "contracts x price x point value at most `maxOrderValueBRL` (entries)",
    onBreach: "refuse")

  package static func evaluate(_ quantity: Quantity, at price: Price, tickValue: Money, limit: Money) -> RiskRefusal? {
    let (perContract, first) = price.ticks.multipliedReportingOverflow(by: tickValue.microBRL)
    let (value, second) = perContract.multipliedReportingOverflow(by: quantity.contracts)
    if first || second {
      return RiskRefusal(.maxOrderValue, .orderValueTooLarge, limit: limit.microBRL, value: .max)
    }
    if value > limit.microBRL {
      return RiskRefusal(.maxOrderValue, .orderValueTooLarge, limit: limit.microBRL, value: value)
    }
    return nil
  }
}
