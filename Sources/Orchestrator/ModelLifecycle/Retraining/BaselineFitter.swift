// The whole pipeline as one fitter: features chosen, forests grown, thresholds tuned, all inside the past.

package import Backtest
import DecisionForests
package import Engine
import Ensemble
package import Execution
package import Features
import Foundation
package import Risk
import Storage
import TradingDomain

/// What a fitter is asked to do.
package struct FitterPlan: Sendable {
  /// Candidates, or the features themselves where none are selected.
  package var schema: FeatureSchema
  package var training = TrainingPlan()
  /// How features are selected; nil takes all of ``schema``.
  package var selection: SelectionPlan?
  /// Features that are used when the selection finds none worth keeping: the first so many of its ranking.
  package var leastFeatures = 8
  /// The strategy; what is tuned is replaced.
  package var strategy = StrategyConfiguration()
  /// How thresholds are tuned; nil keeps those of ``strategy``, and no inner models are made.
  package var thresholds: ThresholdPlan?
  /// Shuffles the outcomes before anything is learnt from them; nil leaves them. For probes of leaks: see
  /// ``FitOutcomes``.
  package var shuffleSeed: UInt64?

  package init(schema: FeatureSchema) { self.schema = schema }

  /// The predecessor's way: its features, forest and thresholds, nothing chosen by the data. What every improvement is
  /// compared with.
  package static var v2: FitterPlan { FitterPlan(schema: .v2) }

  /// The schema of the features to use: all candidates, or those that the selection finds worth keeping on `rows`.
  func chosenSchema(_ rows: LabelledRows) throws -> FeatureSchema {
    guard let selection else { return schema }
    let outcomes = FitOutcomes(rows, shuffleSeed: shuffleSeed, horizonBars: training.horizonBars)
    let found = try FeatureSelector.select(outcomes.selectionRows(rows), plan: selection)
    return try schema.selecting(found.usable(least: leastFeatures), name: "selected")
  }
}

/// Fits forests to labelled bars.
package struct BaselineFitter: ModelFitter {
  package let name: String
  package let plan: FitterPlan
  /// How trades fill and what they cost when thresholds are tuned.
  package let fills: BarFillModel
  package let limits: RiskLimits
  package let execution: ExecutionConfiguration

  package init(
    name: String, plan: FitterPlan, fills: BarFillModel, limits: RiskLimits,
    execution: ExecutionConfiguration = ExecutionConfiguration()
  ) throws(TrainingError) {
    try plan.training.validate()
    self.name = name
    self.plan = plan
    self.fills = fills
    self.limits = limits
    self.execution = execution
  }

  package var warmUpBars: Int { MarketPlan.warmUpBars(for: plan.schema) }
  package var horizonBars: Int { plan.training.horizonBars }

  package func fit(_ past: PastBars) throws -> FittedModel {
    let candidates = try rows(past, plan.schema)
    let schema = try plan.chosenSchema(candidates)
    let rows = schema == plan.schema ? candidates : try rows(past, schema)
    let outcomes = outcomes(rows)
    var choices = FitChoices(features: schema.names, rounds: plan.training.rounds, rows: rows.count)
    var strategy = plan.strategy
    if plan.thresholds != nil || plan.training.patience != nil {
      let matrix = FeatureMatrix(schema: schema, instrument: past.instrument, bars: past.bars)
      let inner = try InnerForecasts(rows, outcomes, matrix: matrix, plan: plan.training)
      choices.rounds = inner.rounds
      choices.innerGain = inner.gain
      if let thresholds = plan.thresholds {
        strategy = try ThresholdSearch(fills: fills, limits: limits, execution: execution).tuned(
          plan.strategy, thresholds, past: past, forecasts: inner.forecasts, choices: &choices)
      }
    }
    return try model(rows, outcomes, strategy: strategy, choices: choices)
  }

  private func rows(_ past: PastBars, _ schema: FeatureSchema) throws -> LabelledRows {
    let rows = try LabelledRows(
      bars: past.bars, labelledFrom: past.trainingStart, schema: schema, instrument: past.instrument,
      horizonBars: plan.training.horizonBars)
    guard rows.count >= BaselineTrainer.leastRows else {
      throw TrainingError.tooFewRows(count: rows.count, needed: BaselineTrainer.leastRows)
    }
    return rows
  }

  private func outcomes(_ rows: LabelledRows) -> FitOutcomes {
    FitOutcomes(rows, shuffleSeed: plan.shuffleSeed, horizonBars: plan.training.horizonBars)
  }

  /// The final forests, on everything that is known.
  private func model(
    _ rows: LabelledRows, _ outcomes: FitOutcomes, strategy: StrategyConfiguration, choices: FitChoices
  ) throws -> FittedModel {
    let everything = Array(0..<rows.count)
    let direction = try XGBoostTrainer.train(
      rows.matrix(everything, targets: outcomes.directions),
      parameters: plan.training.parameters(.logistic, rounds: choices.rounds)
    ).modelUBJSON
    let magnitude = try XGBoostTrainer.train(
      rows.matrix(everything, targets: outcomes.magnitudes),
      parameters: plan.training.parameters(.squaredError, rounds: choices.rounds)
    ).modelUBJSON
    let schema = rows.schema
    let predictors = (
      try ForestPredictor(Forest(bytes: Array(direction), named: BaselineTrainer.directionFile)),
      try ForestPredictor(Forest(bytes: Array(magnitude), named: BaselineTrainer.magnitudeFile))
    )
    return FittedModel(
      schema: schema, strategy: strategy, choices: choices, hash: ContentHash(of: direction + magnitude).prefix64,
      column: ForestColumn(
        direction: predictors.0, magnitude: plan.strategy.style == .edge ? predictors.1 : nil, schemaHash: schema.hash),
      files: [
        BaselineTrainer.directionFile: Array(direction), BaselineTrainer.magnitudeFile: Array(magnitude),
      ]
    ) {
      try ForestForecaster(
        direction: predictors.0, magnitude: predictors.1, schemaHash: schema.hash, columns: schema.count)
    }
  }
}
