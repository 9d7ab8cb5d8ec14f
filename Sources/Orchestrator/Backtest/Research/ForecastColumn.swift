// Forecasts of many bars at once, cached for every run that needs them.

package import Features
package import TradingDomain

/// A model as a function of rows: what the research mode asks of it.
package protocol RowForecaster: Sendable {
  /// Hash of the schema that the rows must have.
  var schemaHash: UInt64 { get }
  /// Writes P(rise) of `count` rows that lie behind each other to `probabilities`; the same bits as the ensemble's.
  func forecast(_ rows: UnsafePointer<Float>, count: Int, into probabilities: UnsafeMutablePointer<Float>)
}

/// P(rise) of every bar.
package enum ForecastColumn {
  /// The forecasts of `forecaster` for `matrix`, spread over its bars; NaN where a bar has no row.
  ///
  /// - Precondition: `matrix` has the forecaster's schema.
  package static func make(_ forecaster: any RowForecaster, matrix: FeatureMatrix) -> [Float] {
    precondition(matrix.schema.hash == forecaster.schemaHash, "the model was trained on another schema")
    var rows = [Float](repeating: .nan, count: matrix.rows)
    matrix.values.withUnsafeBufferPointer { values in
      rows.withUnsafeMutableBufferPointer { rows in
        guard let values = values.baseAddress, let rows = rows.baseAddress else { return }
        forecaster.forecast(values, count: matrix.rows, into: rows)
      }
    }
    var column = [Float](repeating: .nan, count: matrix.barCount)
    for (row, bar) in matrix.barIndexes.enumerated() { column[bar] = rows[row] }
    return column
  }
}
