// `bench repeats`: the same month backtested ten times in one process, with memory watched.

import Accounting
import ArgumentParser
import Backtest
import Engine
import Ensemble
import Features
import Foundation
import Risk
import Simulation
import TradingDomain

/// Backtests synthetic sessions again and again; memory must not grow from the second time on.
struct Repeats: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Backtest the same sessions repeatedly in one process and watch resident memory.",
    discussion: """
      The first two repeats make room; from then on the resident memory of a finished backtest may grow by at most \
      one per cent, or the exit code is 5. Trades happen in every session.
      """)

  @Option(help: "Sessions of one backtest; 20 are a month.")
  var sessions = 20
  @Option(help: "Repeats.")
  var repeats = 10

  func validate() throws {
    guard (1...250).contains(sessions), (3...1_000).contains(repeats) else {
      throw ValidationError("--sessions must be 1 to 250 and --repeats 3 to 1000")
    }
  }

  func run() throws {
    guard let date = SessionDate(year: 2024, month: 3, day: 4) else { return }
    let plan = try MarketPlan.synthetic(
      instrument: .wdo, date: date, count: sessions, seed: 7, barDuration: .minutes(1),
      assumptions: SimulationAssumptions(
        latency: .constant(feed: .milliseconds(1), entry: .milliseconds(5), response: .milliseconds(5))))
    let predictor = try ReferenceForest.predictor.get()
    var memory: [Int] = []
    var trades = 0
    for number in 1...repeats {
      let backtester = AdvancedMLBacktester(
        configuration: EngineConfiguration(
          instrument: .wdo, barDuration: .minutes(1), schema: .v2, strategy: StrategyConfiguration(),
          limits: .baseline(for: .wdo), fees: .free, epoch: 1,
          modelHash: 0, configurationHash: 0),
        forecaster: DecisiveForecaster(predictor), capital: Money(brl: 50_000))
      trades = try backtester.run(plan.sessions, warmUp: plan.warmUp, journal: DiscardedJournal()).trades.count
      memory.append(try ResidentMemory.bytes())
      print("repeat \(number): \(trades) trades, \(memory[number - 1] / 1024) KiB resident")
    }
    guard trades > 0 else { throw BenchFailure.inconsistent("no session traded: the repeats prove nothing") }
    let growth = Double(memory[repeats - 1] - memory[1]) / Double(memory[1])
    print(String(format: "growth from the second to the last repeat: %.2f %% (at most 1)", 100 * growth))
    if growth > 0.01 { throw BenchFailure.refused("memory grows from backtest to backtest") }
  }
}
