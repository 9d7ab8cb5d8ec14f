// What members of an ensemble learn from: every warm bar in order, and outcomes for those that have one.

package import Features
package import TradingDomain
package import Validation

/// Rows of features, one for each warm bar, with the class of the move that followed where it is known.
///
/// Trees and linear models read the rows that have labels; networks read what lies between them, too.
package struct MemberRows: Sendable {
  /// Down, flat, up.
  package static let classes = 3

  package let schema: FeatureSchema
  /// (rows, columns), row-major, in order of time.
  package let values: [Float]
  /// In order of time.
  package let labels: [Label]
  /// Place of each label's row among the rows.
  package let rowOfLabel: [Int]
  /// 0 for a fall by more than the dead zone, 1 for neither, 2 for a rise.
  package let outcomes: [Int]
  /// Average uniqueness of each label.
  package let weights: [Double]
  /// Regime that was known at each label's decision.
  package let regimes: [Regime]

  package var columns: Int { schema.count }
  package var rows: Int { values.count / columns }
  package var count: Int { labels.count }

  /// - Parameters:
  ///   - first: Place of the first bar that may be labelled; earlier bars only warm the features.
  ///   - regimes: One a bar, as known at its end.
  ///   - deadZone: Points either way that count as no move.
  package init(
    bars: [Bar], labelledFrom first: Int, schema: FeatureSchema, instrument: Instrument, regimes: [Regime],
    horizonBars: Int, deadZone: Double
  ) throws {
    let matrix = FeatureMatrix(schema: schema, instrument: instrument, bars: bars)
    var rowOfBar = [Int](repeating: -1, count: bars.count)
    for (row, bar) in matrix.barIndexes.enumerated() { rowOfBar[bar] = row }
    let labeler = FixedHorizonLabeler(
      horizonBars: horizonBars, target: .direction(deadZone: deadZone), staysInSession: true)
    let labels = try labeler.labels(bars: bars, tickSize: instrument.tickSize).filter {
      $0.startIndex >= first && rowOfBar[$0.startIndex] >= 0
    }
    self.schema = schema
    values = matrix.values
    self.labels = labels
    rowOfLabel = labels.map { rowOfBar[$0.startIndex] }
    outcomes = labels.map { Int($0.value) + 1 }
    weights = try AverageUniqueness.weights(labels)
    self.regimes = labels.map { regimes[$0.startIndex] }
  }

  /// The features of the labels at `positions`, one row each.
  func features(_ positions: [Int]) -> [Float] {
    var chosen: [Float] = []
    chosen.reserveCapacity(positions.count * columns)
    for position in positions {
      let row = rowOfLabel[position]
      chosen.append(contentsOf: values[(row * columns)..<((row + 1) * columns)])
    }
    return chosen
  }
}
