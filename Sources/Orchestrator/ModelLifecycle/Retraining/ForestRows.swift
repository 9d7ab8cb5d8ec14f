// A trained forest as what the research mode asks for: P(rise) of many rows.

package import Backtest
package import DecisionForests

/// The direction forest of a model, for rows that lie behind each other.
///
/// Row by row the same call as ``ForestForecaster`` makes, so the bits are those of the engine's forecast.
package final class ForestRows: RowForecaster {
  package let schemaHash: UInt64
  private let direction: ForestPredictor

  /// - Precondition: `direction` gives one probability a row.
  package init(direction: ForestPredictor, schemaHash: UInt64) {
    precondition(direction.outputCount == 1 && direction.marginCount == 1, "a direction forest has one output")
    self.direction = direction
    self.schemaHash = schemaHash
  }

  package func forecast(_ rows: UnsafePointer<Float>, count: Int, into probabilities: UnsafeMutablePointer<Float>) {
    let columns = direction.featureCount
    var output = 0.0
    for row in 0..<count {
      direction.predict(rows + row * columns, into: &output)
      probabilities[row] = Float(output)
    }
  }
}
