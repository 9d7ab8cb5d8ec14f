// A trained forest as what the research mode asks for: P(rise) of many rows.

package import Backtest
package import DecisionForests

/// The direction forest of a model, for rows that lie behind each other.
///
/// Many rows at a time, with the bits of ``ForestForecaster``'s one: the engine's forecast.
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
    var outputs = [Double](repeating: 0, count: min(count, Self.chunk))
    for first in stride(from: 0, to: count, by: Self.chunk) {
      let length = min(Self.chunk, count - first)
      direction.predict(rows: rows + first * columns, count: length, into: &outputs)
      for row in 0..<length { probabilities[first + row] = Float(outputs[row]) }
    }
  }

  /// Rows that are forecast at a time: enough to keep every lane busy, few enough to stay in the cache.
  private static let chunk = 512
}
