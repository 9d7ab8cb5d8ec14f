// An ensemble fitted anew before every window: members, corrections, weights and thresholds, all inside the past.

package import Backtest
import Engine
package import Ensemble
package import Execution
import Features
import Foundation
package import Risk
import Storage
import TradingDomain

/// Fits ensembles to the past.
package struct EnsembleFitter: ModelFitter {
  package let name: String
  /// Features, horizon, folds, seed, strategy and thresholds.
  package let plan: FitterPlan
  /// Members beside the base rate.
  package let members: [MemberKind]
  package let memberPlan: MemberPlan
  /// Ticks either way that count as no move.
  package let deadZoneTicks: Double
  /// How trades fill and what they cost when thresholds are tuned.
  package let fills: BarFillModel
  package let limits: RiskLimits
  package let execution: ExecutionConfiguration

  package init(
    name: String, plan: FitterPlan, members: [MemberKind], memberPlan: MemberPlan, deadZoneTicks: Double,
    fills: BarFillModel, limits: RiskLimits, execution: ExecutionConfiguration
  ) throws(TrainingError) {
    var memberPlan = memberPlan
    memberPlan.forest.horizonBars = plan.training.horizonBars
    memberPlan.forest.seed = plan.training.seed
    try memberPlan.forest.validate()
    self.name = name
    self.plan = plan
    self.members = members
    self.memberPlan = memberPlan
    self.deadZoneTicks = deadZoneTicks
    self.fills = fills
    self.limits = limits
    self.execution = execution
  }

  package var warmUpBars: Int { MarketPlan.warmUpBars(for: plan.schema) }
  package var horizonBars: Int { plan.training.horizonBars }

  package func fit(_ past: PastBars) throws -> FittedModel {
    let schema = try schema(past)
    var rows = try MemberRows(
      bars: past.bars, labelledFrom: past.trainingStart, schema: schema, instrument: past.instrument,
      horizonBars: plan.training.horizonBars, deadZoneTicks: deadZoneTicks)
    if let seed = plan.shuffleSeed { rows = rows.shuffled(seed: seed) }
    let model = try EnsembleTrainer.train(rows, kinds: members, plan: memberPlan)
    var choices = FitChoices(
      features: schema.names, rounds: model.lengths[.trees] ?? 0, rows: model.rows)
    choices.innerGain = model.study.scores.last?.gain
    var strategy = plan.strategy
    if let thresholds = plan.thresholds {
      strategy = try ThresholdSearch(fills: fills, limits: limits, execution: execution).tuned(
        plan.strategy, thresholds, past: past, forecasts: model.study.column, choices: &choices)
    }
    for (kind, weight) in model.weights { choices.thresholds["weight_\(kind.rawValue)"] = weight }
    let files = try model.files()
    let hash = ContentHash(of: files.sorted { $0.key < $1.key }.reduce(into: Data()) { $0.append($1.value) }).prefix64
    let make: @Sendable () throws -> any Forecaster = { try model.ensemble(schemaHash: schema.hash) }
    return FittedModel(
      schema: schema, strategy: strategy, choices: choices, hash: hash,
      column: StreamedColumn(schemaHash: schema.hash, make), files: files.mapValues { [UInt8]($0) }, forecaster: make)
  }

  private func schema(_ past: PastBars) throws -> FeatureSchema {
    guard plan.selection != nil else { return plan.schema }
    return try plan.chosenSchema(
      LabelledRows(
        bars: past.bars, labelledFrom: past.trainingStart, schema: plan.schema, instrument: past.instrument,
        horizonBars: plan.training.horizonBars))
  }
}
