// Sessions of minute bars with a known echo, ready to be walked forward through the engine.

import Accounting
import Backtest
import Engine
import Features
import ModelLifecycle
import QuantMath
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
    let bars = echoBars(sessions: count + 2, seed: seed, echo: echo)
    let first = bars[0].start
    let sessions = (0..<count).map { day -> BacktestSession in
      let open = first + .seconds(86_400 * Int64(day + 2))
      let date = BrasiliaTime.local(open).date
      let hours = TradingSession(date: date, open: open, close: open + .minutes(540))
      let events = bars.filter { hours.contains($0.start) }.enumerated().map { index, bar in
        MarketEvent(
          instrument: Instrument.wdo.id, sequence: UInt64(index), exchangeTime: bar.end, update: .bar(bar))
      }
      return BacktestSession(
        session: hours,
        simulation: SimulationConfiguration(
          instruments: [SimulatedInstrument(instrument: .wdo, session: hours, fillRule: .barPenetration)],
          assumptions: assumptions),
        contract: ContractStanding(isTradable: true, sessionsLeft: 10)
      ) { MarketFeed(events: events) }
    }
    return try WalkForwardMarket(instrument: .wdo, bars: bars, sessions: sessions, hasBarsOnly: true)
  }

  /// Every bar repeats `echo` of the move five bars earlier; prices stay within sight of their start.
  static func echoBars(sessions: Int, seed: UInt64, echo: Double) -> [Bar] {
    var random = CounterRandom(seed: seed, stream: 7)
    var moves: [Double] = []
    var price = 11_000.0
    return (0..<sessions).flatMap { day in
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

  static func fills() throws -> BarFillModel {
    try BarFillModel(instrument: .wdo, fees: fees, assumptions: assumptions)
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
