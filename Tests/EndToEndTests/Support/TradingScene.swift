// A model, an eager configuration and a synthetic session in this process: what the allocation tests run.
import Accounting
import Backtest
import DecisionForests
import Engine
import Ensemble
import Execution
import Features
import Foundation
import MarketData
import ModelLifecycle
import Risk
import Simulation
import TradingDomain

/// The parts of one paper session, made once.
/// Nothing in it changes after `init`, and every test opens its own market and makes its own engine.
struct TradingScene: @unchecked Sendable {
  static let barDuration = Nanoseconds.seconds(60)
  static let date = SessionDate(dayNumber: 19_859)

  var plan: MarketPlan
  var configuration: EngineConfiguration
  /// One-minute bars of four sessions before.
  var bars: [Bar]
  /// Direction forest, trained on `bars`.
  var forest: Forest
  private var magnitude: Forest

  static let shared = Result { try TradingScene() }

  private init() throws {
    let instrument = Instrument.wdo
    let latency = LatencyModel(
      // The entry delay is the lockstep's window: a long one means few round trips and a short test.
      feed: .constant(.milliseconds(1)), entry: .constant(.milliseconds(400)), response: .constant(.milliseconds(5)))
    func synthetic(_ date: SessionDate, _ count: Int) throws -> MarketPlan {
      try .synthetic(
        instrument: instrument, date: date, count: count, seed: 7, barDuration: Self.barDuration,
        assumptions: SimulationAssumptions(latency: latency))
    }
    plan = try synthetic(Self.date, 1)
    bars = try synthetic(Self.date.advanced(by: -6), 4).sessions.flatMap { session in
      MarketPlan.bars(
        of: SyntheticMarket(
          SyntheticMarketConfiguration(
            instrument: instrument, session: session.session, seed: MarketPlan.syntheticSeed(7, session.session.date))),
        duration: Self.barDuration)
    }
    var training = TrainingPlan()
    training.rounds = 20
    training.folds = 2
    let rows = try LabelledRows(
      bars: bars, labelledFrom: 0, schema: .v2, instrument: instrument, horizonBars: training.horizonBars)
    let model = try BaselineTrainer.train(rows, plan: training)
    func forest(_ name: String) throws -> Forest { try Forest(bytes: Array(model.files[name] ?? Data()), named: name) }
    self.forest = try forest(BaselineTrainer.directionFile)
    magnitude = try forest(BaselineTrainer.magnitudeFile)

    var strategy = StrategyConfiguration()
    strategy.trend = EntryThresholds(confidence: 0, probability: 0)
    strategy.range = EntryThresholds(confidence: 0, probability: 0)
    strategy.leastSignalProbability = 0
    strategy.leastRelativeRange = 1e-6
    strategy.largestRelativeRange = 0.5
    strategy.entriesPerSession = 1_000
    var limits = RiskLimits.baseline(for: instrument)
    limits.dailyLossBRL = 1_500
    limits.ordersPerDay = 2_000
    limits.entryAfterOpenMinutes = 0
    configuration = EngineConfiguration(
      instrument: instrument, barDuration: Self.barDuration, schema: .v2, strategy: strategy,
      execution: ExecutionConfiguration(), limits: limits,
      fees: try FeeSchedule.smallDayTrader(usdBRL: 5.4).dayTradeFees(for: instrument), epoch: 1, modelHash: 1,
      configurationHash: 2)
  }

  var session: BacktestSession { plan.sessions[0] }

  /// An engine with warm features at the session's open.
  func engine() throws -> TradingEngine {
    let forecaster = try ForestForecaster(
      direction: ForestPredictor(forest), magnitude: ForestPredictor(magnitude),
      schemaHash: configuration.schema.hash, columns: configuration.schema.count)
    let engine = try TradingEngine(configuration: configuration, forecaster: forecaster)
    for bar in plan.warmUp { engine.warmUp(bar) }
    engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: false)
    return engine
  }
}
