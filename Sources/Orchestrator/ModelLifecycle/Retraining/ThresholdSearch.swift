// Thresholds tuned inside the past, by trading held-out forecasts after costs.

import Backtest
import Engine
import Ensemble
import Execution
import Risk
import TradingDomain

/// The market that thresholds are tuned in.
struct ThresholdSearch {
  let fills: BarFillModel
  let limits: RiskLimits
  let execution: ExecutionConfiguration

  /// `strategy` with the best thresholds, or one that stays out where none earns enough.
  ///
  /// - Parameters:
  ///   - forecasts: One a bar of `past`, by models that had not seen the bar.
  ///   - choices: Told what was found.
  func tuned(
    _ strategy: StrategyConfiguration, _ thresholds: ThresholdPlan, past: PastBars, forecasts: [Forecast],
    choices: inout FitChoices
  ) throws -> StrategyConfiguration {
    let tape = try BarTape(
      bars: past.bars, sessions: past.sessions, limits: limits, entryLifetime: execution.entryLifetime)
    let columns = StrategyColumns(bars: past.bars, instrument: past.instrument)
    let contracts = strategy.quantity.contracts
    let research = BarResearch(fills: fills, contracts: contracts)
    let best = try ThresholdTuning.best(thresholds, strategy: strategy) { strategy in
      try research.run(
        tape, sessions: past.sessions.indices, strategy: strategy, tickSize: past.instrument.tickSize,
        columns: columns, forecasts: forecasts
      ).trades.map { (fills.tickValue * ($0.ticks * contracts) - fills.feePerSide * (2 * contracts)).brl }
    }
    choices.trials = thresholds.settings(strategy.style).count
    choices.innerTrades = best?.trades ?? 0
    choices.innerExpectancy = best?.expectancy
    guard let best, best.cautious(thresholds.caution) > 0 || !thresholds.mayAbstain else {
      choices.abstains = thresholds.mayAbstain
      return thresholds.mayAbstain ? strategy.abstaining : strategy
    }
    choices.thresholds = ["bracket": best.setting.bracket]
    switch strategy.style {
    case .regimes: choices.thresholds["probability"] = Double(best.setting.probability)
    case .forecast:
      choices.thresholds["probability"] = Double(best.setting.probability)
      choices.thresholds["exit"] = Double(best.setting.exit)
    case .edge: choices.thresholds["margin"] = best.setting.margin
    }
    return strategy.tuned(best.setting)
  }
}
