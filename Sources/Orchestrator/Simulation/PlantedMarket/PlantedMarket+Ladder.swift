// Three markets of known difficulty.

/// A planted market named by what its oracle earns.
package struct PlantedRung: Hashable, Sendable {
  /// Annual Sharpe ratio of the oracle after costs.
  package var sharpe: Double
  /// The edge that gives it in a market with the default noise.
  package var edge: PlantedEdge
}

extension PlantedMarket {
  /// Rungs of Sharpe ratio 2, 4 and 9 after ``OraclePolicy/defaultCostPerSide``.
  ///
  /// The strengths come from ``OracleSearch/strength(sharpe:like:limit:)`` with its defaults.
  package static let ladder = [
    PlantedRung(sharpe: 2, edge: PlantedEdge(strength: 0.107)),
    PlantedRung(sharpe: 4, edge: PlantedEdge(strength: 0.1585)),
    PlantedRung(sharpe: 9, edge: PlantedEdge(strength: 0.2725)),
  ]
}
