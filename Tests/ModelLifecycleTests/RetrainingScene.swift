// Sessions of minute bars with a known echo, ready to be walked forward through the engine.

import Accounting
import Backtest
import Engine
import Execution
import Features
import ModelLifecycle
import Risk
import Simulation
import TradingDomain

enum RetrainingScene {
  static let fees = ContractFees(
    exchange: Money(brl: 0.7), broker: Money(brl: 0.25), serviceTax: Money(brl: 0.012_5), settlement: .zero)
  static let assumptions = SimulationAssumptions(
    latency: .constant(feed: .milliseconds(1), entry: .milliseconds(2), response: .milliseconds(1)))
  static let limits = RiskLimits.baseline(for: .wdo).forBars(of: .minutes(1))

  /// Minute bars of `count` sessions of 540 minutes; `echo` as in ``RandomWalk``.
  static func market(sessions count: Int, seed: UInt64, echo: Double) throws -> WalkForwardMarket {
    try LifecycleScene.market([Era(sessions: count, echo: echo)], seed: seed)
  }

  static func engine() -> EngineConfiguration {
    EngineConfiguration(
      instrument: .wdo, barDuration: .minutes(1), schema: .v2, strategy: strategy, limits: limits, fees: fees, epoch: 1,
      modelHash: 0, configurationHash: 0)
  }

  /// Regime thresholds that the echo reaches often.
  static var strategy: StrategyConfiguration {
    var strategy = StrategyConfiguration()
    strategy.trend.confidence = 0.5
    return strategy
  }

  static func fills(_ execution: ExecutionConfiguration = ExecutionConfiguration()) throws -> BarFillModel {
    try BarFillModel(instrument: .wdo, fees: fees, assumptions: assumptions, execution: execution)
  }

  static func fitter(
    _ name: String = "tuned", change: (inout FitterPlan) -> Void = { _ in }
  ) throws -> BaselineFitter {
    var plan = FitterPlan.v2
    plan.strategy = strategy
    plan.training.rounds = 12
    plan.training.folds = 2
    plan.thresholds = ThresholdPlan()
    plan.thresholds?.leastTrades = 5
    change(&plan)
    return try BaselineFitter(name: name, plan: plan, fills: fills(), limits: limits)
  }

  static func backtest(
    _ market: WalkForwardMarket, training: WalkForwardPlan.Training = .sliding(5), workers: Int = 2
  ) throws -> WalkForwardBacktest {
    try WalkForwardBacktest(
      market: market,
      plan: WalkForwardPlan(training: training, tradeSessions: 2, embargoBars: 5, workers: workers), engine: engine(),
      assumptions: assumptions, capital: Money(brl: 10_000))
  }
}
