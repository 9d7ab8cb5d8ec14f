// When a forecast is worth its costs: the no-trade band of a position of at most one contract.

/// Thresholds on the forecast of what is left of the day's move, in ticks.
///
/// With costs in proportion to what is traded, the best policy trades only where the forecast leaves a band that
/// depends on the position held. Source: Davis and Norman, "Portfolio selection with transaction costs", 1990,
/// doi:10.1287/moor.15.4.676.
package struct TradingBand: Hashable, Sendable {
  /// A position is taken when the forecast in its direction exceeds this.
  package var enter: Double
  /// A position is left when the forecast in its direction falls below this; negative holds on against the forecast.
  package var exit: Double

  /// - Precondition: `enter` is positive and not below the magnitude of `exit`.
  package init(enter: Double, exit: Double) {
    precondition(
      enter > 0 && abs(exit) <= enter, "trading band (enter \(enter), exit \(exit)) needs 0 < enter >= |exit|")
    self.enter = enter
    self.exit = exit
  }

  /// Nothing is worth its costs.
  package static let closed = TradingBand(enter: .infinity, exit: 0)

  /// The position (-1, 0, 1) after a forecast met the position held.
  package func position(held: Int, forecast: Double) -> Int {
    let wanted = forecast > enter ? 1 : forecast < -enter ? -1 : 0
    if wanted != 0 || held == 0 { return wanted }
    return Double(held) * forecast < exit ? 0 : held
  }
}
