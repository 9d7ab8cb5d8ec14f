// A fitted model through the research mode: features, forecasts and the loop in one go.

import Engine
package import Execution
import Features
package import Risk
package import TradingDomain

/// Runs a model's strategy over bars, without the engine.
package struct ModelResearch: Sendable {
  package var model: FittedModel
  package var fills: BarFillModel
  package var limits: RiskLimits
  package var execution: ExecutionConfiguration

  package init(
    model: FittedModel, fills: BarFillModel, limits: RiskLimits, execution: ExecutionConfiguration
  ) {
    self.model = model
    self.fills = fills
    self.limits = limits
    self.execution = execution
  }

  /// One run with what it was made on.
  package struct Run: Sendable {
    package var tape: BarTape
    package var result: BarResearchResult

    /// The run in figures.
    package var score: WindowScore { WindowScore(profits: result.sessions, trades: result.trades.count) }
  }

  /// Trades `sessions`; bars before them warm the features.
  package func run(instrument: Instrument, bars: [Bar], sessions: [TapeSession]) throws -> Run {
    let tape = try BarTape(
      bars: bars, sessions: sessions, limits: limits, entryLifetime: execution.entryLifetime)
    let matrix = FeatureMatrix(schema: model.schema, instrument: instrument, bars: bars)
    let columns = StrategyColumns(bars: bars, instrument: instrument)
    let result = try BarResearch(fills: fills, contracts: model.strategy.quantity.contracts).run(
      tape, sessions: sessions.indices, strategy: model.strategy, tickSize: instrument.tickSize,
      columns: columns,
      forecasts: ForecastColumn.make(
        model.column, ForecastTape(matrix: matrix, bars: bars, columns: columns)))
    return Run(tape: tape, result: result)
  }
}
