// P7: the largest position that could come about.

package import TradingDomain

/// Refuses entries after which the worst case (position, everything working and in doubt on that side, and the order)
/// would exceed the limit; notices a position that exceeds it already.
package enum MaxPosition {
  static let description = ControlDescription(
    .maxPosition, "Largest potential position",
    rule:
      "position on the side + all working and in-doubt quantity of the side + the order at most `maxPositionContracts`",
    onBreach: "refuse entries; exceeded by fills: REDUCE_ONLY, entries cancelled")

  package static func evaluate(
    _ side: Side, adding quantity: Quantity, to exposure: Exposure, limit: Int64
  ) -> RiskRefusal? {
    let worst = exposure.worstCase(side) + quantity.contracts
    return worst > limit ? RiskRefusal(.maxPosition, .positionWouldExceedLimit, limit: limit, value: worst) : nil
  }

  /// Whether fills have carried the position beyond the limit.
  package static func evaluate(position: Int64, limit: Int64) -> RiskRefusal? {
    position.magnitude > limit.magnitude
      ? RiskRefusal(.maxPosition, .positionExceededByFills, limit: limit, value: position) : nil
  }
}
