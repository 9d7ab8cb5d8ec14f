// Combinatorial cross-validation of forests: what it finds, what it must not find, who may see what.

import Backtest
import Ensemble
import Features
import ModelLifecycle
import Synchronization
import Testing
import TradingDomain
import Validation

@Suite struct RetrainingCombinatorialTests {
  static let splitter = CombinatorialPurgedCV(groups: 5, testGroups: 2, embargo: .bars(10))
  static let entry = BarSignal(direction: 0, stopTicks: 0, targetTicks: 0, holdBars: 5)

  static func backtest(
    echo: Double, workers: Int = 2, rule: CombinatorialBacktest.Rule = .forecast(threshold: 0.6, entry: entry)
  ) throws -> CombinatorialBacktest {
    let market = try RetrainingScene.market(sessions: 12, seed: 8, echo: echo)
    let tape = try BarTape(
      bars: market.bars, sessions: market.tapeSessions(expirySessions: 2), limits: RetrainingScene.limits,
      entryLifetime: .seconds(10))
    let first = market.bars.firstIndex { $0.start >= market.sessions[0].session.open } ?? 0
    return try CombinatorialBacktest(
      instrument: .wdo, tape: tape,
      rows: CombinatorialRows(
        bars: market.bars, labelledFrom: first, schema: .v2, instrument: .wdo, horizonBars: 5), splitter: splitter,
      research: BarResearch(fills: RetrainingScene.fills()), rule: rule, workers: workers)
  }

  static func fitter() throws -> CombinatorialForestFitter {
    var (shallow, deep) = (TrainingPlan(), TrainingPlan())
    shallow.maximumDepth = 2
    shallow.rounds = 10
    deep.maximumDepth = 4
    deep.rounds = 10
    return try CombinatorialForestFitter([("shallow", shallow), ("deep", deep)])
  }

  @Test func anEchoEarnsOnEveryPathAndNoiseLosesItsCosts() throws {
    let echo = try Self.backtest(echo: 0.8).run(Self.fitter())
    let noise = try Self.backtest(echo: 0).run(Self.fitter())
    #expect(echo.paths == 4 && echo.splits == 10 && echo.fits == 20)
    for distribution in echo.distributions {
      #expect(distribution.sharpes.count == 4 && distribution.shareBelowZero == 0)
      #expect(distribution.trades.allSatisfy { $0 > 50 })
      let quantiles = try #require(distribution.quantiles)
      #expect(quantiles == quantiles.sorted() && quantiles.count == 5)
    }
    for distribution in noise.distributions { #expect(distribution.nets.reduce(0, +) < 0) }
    #expect(echo.overfitting != nil && echo.sessions.count == 12)
    // The sessions' averages are the paths' results in another order of adding.
    let net = echo.distributions[1].nets.reduce(0, +) / 4
    #expect(abs(echo.sessions.reduce(0) { $0 + $1[1] } - net) < 1e-6)
  }

  @Test func anyNumberOfWorkersGivesTheSamePaths() throws {
    let results = try [1, 2, 8].map { try Self.backtest(echo: 0.8, workers: $0).run(Self.fitter()) }
    #expect(
      results[0].distributions == results[1].distributions && results[1].distributions == results[2].distributions)
    #expect(results[0].sessions == results[2].sessions)
  }

  /// Records what it is given to learn from, and forecasts a rise at every row.
  final class Witness: CombinatorialFitter {
    let seen = Mutex<[(labels: [Label], tested: Int, learnt: [Float])]>([])
    var configurations: [String] { ["rise"] }

    func forecasts(of test: TestRows, learning rows: TrainingRows, configuration: Int) -> [Forecast] {
      seen.withLock { $0.append((rows.moved.labels, test.count, rows.moved.directions)) }
      return [Forecast](
        repeating: Forecast(probabilityUp: 0.9, probabilityDown: 0.1, magnitude: 0), count: test.count)
    }
  }

  @Test func trainingRowsKeepTheirDistanceAndFlatOutcomesAreTradedButNotLearnt() throws {
    let backtest = try Self.backtest(echo: 0)
    let witness = Witness()
    let result = try backtest.run(witness)
    let splits = try Self.splitter.splits(backtest.rows.labels)
    let flats = backtest.rows.labels.filter { $0.value == 0 }
    #expect(flats.count > 50)
    let seen = witness.seen.withLock { $0 }
    #expect(seen.count == splits.count)
    for split in splits {
      let learnt = split.train.map { backtest.rows.labels[$0] }.filter { $0.value != 0 }
      let match = try #require(seen.first { $0.labels == learnt })
      #expect(match.tested == split.test.count)
      #expect(match.learnt == learnt.map { $0.value > 0 ? 1 : 0 })
    }
    // Every decision that the hours allow is traded, so a flat outcome ahead keeps nobody out.
    let entered = Set(try Self.entryBars(backtest))
    #expect(flats.contains { entered.contains(Int32($0.startIndex + 1)) })
    #expect(result.overfitting == nil && result.overfittingNote != nil)
  }

  private static func entryBars(_ backtest: CombinatorialBacktest) throws -> [Int32] {
    let probabilities = [Float](repeating: 0.9, count: backtest.tape.bars.count)
    return probabilities.withUnsafeBufferPointer { column in
      guard let start = column.baseAddress else { return [] }
      var rule = ForecastBarRule(probabilities: start, threshold: 0.6, entry: entry)
      return backtest.research.run(backtest.tape, sessions: backtest.tape.sessions.indices, rule: &rule).trades.map(
        \.entryBar)
    }
  }

  @Test func aCancelledRunHasNoDistribution() throws {
    let backtest = try Self.backtest(echo: 0)
    #expect(throws: WalkForwardCancelled.self) { _ = try backtest.run(Self.fitter(), isCancelled: { true }) }
  }
}
