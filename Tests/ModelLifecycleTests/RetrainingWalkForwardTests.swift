// The whole pipeline walked forward: what the future can change, what workers can change, what the table says.

import Backtest
import Engine
import Foundation
import ModelLifecycle
import Performance
import Synchronization
import Testing
import TradingDomain

/// Keeps everything that windows write, by window.
final class WindowJournals: Sendable {
  private let journals = Mutex<[Int: KeptEntries]>([:])

  final class KeptEntries: OrderJournal, @unchecked Sendable {
    private(set) var entries: [JournalEntry] = []
    func append(_ entry: JournalEntry) -> Bool {
      entries.append(entry)
      return true
    }
  }

  func journal(_ window: WalkForwardPlan.Window) -> any OrderJournal {
    let journal = KeptEntries()
    journals.withLock { $0[window.number] = journal }
    return journal
  }

  func entries(_ window: Int) -> [JournalEntry] { journals.withLock { $0[window]?.entries ?? [] } }
}

@Suite struct RetrainingWalkForwardTests {
  static func market(_ sessions: Int, echo: Double = 0.8) throws -> WalkForwardMarket {
    try RetrainingScene.market(sessions: sessions, seed: 3, echo: echo)
  }

  @Test func cuttingOffTheFutureLeavesEveryDecisionOfEarlierWindowsAsItWas() throws {
    let fitter = try RetrainingScene.fitter()
    let (long, short) = (WindowJournals(), WindowJournals())
    let whole = try RetrainingScene.backtest(Self.market(11)).run(fitter, journal: { long.journal($0) })
    let cut = try RetrainingScene.backtest(Self.market(9)).run(fitter, journal: { short.journal($0) })
    #expect(whole.windows.count == 3 && cut.windows.count == 2)
    for (early, late) in zip(cut.windows, whole.windows) {
      #expect(early.modelHash == late.modelHash && early.choices == late.choices)
      let entries = short.entries(early.window.number)
      #expect(entries.count > 500)
      #expect(entries == long.entries(late.window.number))
      #expect(early.profits == late.profits && early.inSample == late.inSample)
    }
    #expect(whole.joined.trades.count > cut.joined.trades.count)
  }

  @Test func anyNumberOfWorkersGivesTheSameBytes() throws {
    let market = try Self.market(11)
    let fitter = try RetrainingScene.fitter()
    let runs = try [1, 2, 8].map { workers -> (WalkForwardResult, [[JournalEntry]]) in
      let journals = WindowJournals()
      let result = try RetrainingScene.backtest(market, workers: workers).run(
        fitter, journal: { journals.journal($0) })
      return (result, result.windows.map { journals.entries($0.window.number) })
    }
    for run in runs.dropFirst() {
      #expect(run.1 == runs[0].1)
      #expect(run.0.windows.map(\.modelHash) == runs[0].0.windows.map(\.modelHash))
      #expect(run.0.joined.curve == runs[0].0.joined.curve)
      #expect(run.0.joined.trades == runs[0].0.joined.trades)
      #expect(run.0.stability == runs[0].0.stability)
    }
    #expect(Set(runs[0].0.windows.map(\.modelHash)).count == 3, "each window has a model of its own")
  }

  @Test func theResearchModeAgreesWithTheEngineTradeByTrade() throws {
    let result = try RetrainingScene.backtest(Self.market(11)).run(
      RetrainingScene.fitter { $0.thresholds?.mayAbstain = false })
    var (shared, equal, exact) = (0, 0, 0)
    for window in result.windows {
      let agreement = try #require(window.agreement)
      #expect(agreement.exactTrades == window.result.trades.count)
      #expect(abs(agreement.exactNet - window.outOfSample.net) < 1e-6)
      (shared, equal, exact) = (
        shared + agreement.sharedEntries, equal + agreement.equalTrades, exact + agreement.exactTrades
      )
      print("window \(window.window.number): \(agreement.text)")
    }
    #expect(exact >= 10, "a comparison needs trades")
    #expect(shared == exact && equal == exact)
  }

  @Test func profitsCarryOverAndAddUp() throws {
    let result = try RetrainingScene.backtest(Self.market(11)).run(
      RetrainingScene.fitter { $0.thresholds?.mayAbstain = false })
    let windows = result.windows.reduce(Money.zero) { $0 + $1.result.curve.profit }
    let sessions = result.profits.reduce(Money.zero) { $0 + $1.profit }
    #expect(result.joined.curve.profit == windows && windows == sessions && windows != .zero)
    #expect(result.joined.audit.net == windows)
    #expect(result.joined.trades.count == result.windows.reduce(0) { $0 + $1.result.trades.count })
    #expect(result.profits.count == 6 && result.joined.sessions.count == 6)
    #expect(!result.isPartial && result.joined.executionFlaws == 0)
  }

  @Test func everyModelKnowsNothingAfterItsEmbargo() throws {
    let market = try Self.market(11)
    let result = try RetrainingScene.backtest(market, training: .anchored(least: 5)).run(RetrainingScene.fitter())
    for outcome in result.windows {
      let opening = market.sessions[outcome.window.trading.lowerBound].session.open
      let between = market.bars.count { $0.end > outcome.knownUntil && $0.end <= opening }
      #expect(between == 5)
      #expect(outcome.window.training.lowerBound == 0)
    }
  }

  @Test func aCancelledRunKeepsItsFirstWindowsAndSaysSo() throws {
    let done = Atomic<Int>(0)
    let result = try RetrainingScene.backtest(Self.market(13), workers: 1).run(
      RetrainingScene.fitter(), isCancelled: { done.load(ordering: .relaxed) >= 1 },
      progress: { finished, _ in done.store(finished, ordering: .relaxed) })
    #expect(result.isPartial && result.joined.isPartial)
    #expect(result.windows.count == 1)
    #expect(throws: WalkForwardCancelled.self) {
      _ = try RetrainingScene.backtest(Self.market(9)).run(RetrainingScene.fitter(), isCancelled: { true })
    }
  }

  @Test(arguments: [StrategyStyle.regimes, .forecast])
  func theResearchModeIsNearTheEngineInEitherStyle(style: StrategyStyle) throws {
    let fitter = try RetrainingScene.fitter {
      $0.strategy.style = style
      // Whatever can be entered is, so that there is much to compare.
      $0.thresholds = nil
      ($0.strategy.trend.probability, $0.strategy.leastSignalProbability) = (0.52, 0.52)
    }
    let result = try RetrainingScene.backtest(Self.market(9)).run(fitter)
    let agreement = try #require(ResearchAgreement(sum: result.windows.compactMap(\.agreement)))
    #expect(agreement.exactTrades > 20, "\(agreement.text)")
    #expect(agreement.sharedEntries * 10 >= agreement.exactTrades * 9, "\(agreement.text)")
    #expect(agreement.equalTrades * 10 >= agreement.exactTrades * 8, "\(agreement.text)")
  }
}
