// Thresholds chosen by what they would have earned after costs, on forecasts of models that had not seen the bars.

package import Backtest
package import Engine
import QuantMath

/// What is tried, and what is asked of the winner.
package struct ThresholdPlan: Hashable, Sendable {
  /// Least probabilities of the side taken, for trends and ranges alike.
  package var probabilities: [Float] = [0.5, 0.51, 0.52, 0.53, 0.54, 0.55, 0.56, 0.58, 0.60, 0.62, 0.65, 0.70]
  /// Factors on the strategy's stops and targets.
  package var brackets: [Double] = [1]
  /// Probabilities of the held side below which it is left, for ``StrategyStyle/forecast``.
  package var exits: [Float] = [0.5]
  /// Times the cost that the expected move must be, for ``StrategyStyle/edge``.
  package var margins: [Double] = [1, 1.25, 1.5, 2, 2.5, 3, 4]
  /// Fewest trades on which a threshold is judged.
  package var leastTrades = 30
  /// Standard errors that are taken off the total profit before it is compared, so that few lucky trades do not win.
  package var caution = 1.0
  /// Whether a fitter whose best setting does not earn after that deduction stays out of the market.
  package var mayAbstain = true

  package init() {}
}

/// What is tuned.
struct ThresholdSetting: Hashable, Sendable {
  var probability: Float
  var bracket: Double
  var exit: Float
  var margin = 1.0
}

extension ThresholdPlan {
  /// Every setting that is tried under `style`, in the order in which equals win.
  func settings(_ style: StrategyStyle) -> [ThresholdSetting] {
    if style == .edge {
      return brackets.flatMap { bracket in
        margins.map { ThresholdSetting(probability: 0.5, bracket: bracket, exit: 0.5, margin: $0) }
      }
    }
    let exits = style == .forecast ? exits : Array(exits.prefix(1))
    return brackets.flatMap { bracket in
      exits.flatMap { exit in
        probabilities.map { ThresholdSetting(probability: $0, bracket: bracket, exit: exit) }
      }
    }
  }
}

/// One setting with its result.
struct TunedThreshold: Hashable, Sendable {
  var setting: ThresholdSetting
  var trades: Int
  /// Mean net profit a trade in reais, and its standard error.
  var expectancy: Double
  var standardError: Double

  /// Total profit less `caution` of its standard errors, in reais.
  func cautious(_ caution: Double) -> Double { Double(trades) * (expectancy - caution * standardError) }
}

enum ThresholdTuning {
  /// The best setting of `plan`; the first of equals. Nil where none has trades enough.
  ///
  /// - Parameter evaluate: The trades' net profits in reais under a strategy.
  static func best(
    _ plan: ThresholdPlan, strategy: StrategyConfiguration, evaluate: (StrategyConfiguration) throws -> [Double]
  ) rethrows -> TunedThreshold? {
    var best: TunedThreshold?
    for setting in plan.settings(strategy.style) {
      let profits = try evaluate(strategy.tuned(setting))
      guard profits.count >= max(2, plan.leastTrades) else { continue }
      var moments = RunningMoments()
      for profit in profits { moments.update(profit) }
      let candidate = TunedThreshold(
        setting: setting, trades: profits.count, expectancy: moments.mean,
        standardError: (moments.standardDeviation ?? 0) / Double(profits.count).squareRoot())
      if let best, best.cautious(plan.caution) >= candidate.cautious(plan.caution) { continue }
      best = candidate
    }
    return best
  }
}

extension StrategyConfiguration {
  /// The strategy with one least probability for all entries, and stops and targets scaled.
  func tuned(_ setting: ThresholdSetting) -> StrategyConfiguration {
    var strategy = self
    strategy.trend.probability = setting.probability
    strategy.range.probability = setting.probability
    strategy.leastSignalProbability = setting.probability
    strategy.trendStopPoints *= setting.bracket
    strategy.trendTargetPoints *= setting.bracket
    strategy.rangeStopFloorPoints *= setting.bracket
    strategy.exitProbability = setting.exit
    strategy.edgeMargin = setting.margin
    return strategy
  }

  /// The strategy that never enters.
  var abstaining: StrategyConfiguration {
    var strategy = self
    strategy.entriesPerSession = 0
    return strategy
  }
}
