// What a trial is worth: its models fitted on the past of each fold, traded over the fold, after costs.

package import Backtest
package import Execution
package import Optimization
package import Risk
package import TradingDomain

/// Scores a plan by what it earns a session in a purged walk-forward, in the research mode, costs included.
///
/// Fold f trades a block of sessions with a model fitted on the sessions before it, so folds run in order of time and
/// nothing is learnt from what comes after. The newest ``outer`` sessions belong to no fold: they judge the winner.
package struct WalkForwardObjective: TrialObjective {
  package let market: WalkForwardMarket
  package let plan: SearchPlan
  /// What a fill costs under given handling of orders.
  package let fills: @Sendable (ExecutionConfiguration) throws -> BarFillModel
  /// Sessions that a model learns from.
  package let training: Int
  /// Sessions traded in each fold.
  package let folds: [Range<Int>]
  package let outer: Range<Int>

  package var foldCount: Int { folds.count }

  /// - Throws: ``TrainingError`` where the sessions are too few.
  package init(
    market: WalkForwardMarket, plan: SearchPlan, training: Int, folds: Int, outer: Int,
    fills: @escaping @Sendable (ExecutionConfiguration) throws -> BarFillModel
  ) throws(TrainingError) {
    try self.init(
      market: market, plan: plan, training: training, folds: folds,
      outer: max(0, market.sessions.count - outer)..<market.sessions.count, fills: fills)
  }

  private init(
    market: WalkForwardMarket, plan: SearchPlan, training: Int, folds: Int, outer: Range<Int>,
    fills: @escaping @Sendable (ExecutionConfiguration) throws -> BarFillModel
  ) throws(TrainingError) {
    let traded = outer.lowerBound - training
    guard training >= 1, folds >= 2, traded >= folds else {
      throw .tooFewSessions(count: outer.upperBound, needed: training + outer.count + max(2, folds))
    }
    self.market = market
    self.plan = plan
    self.fills = fills
    self.training = training
    self.folds = (0..<folds).map { fold in
      (training + traded * fold / folds)..<(training + traded * (fold + 1) / folds)
    }
    self.outer = outer
  }

  package func ending(_ block: Range<Int>) throws -> WalkForwardObjective {
    try WalkForwardObjective(
      market: market, plan: plan, training: training, folds: folds.count, outer: block, fills: fills)
  }

  package func score(_ parameters: ParameterSet, fold: Int) throws -> FoldScore {
    try earned(parameters, over: folds[fold]).score
  }

  package func profits(_ parameters: ParameterSet) throws -> [Double] {
    try folds.flatMap { try earned(parameters, over: $0).sessions }
  }

  /// Fits on the sessions before `block` and trades it.
  package func earned(_ parameters: ParameterSet, over block: Range<Int>) throws -> EarnedBlock {
    let plan = try plan.applying(parameters)
    let fills = try fills(plan.execution)
    let fitter = try plan.modelFitter("trial", fills: fills)
    let tape = market.tapeSessions(expirySessions: plan.limits.expirySessions)
    let opening = tape[block.lowerBound].session.open
    let past = PastBars(
      instrument: market.instrument, bars: market.bars, sessions: tape,
      from: tape[block.lowerBound - training].session.open, before: opening, warmUpBars: fitter.warmUpBars)
    let model = try fitter.fit(past)
    let research = ModelResearch(model: model, fills: fills, limits: plan.limits, execution: plan.execution)
    let closing = tape[block.upperBound - 1].session.close
    let warm = market.bars.filter { $0.end <= opening }.suffix(fitter.warmUpBars)
    let bars = Array(warm) + market.bars.filter { $0.end > opening && $0.end <= closing }
    let run = try research.run(instrument: market.instrument, bars: bars, sessions: Array(tape[block]))
    let learnt = try research.run(instrument: market.instrument, bars: past.bars, sessions: past.sessions)
    return EarnedBlock(
      sessions: run.result.sessions.map(\.brl), trades: run.result.trades.count, seen: learnt.score.perSession ?? 0,
      comparisons: Double(model.choices.rounds * plan.fitter.training.maximumDepth))
  }
}
