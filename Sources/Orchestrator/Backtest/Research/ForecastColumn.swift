// Forecasts of many bars at once, cached for every run that needs them.

package import Engine
package import Ensemble
package import Features
package import TradingDomain

/// A stretch of market as a model is told of it.
package struct ForecastTape: Sendable {
  package let matrix: FeatureMatrix
  /// All bars that the matrix was made of.
  package let bars: [Bar]
  /// One a bar.
  package let columns: StrategyColumns

  /// - Precondition: as many bars as the matrix consumed, and a context for each.
  package init(matrix: FeatureMatrix, bars: [Bar], columns: StrategyColumns) {
    precondition(matrix.barCount == bars.count && columns.contexts.count == bars.count, "a bar has one of everything")
    self.matrix = matrix
    self.bars = bars
    self.columns = columns
  }

  /// Tells `body` of every bar that the engine would learn from, with its place, in order; features are empty where a
  /// bar has no row.
  package func eachBar(_ body: (Int, ForecastInput) throws -> Void) rethrows {
    try eachBar(in: bars.indices, body)
  }

  /// The same for the bars at `places` alone.
  package func eachBar(in places: Range<Int>, _ body: (Int, ForecastInput) throws -> Void) rethrows {
    let width = matrix.columns
    try matrix.values.withUnsafeBufferPointer { values in
      var row = matrix.barIndexes.firstIndex { $0 >= places.lowerBound } ?? matrix.rows
      for place in places {
        let bar = bars[place]
        var features = UnsafeBufferPointer<Float>(start: nil, count: 0)
        if row < matrix.rows, matrix.barIndexes[row] == place {
          features = UnsafeBufferPointer(rebasing: values[(row * width)..<((row + 1) * width)])
          row += 1
        }
        guard bar.low.ticks > 0 else { continue }
        try body(
          place,
          ForecastInput(features: features, bar: bar, regimes: columns.regimes[place], range: columns.ranges[place]))
      }
    }
  }
}

/// A model as a function of a stretch of market: what the research mode asks of it.
package protocol ColumnForecaster: Sendable {
  /// Hash of the schema that the matrix must have.
  var schemaHash: UInt64 { get }
  /// A forecast a row of the matrix, with the bits of the engine's. The strategy's style says what of it is needed.
  func forecasts(_ tape: ForecastTape) throws -> [Forecast]
}

/// Bar by bar through a forecaster, as the engine asks it.
package struct StreamedColumn: ColumnForecaster {
  package let schemaHash: UInt64
  private let make: @Sendable () throws -> any Forecaster

  package init(schemaHash: UInt64, _ make: @escaping @Sendable () throws -> any Forecaster) {
    self.schemaHash = schemaHash
    self.make = make
  }

  package func forecasts(_ tape: ForecastTape) throws -> [Forecast] {
    let forecaster = try make()
    forecaster.reset()
    var said: [Forecast] = []
    said.reserveCapacity(tape.matrix.rows)
    tape.eachBar { _, input in
      forecaster.observe(input)
      if !input.features.isEmpty { said.append(forecaster.forecast(input)) }
    }
    return said
  }
}

/// A forecast of every bar.
package enum ForecastColumn {
  /// The forecasts of `forecaster`, spread over the bars; none where a bar has no row.
  ///
  /// - Precondition: the tape's matrix has the forecaster's schema.
  package static func make(_ forecaster: any ColumnForecaster, _ tape: ForecastTape) throws -> [Forecast] {
    precondition(tape.matrix.schema.hash == forecaster.schemaHash, "the model was trained on another schema")
    var column = [Forecast](repeating: .none(.noInput), count: tape.bars.count)
    let rows = try forecaster.forecasts(tape)
    for (row, bar) in tape.matrix.barIndexes.enumerated() { column[bar] = rows[row] }
    return column
  }
}
