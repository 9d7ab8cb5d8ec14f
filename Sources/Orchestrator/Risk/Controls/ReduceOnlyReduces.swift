// P22: an exit really reduces.

package import TradingDomain

/// Holds exits to what is left of the position after the exits that already work.
///
/// A stop and a target are legs of a pair (one of them trades), so each is held against its own kind; a plain exit
/// counts the larger leg.
package enum ReduceOnlyReduces {
  static let description = ControlDescription(
    .reduceOnlyReduces, "Reduce-only really reduces",
    rule: "exits have the side opposite to the position and at most its size less working exits",
    onBreach: "clamp the quantity to whole lots; refuse when nothing is left")

  /// What may be sent.
  @frozen package enum Finding: Hashable, Sendable {
    case within
    case clamp(to: Quantity, RiskRefusal)
    case refuse(RiskRefusal)
  }

  package static func evaluate(_ intent: OrderIntent, exposure: Exposure, lot: Quantity) -> Finding {
    let wanted = intent.quantity.contracts
    let position = exposure.position
    if position == 0 || (position > 0) == (intent.side == .buy) {
      return .refuse(
        RiskRefusal(.reduceOnlyReduces, .wouldNotReducePosition, limit: position, value: intent.side.sign * wanted))
    }
    let working = exposure[intent.side]
    let paired: Int64
    switch intent.purpose {
    case .protectiveStop: paired = working.stops
    case .target: paired = working.targets
    case .entry, .exit, .flatten: paired = max(working.stops, working.targets)
    }
    let left = abs(position) - working.exits - paired
    if wanted <= left { return .within }
    let lots = max(0, left) / lot.contracts * lot.contracts
    if lots == 0 {
      return .refuse(RiskRefusal(.reduceOnlyReduces, .nothingLeftToReduce, limit: left, value: wanted))
    }
    return .clamp(
      to: Quantity(lots), RiskRefusal(.reduceOnlyReduces, .quantityCutToPosition, limit: left, value: wanted))
  }
}
