// What makes a model from the past, and what it hands over.

package import Engine
package import Execution
package import Ensemble
package import Features

/// A way to make a model from the past, features, rounds and thresholds included.
///
/// - It is given ``PastBars`` and nothing else, so it cannot look ahead.
/// - Deterministic: the same past gives the same model, to the byte, whoever else runs at the time.
/// - Called from several threads at once, each with a past of its own.
package protocol ModelFitter: Sendable {
  /// Short name, for tables.
  var name: String { get }
  /// Bars of the past that features need before the first bar of the training part.
  var warmUpBars: Int { get }
  /// Bars from a decision to its outcome: the purge.
  var horizonBars: Int { get }
  /// The model for what comes after `past`.
  func fit(_ past: PastBars) throws -> FittedModel
}

/// A model that is ready to trade, with what was chosen for it.
package struct FittedModel: Sendable {
  package var schema: FeatureSchema
  /// The strategy with the thresholds that were chosen.
  package var strategy: StrategyConfiguration
  /// How its orders are handled, where that was chosen, too; nil leaves it to the engine.
  package var execution: ExecutionConfiguration?
  /// What was chosen, and how well it did inside the past.
  package var choices: FitChoices
  /// Identity of the model's bytes.
  package var hash: UInt64
  /// For the research mode.
  package var column: any ColumnForecaster
  /// For the engine: a new one a call, to be used by one thread.
  package var forecaster: @Sendable () throws -> any Forecaster
  /// The model's bytes by file name, as they go into an artifact; empty where the fitter makes none.
  package var files: [String: [UInt8]]

  package init(
    schema: FeatureSchema, strategy: StrategyConfiguration, choices: FitChoices, hash: UInt64,
    column: any ColumnForecaster, files: [String: [UInt8]] = [:],
    forecaster: @escaping @Sendable () throws -> any Forecaster
  ) {
    self.schema = schema
    self.strategy = strategy
    self.choices = choices
    self.hash = hash
    self.column = column
    self.files = files
    self.forecaster = forecaster
  }
}

/// What a fitter decided, for the table of windows.
package struct FitChoices: Hashable, Sendable, Codable {
  /// Names of the features, in the model's order.
  package var features: [String]
  /// Boosting rounds or the like; 0 where there is no such thing.
  package var rounds: Int
  /// Thresholds and other settings that were tuned, by name.
  package var thresholds: [String: Double]
  /// Labelled rows that the final model was trained on.
  package var rows: Int
  /// Settings that were tried before this one was chosen, this one included.
  package var trials: Int
  /// Improvement of log loss over the base rate on held-out rows inside the past, nats a label; nil if none were held.
  package var innerGain: Double?
  /// Mean net profit a trade on held-out rows inside the past, in reais, with its trades; nil without trades.
  package var innerExpectancy: Double?
  package var innerTrades: Int
  /// Whether the fitter found nothing worth trading and gave thresholds that no forecast passes.
  package var abstains: Bool

  package init(features: [String], rounds: Int, rows: Int) {
    self.features = features
    self.rounds = rounds
    self.rows = rows
    thresholds = [:]
    trials = 1
    innerTrades = 0
    abstains = false
  }
}
