// A trained pair of forests as what the research mode asks for: forecasts of many rows.

package import Backtest
package import DecisionForests
package import Ensemble
import Features
import TradingDomain

/// The forests of a model, for rows that lie behind each other.
///
/// Many rows at a time, with the bits of ``ForestForecaster``'s one: the engine's forecast.
package final class ForestColumn: ColumnForecaster {
  package let schemaHash: UInt64
  private let direction: ForestPredictor
  private let magnitude: ForestPredictor?

  /// - Parameter magnitude: Nil where nobody reads the expected move: then it is 0.
  /// - Precondition: a forest gives one value a row.
  package init(direction: ForestPredictor, magnitude: ForestPredictor? = nil, schemaHash: UInt64) {
    precondition(direction.outputCount == 1 && direction.marginCount == 1, "a direction forest has one output")
    precondition(magnitude?.marginCount ?? 1 == 1, "a magnitude forest has one output")
    self.direction = direction
    self.magnitude = magnitude
    self.schemaHash = schemaHash
  }

  package func forecasts(_ tape: ForecastTape) -> [Forecast] {
    let matrix = tape.matrix
    let up = predictions(direction, matrix.values, count: matrix.rows)
    let size = magnitude.map { predictions($0, matrix.values, count: matrix.rows) }
    return matrix.barIndexes.enumerated().map { row, bar in
      let size = max(0, size?[row] ?? 0)
      return Forecast(
        probabilityUp: up[row], probabilityDown: 1 - up[row], magnitude: size,
        expectedTicks: (2 * up[row] - 1) * size * Float(tape.bars[bar].close.ticks))
    }
  }

  /// P(rise) of `count` rows that lie behind each other.
  func probabilities(_ rows: [Float], count: Int) -> [Float] { predictions(direction, rows, count: count) }

  private func predictions(_ predictor: ForestPredictor, _ rows: [Float], count: Int) -> [Float] {
    var said: [Float] = []
    said.reserveCapacity(count)
    let columns = predictor.featureCount
    var outputs = [Double](repeating: 0, count: min(count, Self.chunk))
    rows.withUnsafeBufferPointer { rows in
      guard let rows = rows.baseAddress else { return }
      for first in stride(from: 0, to: count, by: Self.chunk) {
        let length = min(Self.chunk, count - first)
        predictor.predict(rows: rows + first * columns, count: length, into: &outputs)
        for row in 0..<length { said.append(Float(outputs[row])) }
      }
    }
    return said
  }

  /// Rows that are forecast at a time: enough to keep every lane busy, few enough to stay in the cache.
  private static let chunk = 512
}
