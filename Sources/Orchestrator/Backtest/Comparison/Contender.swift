// A fixed model over any period, alone or beside others.

import Accounting
package import Engine
package import Ensemble
import Performance
package import TradingDomain

/// A finished strategy: an engine's configuration with the model that goes with it. Nothing is fitted any more.
package struct Contender: Sendable {
  package var name: String
  package var configuration: EngineConfiguration
  /// A new one a call, to be used by one thread.
  package var forecaster: @Sendable () throws -> any Forecaster

  package init(
    name: String, configuration: EngineConfiguration, forecaster: @escaping @Sendable () throws -> any Forecaster
  ) {
    self.name = name
    self.configuration = configuration
    self.forecaster = forecaster
  }
}

/// Replays finished models over the same sessions.
///
/// A model that was trained on any of the sessions has seen the answers; this type does not know when it was trained,
/// so whoever loads artifacts says so (`trader backtest` stamps it).
package struct FixedModelReplay: Sendable {
  package let market: WalkForwardMarket
  package let capital: Money
  package let workers: Int

  package init(market: WalkForwardMarket, capital: Money, workers: Int = 2) {
    precondition(workers >= 1, "a replay needs a worker")
    self.market = market
    self.capital = capital
    self.workers = workers
  }

  /// Runs every contender over all sessions of the market; results in the order given.
  ///
  /// - Parameters:
  ///   - journal: Makes a contender's journal, on the thread that runs it.
  ///   - isCancelled: Asked after each session; a contender that had not begun by then is left out.
  ///   - progress: Told how many contenders of how many are done.
  package func run(
    _ contenders: [Contender], withoutCosts: Bool = false,
    journal: @Sendable (Int) -> any OrderJournal = { _ in DiscardedJournal() },
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> [(name: String, result: BacktestResult)] {
    if !withoutCosts, contenders.contains(where: { $0.configuration.fees.perSide <= .zero }) {
      throw BacktestCostError()
    }
    let results = try OrderedWork.results(
      count: contenders.count, workers: workers, isCancelled: isCancelled,
      finished: { progress($0, contenders.count) }
    ) { place in
      let contender = contenders[place]
      let opening = market.sessions[0].session.open
      let warmUp = market.bars[..<market.bars.partition { $0.end > opening }].suffix(
        MarketPlan.warmUpBars(for: contender.configuration.schema))
      return try AdvancedMLBacktester(
        configuration: contender.configuration, forecaster: try contender.forecaster(), capital: capital
      ).run(market.sessions, warmUp: Array(warmUp), journal: journal(place), isCancelled: isCancelled)
    }
    return zip(contenders, results).compactMap { contender, result in result.map { (contender.name, $0) } }
  }

  /// Runs `baseline` and `others`, and compares them on the sessions that all have.
  package func compare(
    baseline: Contender, others: [Contender], seed: UInt64, withoutCosts: Bool = false,
    isCancelled: @Sendable () -> Bool = { false }, progress: @Sendable (Int, Int) -> Void = { _, _ in }
  ) throws -> ModelComparison {
    let results = try run(
      [baseline] + others, withoutCosts: withoutCosts, isCancelled: isCancelled, progress: progress)
    guard let first = results.first else { throw WalkForwardCancelled() }
    let entries = try results.map { name, result in
      ModelComparison.Entry(
        name: name, profits: try result.curve.profits(sessions: result.sessions.map(\.date)), trades: result.trades)
    }
    var comparison = try ModelComparison(baseline: entries[0], others: Array(entries.dropFirst()), seed: seed)
    comparison.isPartial =
      comparison.isPartial || results.count <= others.count || first.result.isPartial
      || results.contains { $0.result.isPartial }
    return comparison
  }
}

extension WalkForwardBacktest {
  /// Walks every fitter forward over the same windows, the baseline always among them, and compares them.
  package func compare(
    baseline: any ModelFitter, others: [any ModelFitter], seed: UInt64, isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (String, Int, Int) -> Void = { _, _, _ in }
  ) throws -> (results: [WalkForwardResult], comparison: ModelComparison) {
    var results: [WalkForwardResult] = []
    for fitter in [baseline] + others {
      // What was finished before a cancellation is kept; only the baseline must exist.
      if !results.isEmpty, isCancelled() { break }
      results.append(
        try run(fitter, isCancelled: isCancelled, progress: { progress(fitter.name, $0, $1) }))
    }
    let entries = results.map { ModelComparison.Entry($0) }
    var comparison = try ModelComparison(baseline: entries[0], others: Array(entries.dropFirst()), seed: seed)
    comparison.isPartial =
      comparison.isPartial || results.count <= others.count || results.contains { $0.isPartial }
    return (results, comparison)
  }
}
