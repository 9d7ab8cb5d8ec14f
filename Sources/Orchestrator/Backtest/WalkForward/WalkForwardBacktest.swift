// Retrain, trade, move on: the rehearsal of running the whole pipeline, with the engine that trades.

import Accounting
package import Engine
import Ensemble
import Execution
import Performance
import Risk
package import Simulation
package import TradingDomain

/// Walk-forward with retraining: each window is traded by a model that was made from bars strictly before it.
///
/// Every window has an engine of its own, warmed by the bars before it, as a restart with a new model has. Books start
/// anew and profits carry over; daily counters and limits start each day in any case. A state that only a human ends
/// (a kill, a failed journal) therefore ends with the window here.
package struct WalkForwardBacktest: Sendable {
  package let market: WalkForwardMarket
  package let plan: WalkForwardPlan
  /// Everything of the engine but schema, strategy, epoch and model, which each window's model brings.
  package let engine: EngineConfiguration
  /// How the research mode fills, for in-sample scores.
  package let fills: BarFillModel
  package let capital: Money
  /// Whether models are told everything one bar late, as a variation wants it.
  let isLate: Bool

  /// - Parameters:
  ///   - engine: Its limits must be meant for the market: those for bars where it has bars only.
  ///   - withoutCosts: Must be said where `engine` charges no fees: a result without costs is no result.
  package init(
    market: WalkForwardMarket, plan: WalkForwardPlan, engine: EngineConfiguration, assumptions: SimulationAssumptions,
    capital: Money, withoutCosts: Bool = false
  ) throws {
    if engine.fees.perSide <= .zero, !withoutCosts { throw BacktestCostError() }
    self.market = market
    self.plan = plan
    self.engine = engine
    fills = try BarFillModel(
      instrument: market.instrument, fees: engine.fees, assumptions: assumptions, execution: engine.execution)
    self.capital = capital
    isLate = false
  }

  /// Fits and trades every window.
  ///
  /// - Parameters:
  ///   - journal: Makes the journal of a window's engine, on the thread that runs it.
  ///   - isCancelled: Asked between windows and sessions: what is done by then is kept, and said to be partial.
  ///   - progress: Told how many windows of how many are done, by one thread at a time.
  /// - Throws: What fitter or engine throw; the error of the first window in order. ``WalkForwardCancelled`` when not
  ///   even the first window was done.
  package func run(
    _ fitter: any ModelFitter,
    journal: @Sendable (WalkForwardPlan.Window) -> any OrderJournal = { _ in DiscardedJournal() },
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> WalkForwardResult {
    let windows = try plan.windows(count: market.sessions.count)
    let outcomes = try OrderedWork.results(
      count: windows.count, workers: plan.workers, isCancelled: isCancelled,
      finished: { progress($0, windows.count) }
    ) { number in
      try outcome(of: windows[number], fitter, journal: journal(windows[number]), isCancelled: isCancelled)
    }
    // Whatever comes after a window that was not run would leave a hole in the curve.
    let kept = Array(outcomes.prefix { $0 != nil }.compactMap { $0 })
    guard !kept.isEmpty else { throw WalkForwardCancelled() }
    let isWhole = kept.count == windows.count && !kept.contains { $0.result.isPartial }
    return try WalkForwardResult(name: fitter.name, windows: kept, capital: capital, isPartial: !isWhole)
  }

  /// All bars and sessions for the research mode.
  package func tape() throws(BarResearchError) -> BarTape {
    try BarTape(
      bars: market.bars, sessions: market.tapeSessions(expirySessions: engine.limits.expirySessions),
      limits: engine.limits, entryLifetime: engine.execution.entryLifetime)
  }

  /// The past that the model of `window` is made from.
  func past(of window: WalkForwardPlan.Window, for fitter: any ModelFitter) -> PastBars {
    let sessions = market.tapeSessions(expirySessions: engine.limits.expirySessions)
    let opening = sessions[window.trading.lowerBound].session.open
    // An outcome needs its horizon, and the newest one must lie an embargo before the first traded session.
    let newest = market.bars.partition { $0.end > opening } - plan.embargoBars
    let end = newest > 0 ? min(opening, market.bars[newest - 1].end) : .distantPast
    return PastBars(
      instrument: market.instrument, bars: market.bars, sessions: Array(sessions[window.training]),
      from: sessions[window.training.lowerBound].session.open, before: end, warmUpBars: fitter.warmUpBars)
  }

  private func outcome(
    of window: WalkForwardPlan.Window, _ fitter: any ModelFitter, journal: any OrderJournal,
    isCancelled: @Sendable () -> Bool
  ) throws -> WindowOutcome {
    let past = past(of: window, for: fitter)
    let model = try fitter.fit(past)
    let sessions = Array(market.sessions[window.trading])
    let opening = sessions[0].session.open
    let warmUp = market.bars[..<market.bars.partition { $0.end > opening }].suffix(
      MarketPlan.warmUpBars(for: model.schema))
    var configuration = engine
    configuration.schema = model.schema
    configuration.strategy = model.strategy
    configuration.epoch = engine.epoch &+ UInt32(window.number)
    configuration.modelHash = model.hash
    let forecaster = try model.forecaster()
    let result = try AdvancedMLBacktester(
      configuration: configuration,
      forecaster: isLate ? LateForecaster(forecaster) : forecaster, capital: capital
    ).run(sessions, warmUp: Array(warmUp), journal: journal, isCancelled: isCancelled)
    let profits = try result.curve.profits(sessions: result.sessions.map(\.date)).map(\.profit)
    let research = ModelResearch(model: model, fills: fills, limits: engine.limits, execution: engine.execution)
    let learnt = try research.run(
      instrument: market.instrument, bars: past.bars, sessions: past.sessions)
    return WindowOutcome(
      window: window, trained: Self.dates(market.sessions[window.training]),
      traded: Self.dates(market.sessions[window.trading]), knownUntil: past.end, choices: model.choices,
      modelHash: model.hash, inSample: learnt.score,
      outOfSample: WindowScore(profits: profits, trades: result.trades.count),
      agreement: try agreement(of: research, result: result, profits: profits, window: window, warmUp: Array(warmUp)),
      result: result, profits: profits)
  }

  /// The research mode over the traded sessions, beside the engine.
  private func agreement(
    of research: ModelResearch, result: BacktestResult, profits: [Money], window: WalkForwardPlan.Window,
    warmUp: [Bar]
  ) throws -> ResearchAgreement? {
    let rules = Set(market.sessions[window.trading].flatMap { $0.simulation.instruments.map(\.fillRule) })
    guard rules == [.barPenetration], !result.isPartial, let last = result.sessions.last else { return nil }
    let opening = result.sessions[0].open
    let traded = market.bars[market.bars.partition { $0.end > opening }..<market.bars.partition { $0.end > last.close }]
    let sessions = market.tapeSessions(expirySessions: engine.limits.expirySessions)[window.trading]
    let run = try research.run(
      instrument: market.instrument, bars: warmUp + traded, sessions: Array(sessions))
    return ResearchAgreement(
      exact: result.trades, sessions: profits, research: run.result, tape: run.tape, fills: fills,
      contracts: research.model.strategy.quantity.contracts)
  }

  private static func dates(_ sessions: ArraySlice<BacktestSession>) -> ClosedRange<SessionDate> {
    let dates = sessions.map(\.session.date)
    return dates[0]...dates[dates.count - 1]
  }
}

/// A journal that keeps nothing, for runs of which only results are wanted.
package final class DiscardedJournal: OrderJournal {
  package init() {}
  package func append(_ entry: JournalEntry) -> Bool { true }
}

/// A backtest was asked for without costs, and not on purpose.
package struct BacktestCostError: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String {
    "the engine charges no fees: a result without costs is wrong by more than most edges are worth. Give fees, or say "
      + "that you want none"
  }
}

/// The run was cancelled before anything was done.
package struct WalkForwardCancelled: Error, Hashable, Sendable, CustomStringConvertible {
  package var description: String { "cancelled before the first window was done: there is no result" }
}
