// What a trial is worth: its models fitted on the past of each fold, traded over the fold, after costs.

package import Backtest
import Engine
package import Execution
package import Optimization
package import Risk
package import TradingDomain

/// Scores a plan by what it earns a session in a purged walk-forward, in the research mode, costs included.
///
/// Fold f trades a block of sessions with a model fitted on the sessions before it, so folds run in order of time and
/// nothing is learnt from what comes after. The newest ``outer`` sessions belong to no fold: they judge the winner.
package struct WalkForwardObjective: Sendable {
  package let market: WalkForwardMarket
  package let plan: FitterPlan
  package let fills: BarFillModel
  package let limits: RiskLimits
  package let execution: ExecutionConfiguration
  /// Sessions that a model learns from.
  package let training: Int
  /// Sessions traded in each fold.
  package let folds: [Range<Int>]
  /// Sessions that no trial sees.
  package let outer: Range<Int>

  /// - Throws: ``TrainingError`` where the sessions are too few.
  package init(
    market: WalkForwardMarket, plan: FitterPlan, fills: BarFillModel, limits: RiskLimits,
    execution: ExecutionConfiguration, training: Int, folds: Int, outer: Int
  ) throws(TrainingError) {
    let count = market.sessions.count
    let traded = count - training - outer
    guard training >= 1, folds >= 2, outer >= 0, traded >= folds else {
      throw .tooFewSessions(count: count, needed: training + outer + max(2, folds))
    }
    self.market = market
    self.plan = plan
    self.fills = fills
    self.limits = limits
    self.execution = execution
    self.training = training
    self.folds = (0..<folds).map { fold in
      (training + traded * fold / folds)..<(training + traded * (fold + 1) / folds)
    }
    self.outer = (count - outer)..<count
  }

  /// What a plan earned over a block of sessions.
  package struct Earned: Sendable {
    /// Net, in reais, one a session.
    package var sessions: [Double]
    package var trades: Int
    /// Mean a session of the sessions that the model had learned from.
    package var seen: Double
    /// Most comparisons of a forecast: what it costs in time, whatever the machine.
    package var comparisons: Double

    package var mean: Double { sessions.reduce(0, +) / Double(max(1, sessions.count)) }

    /// Per session; 0 without spread.
    package var sharpe: Double {
      let squares = sessions.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let deviation = (squares / Double(max(1, sessions.count - 1))).squareRoot()
      return deviation > 0 ? mean / deviation : 0
    }

    /// Largest loss from a peak, in reais.
    package var drawdown: Double {
      var (sum, peak, worst) = (0.0, 0.0, 0.0)
      for profit in sessions {
        sum += profit
        peak = max(peak, sum)
        worst = max(worst, peak - sum)
      }
      return worst
    }
  }

  /// Score of a trial on a fold: net reais a session.
  package func score(_ parameters: ParameterSet, fold: Int) throws -> FoldScore {
    let earned = try earned(parameters, over: folds[fold])
    return FoldScore(
      earned.mean,
      metrics: [
        "drawdown": earned.drawdown, "trades": Double(earned.trades), "sharpe": earned.sharpe, "seen": earned.seen,
        "comparisons": earned.comparisons,
      ])
  }

  /// Fits on the sessions before `block` and trades it.
  package func earned(_ parameters: ParameterSet, over block: Range<Int>) throws -> Earned {
    let plan = try plan.applying(parameters)
    let fitter = try BaselineFitter(name: "trial", plan: plan, fills: fills, limits: limits, execution: execution)
    let sessions = market.sessions
    let opening = sessions[block.lowerBound].session.open
    let tape = sessions.map { TapeSession(session: $0.session) }
    let past = PastBars(
      instrument: market.instrument, bars: market.bars, sessions: tape,
      from: sessions[block.lowerBound - training].session.open, before: opening, warmUpBars: fitter.warmUpBars)
    let model = try fitter.fit(past)
    let research = ModelResearch(model: model, fills: fills, limits: limits, execution: execution)
    let closing = sessions[block.upperBound - 1].session.close
    let warm = market.bars.filter { $0.end <= opening }.suffix(fitter.warmUpBars)
    let bars = Array(warm) + market.bars.filter { $0.end > opening && $0.end <= closing }
    let run = try research.run(instrument: market.instrument, bars: bars, sessions: Array(tape[block]))
    let learnt = try research.run(instrument: market.instrument, bars: past.bars, sessions: past.sessions)
    return Earned(
      sessions: run.result.sessions.map(\.brl), trades: run.result.trades.count, seen: learnt.score.perSession ?? 0,
      comparisons: Double(model.choices.rounds * plan.training.maximumDepth))
  }
}
