// The pipeline against markets whose truth is known.

import Backtest
import Foundation
import ModelLifecycle
import Testing
import TradingDomain

private func number(_ name: String, _ standard: Int) -> Int {
  ProcessInfo.processInfo.environment[name].flatMap(Int.init) ?? standard
}

private func tell(_ result: LifecycleBacktest.Result) -> String {
  result.story.map { "\($0.session) \($0.note.kind) \($0.note.model?.prefix(8) ?? "") \($0.note.text)" }
    .joined(separator: "\n")
}

@Test func aMovingEdgeIsFollowed() throws {
  let length = number("PIPELINE_ERA", 60)
  let eras = [
    Era(sessions: length / 4, echo: 0.6), Era(sessions: length, echo: -0.6), Era(sessions: length / 3, echo: 0),
    Era(sessions: length, echo: -0.6),
  ]
  let market = try LifecycleScene.market(eras, seed: UInt64(number("PIPELINE_SEED", 1)))
  let fixed = try LifecycleScene.model(of: 0.6)
  let result = try LifecycleScene.backtest(market).run(LifecycleScene.builder(), initial: (fixed, 800))
  let oracle = try LifecycleScene.hindsight(eras, market: market).reduce(0, +)
  let stubborn = try LifecycleScene.trade(fixed, market, 0..<market.sessions.count).reduce(0, +)
  let net = result.profits.reduce(0, +)
  print(
    "moving edge: pipeline \(Int(net)) BRL, hindsight \(Int(oracle)), never renewed \(Int(stubborn)), "
      + "\(result.builds) builds")
  if ProcessInfo.processInfo.environment["PIPELINE_STORY"] != nil {
    print(tell(result))
    var first = 0
    for era in eras {
      print("era \(era.echo): \(Int(result.profits[first..<(first + era.sessions)].reduce(0, +)))")
      first += era.sessions
    }
  }
  // What is lost at a change is lost once: short eras leave less of them.
  #expect(net > (length >= 120 ? 0.8 : 0.5) * oracle)
  #expect(stubborn < 0)
  #expect(stubborn < net)
}

@Test func anEdgeThatDiesForGoodEndsTheTrading() throws {
  let eras = [Era(sessions: 20, echo: 0.6), Era(sessions: number("PIPELINE_DEAD", 30), echo: 0)]
  let market = try LifecycleScene.market(eras, seed: UInt64(number("PIPELINE_SEED", 1)))
  let result = try LifecycleScene.backtest(market).run(
    LifecycleScene.builder(), initial: (LifecycleScene.model(of: 0.6), 800))
  let dead = result.hadTraders.dropFirst(20)
  let last = dead.lastIndex(of: true).map { $0 - 20 + 1 } ?? 0
  print("dying edge: the last session with a trader is number \(last) after its death")
  #expect(result.hadTraders[..<20].allSatisfy { $0 })
  #expect(last <= 15)
  #expect(result.state.champion == nil)
}

@Test func noiseIsRarelyPromoted() throws {
  let seeds = number("PIPELINE_SEEDS", 4)
  let sessions = number("PIPELINE_NOISE_SESSIONS", 50)
  var (promoted, gated, builds) = (0, 0, 0)
  for seed in 1...seeds {
    let market = try LifecycleScene.market([Era(sessions: sessions, echo: 0)], seed: UInt64(1_000 + seed))
    let result = try LifecycleScene.backtest(market).run(LifecycleScene.builder())
    promoted += result.promotions > 0 ? 1 : 0
    gated += result.story.count { $0.note.kind == .born }
    builds += result.builds
  }
  print("noise: \(promoted) of \(seeds) seeds promoted; \(gated) of \(builds) challengers passed the gate")
  #expect(Double(promoted) <= max(1, 0.05 * Double(seeds)))
  #expect(builds >= seeds)
}

@Test func aRehearsalIsTheSameTwice() throws {
  let market = try LifecycleScene.market(
    [Era(sessions: 14, echo: 0.6), Era(sessions: 14, echo: -0.6)], seed: 3)
  let runs = try (0..<2).map { _ in
    try LifecycleScene.backtest(market).run(
      LifecycleScene.builder(), initial: (LifecycleScene.model(of: 0.6), 800))
  }
  #expect(runs[0].profits == runs[1].profits)
  #expect(runs[0].state == runs[1].state)
  #expect(runs[0].story.map(\.note) == runs[1].story.map(\.note))
}

@Test func aRehearsalKnowsNothingOfTheFuture() throws {
  let eras = [Era(sessions: 16, echo: 0.6), Era(sessions: 12, echo: -0.6)]
  let whole = try LifecycleScene.market(eras, seed: 5)
  let cut = try WalkForwardMarket(
    instrument: whole.instrument, bars: whole.bars.filter { $0.end <= whole.sessions[19].session.close },
    sessions: Array(whole.sessions[..<20]), hasBarsOnly: true)
  let initial = (try LifecycleScene.model(of: 0.6), 800.0)
  let long = try LifecycleScene.backtest(whole).run(LifecycleScene.builder(), initial: initial)
  let short = try LifecycleScene.backtest(cut).run(LifecycleScene.builder(), initial: initial)
  #expect(Array(long.profits[..<20]) == short.profits)
  #expect(long.story.filter { $0.session < 20 }.map(\.note) == short.story.map(\.note))
}
