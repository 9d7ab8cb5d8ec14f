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
    let schema = try chosen(candidates)
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
        strategy = try tune(thresholds, past: past, inner: inner, choices: &choices)
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

  /// The schema of the features to use.
  private func chosen(_ candidates: LabelledRows) throws -> FeatureSchema {
    guard let selection = plan.selection else { return plan.schema }
    let found = try FeatureSelector.select(
      outcomes(candidates).selectionRows(candidates), plan: selection)
    var names = found.chosen
    if names.isEmpty {
      names = found.candidates.sorted { $0.rank < $1.rank }.prefix(plan.leastFeatures).map(\.name)
    }
    return try plan.schema.selecting(names, name: "selected")
  }

  private func tune(
    _ thresholds: ThresholdPlan, past: PastBars, inner: InnerForecasts, choices: inout FitChoices
  ) throws -> StrategyConfiguration {
    let tape = try BarTape(
      bars: past.bars, sessions: past.sessions, limits: limits, entryLifetime: execution.entryLifetime)
    let columns = StrategyColumns(bars: past.bars, instrument: past.instrument)
    let contracts = plan.strategy.quantity.contracts
    let research = BarResearch(fills: fills, contracts: contracts)
    let best = try ThresholdTuning.best(thresholds, strategy: plan.strategy) { strategy in
      try research.run(
        tape, sessions: past.sessions.indices, strategy: strategy, tickSize: past.instrument.tickSize,
        columns: columns, probabilities: inner.probabilities
      ).trades.map { (fills.tickValue * ($0.ticks * contracts) - fills.feePerSide * (2 * contracts)).brl }
    }
    choices.trials = thresholds.settings(plan.strategy.style).count
    choices.innerTrades = best?.trades ?? 0
    choices.innerExpectancy = best?.expectancy
    guard let best, best.cautious(thresholds.caution) > 0 || !thresholds.mayAbstain else {
      choices.abstains = thresholds.mayAbstain
      return thresholds.mayAbstain ? plan.strategy.abstaining : plan.strategy
    }
    choices.thresholds = ["probability": Double(best.setting.probability), "bracket": best.setting.bracket]
    if plan.strategy.style == .forecast { choices.thresholds["exit"] = Double(best.setting.exit) }
    return plan.strategy.tuned(best.setting)
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
      rows: ForestRows(direction: predictors.0, schemaHash: schema.hash)
    ) {
      try MultiModalEnsemble(
        ForestForecaster(
          direction: predictors.0, magnitude: predictors.1, schemaHash: schema.hash, columns: schema.count))
    }
  }
}
