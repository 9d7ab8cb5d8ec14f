// Markets whose edge moves, dies and returns, and the pipeline that has to live with them.

import Backtest
import Engine
import Execution
import Features
import Foundation
import ModelLifecycle
import Optimization
import Performance
import QuantMath
import Risk
import Simulation
import TradingDomain
import Validation

/// Sessions in which every bar repeats a part of the move five bars earlier: the part is the edge, and changes sign.
struct Era {
  var sessions: Int
  var echo: Double
}

enum LifecycleScene {
  /// What a trader who knows the echo would look at, among things that mean nothing.
  static let schema: FeatureSchema = {
    do {
      return try FeatureSchema(
        name: "echo",
        declarations: [
          ("move_5", "delta(close, 5)"), ("move_1", "delta(close, 1)"), ("move_10", "delta(close, 10)"),
          ("range", "atr(14)"), ("strength", "rsi(close, 14)"),
        ].map { FeatureDeclaration($0.0, try FeatureExpressionParser.parse($0.1)) })
    } catch {
      preconditionFailure("the schema of a test compiles: \(error)")
    }
  }()

  static func market(_ eras: [Era], seed: UInt64) throws -> WalkForwardMarket {
    let bars = bars(eras, seed: seed)
    let first = bars[0].start
    let count = eras.reduce(0) { $0 + $1.sessions }
    var byDay: [Int64: [Bar]] = [:]
    for bar in bars { byDay[(bar.start - first).count / 86_400_000_000_000, default: []].append(bar) }
    let sessions = (0..<count).map { day -> BacktestSession in
      let open = first + .seconds(86_400 * Int64(day + 2))
      let hours = TradingSession(
        date: BrasiliaTime.local(open).date, open: open, close: open + .minutes(540))
      let events = (byDay[Int64(day + 2)] ?? []).enumerated().map { index, bar in
        MarketEvent(
          instrument: Instrument.wdo.id, sequence: UInt64(index), exchangeTime: bar.end, update: .bar(bar))
      }
      return BacktestSession(
        session: hours,
        simulation: SimulationConfiguration(
          instruments: [SimulatedInstrument(instrument: .wdo, session: hours, fillRule: .barPenetration)],
          assumptions: RetrainingScene.assumptions),
        contract: ContractStanding(isTradable: true, sessionsLeft: 10)
      ) { MarketFeed(events: events) }
    }
    return try WalkForwardMarket(instrument: .wdo, bars: bars, sessions: sessions, hasBarsOnly: true)
  }

  static func bars(_ eras: [Era], seed: UInt64) -> [Bar] {
    var random = CounterRandom(seed: seed, stream: 7)
    // Two days of the first era to warm up on.
    let echoes =
      [Double](repeating: eras[0].echo, count: 2) + eras.flatMap { [Double](repeating: $0.echo, count: $0.sessions) }
    var moves: [Double] = []
    var price = 11_000.0
    return echoes.enumerated().flatMap { day, echo in
      let date = SessionDate(dayNumber: 19_000 + Int32(day))
      return (0..<540).map { minute in
        let past = moves.count >= 5 ? moves[moves.count - 5] : 0
        let move = random.nextGaussian() * 4 + echo * past - 0.001 * (price - 11_000)
        moves.append(move)
        let open = price
        price += move
        let high = max(open, price) + random.nextUniform() * 2
        let low = min(open, price) - random.nextUniform() * 2
        return Bar(
          start: BrasiliaTime.timestamp(date, timeOfDay: .minutes(9 * 60 + Int64(minute))), duration: .seconds(60),
          open: Price(ticks: Int64(open.rounded())), high: Price(ticks: Int64(high.rounded(.up))),
          low: Price(ticks: Int64(low.rounded(.down))), close: Price(ticks: Int64(price.rounded())),
          volume: Quantity(Int64(100 + random.nextUniform() * 400)), tradeCount: 50, signedVolume: 0)
      }
    }
  }

  static var strategy: StrategyConfiguration {
    var strategy = StrategyConfiguration()
    strategy.style = .forecast
    strategy.trend.probability = 0.6
    strategy.leastSignalProbability = 0.6
    strategy.trendStopPoints = 15
    strategy.trendTargetPoints = 30
    strategy.leastRelativeRange = 1e-9
    strategy.largestRelativeRange = 1
    strategy.entriesPerSession = 60
    return strategy
  }

  static var limits: RiskLimits {
    var limits = RetrainingScene.limits
    limits.dailyLossBRL = 1_500
    return limits
  }

  static var plan: SearchPlan {
    var plan = FitterPlan(schema: schema)
    plan.strategy = strategy
    plan.training.rounds = 20
    plan.training.maximumDepth = 3
    return SearchPlan(fitter: plan, limits: limits, execution: ExecutionConfiguration(), instrument: .wdo)
  }

  static func fitter() throws -> BaselineFitter {
    try BaselineFitter(name: "echo", plan: plan.fitter, fills: RetrainingScene.fills(), limits: limits)
  }

  static func builder(
    _ plan: SearchPlan = plan, ensemble: SearchPlan? = nil, space: SearchSpace? = nil, trials: Int = 16
  ) -> SearchedChallengerBuilder {
    SearchedChallengerBuilder(
      plan: plan, ensemble: ensemble, space: space, trials: trials,
      splitter: CombinatorialPurgedCV(groups: 4, testGroups: 2),
      fillModels: [
        "a tick worse": {
          $0.entryTicks += 1
          $0.stopTicks += 1
        }
      ]
    ) { try RetrainingScene.fills($0) }
  }

  static func backtest(_ market: WalkForwardMarket, policy: PipelinePolicy = policy) throws -> LifecycleBacktest {
    var engine = RetrainingScene.engine()
    engine.limits = limits
    return try LifecycleBacktest(
      market: market, engine: engine, assumptions: RetrainingScene.assumptions, policy: policy)
  }

  static var policy: PipelinePolicy { PipelinePolicy() }

  /// What a trader earns who is handed, at each change, a model of the new era that learned on another market of the
  /// same kind, and who stands aside where there is no edge.
  static func hindsight(_ eras: [Era], market: WalkForwardMarket) throws -> [Double] {
    var profits: [Double] = []
    var first = 0
    for era in eras {
      defer { first += era.sessions }
      guard era.echo != 0 else {
        profits += [Double](repeating: 0, count: era.sessions)
        continue
      }
      let model = try model(of: era.echo)
      profits += try trade(model, market, first..<(first + era.sessions))
    }
    return profits
  }

  static func model(of echo: Double) throws -> FittedModel {
    let lesson = try market([Era(sessions: 60, echo: echo)], seed: 999)
    let sessions = lesson.tapeSessions(expirySessions: 0)
    return try fitter().fit(
      PastBars(
        instrument: .wdo, bars: lesson.bars, sessions: sessions, from: sessions[0].session.open,
        before: sessions[59].session.close, warmUpBars: 600))
  }

  /// The engine's profits with one model, never renewed.
  static func trade(_ model: FittedModel, _ market: WalkForwardMarket, _ range: Range<Int>) throws -> [Double] {
    var configuration = RetrainingScene.engine()
    configuration.limits = limits
    configuration.schema = model.schema
    configuration.strategy = model.strategy
    configuration.modelHash = model.hash
    let opening = market.sessions[range.lowerBound].session.open
    let warmUp = market.bars.filter { $0.end <= opening }.suffix(700)
    let result = try AdvancedMLBacktester(
      configuration: configuration, forecaster: model.forecaster(), capital: Money(brl: 100_000)
    ).run(Array(market.sessions[range]), warmUp: Array(warmUp), journal: DiscardedJournal())
    return try result.curve.profits(sessions: result.sessions.map(\.date)).map(\.profit.brl)
  }
}
