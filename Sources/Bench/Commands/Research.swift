// `bench research`: bars a second through the research mode, without a model and with one of 500 trees.

import Accounting
import ArgumentParser
import Backtest
import Engine
import Ensemble
import Execution
import Features
import Foundation
import ModelLifecycle
import QuantMath
import Risk
import Simulation
import TradingDomain

/// Runs the strategy over cached bars, one thread, and prints bars per second.
struct Research: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure the research mode in bars per second of processor time.",
    discussion: """
      Features, regimes and the bars' permissions are made once, as for every search; what is timed is what each run \
      of a search repeats: the decision loop over all bars, and the forecasts of a forest of 500 trees for all rows.
      """)

  @Option(help: "Sessions of 540 bars.")
  var sessions = 250
  @Option(help: "Rounds; the median counts.")
  var rounds = 9

  func validate() throws {
    guard (1...2_000).contains(sessions), (1...1_000).contains(rounds) else {
      throw ValidationError("--sessions must be 1 to 2000 and --rounds 1 to 1000")
    }
  }

  func run() throws {
    let market = PlantedMarket(edge: .none, seed: 1, dayCount: sessions)
    let days = Array(market.days)
    let bars = days.flatMap(\.bars)
    let limits = RiskLimits.baseline(for: .wdo).forBars(of: .minutes(1))
    let execution = ExecutionConfiguration()
    let tape = try BarTape(
      bars: bars, sessions: days.map { TapeSession(session: $0.session) }, limits: limits,
      entryLifetime: execution.entryLifetime)
    let fills = try BarFillModel(
      instrument: .wdo, fees: FeeSchedule.smallDayTrader(usdBRL: 5.4).dayTradeFees(for: .wdo),
      assumptions: SimulationAssumptions(
        latency: .constant(feed: .milliseconds(1), entry: .milliseconds(5), response: .milliseconds(5))))
    let research = BarResearch(fills: fills)
    let columns = StrategyColumns(bars: bars, instrument: .wdo)
    let matrix = FeatureMatrix(schema: .v2, instrument: .wdo, bars: bars)
    var random = CounterRandom(seed: 5, purpose: "bench.research")
    let forecasts = bars.map { _ in
      let up = Float(0.4 + 0.2 * random.nextUniform())
      return Forecast(probabilityUp: up, probabilityDown: 1 - up, magnitude: 0)
    }
    var strategy = StrategyConfiguration()
    strategy.style = .forecast
    (strategy.trend.probability, strategy.leastSignalProbability) = (0.58, 0.58)
    let model = ForestColumn(direction: try ReferenceForest.predictor.get(), schemaHash: FeatureSchema.v2.hash)
    var (trades, rates, modelled) = (0, [Double](), [Double]())
    for _ in 0..<rounds {
      rates.append(
        try Self.rate(bars.count) {
          trades = try research.run(
            tape, sessions: 0..<sessions, strategy: strategy, tickSize: Instrument.wdo.tickSize, columns: columns,
            forecasts: forecasts
          ).trades.count
        })
      modelled.append(
        try Self.rate(bars.count) {
          let forecasts = try ForecastColumn.make(
            model, ForecastTape(matrix: matrix, bars: bars, columns: columns))
          trades += try research.run(
            tape, sessions: 0..<sessions, strategy: strategy, tickSize: Instrument.wdo.tickSize, columns: columns,
            forecasts: forecasts
          ).trades.count
        })
    }
    guard trades > 0 else { throw BenchFailure.inconsistent("nothing was traded: the rates prove nothing") }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    print(
      String(
        format: "%d bars, %d trades\nwithout a model    %8.2f M bars/s\nwith 500 trees     %8.2f M bars/s", bars.count,
        trades, median(rates) / 1e6, median(modelled) / 1e6))
  }

  /// Bars per second of this thread's processor time: what others do on the machine must not decide the result.
  private static func rate(_ bars: Int, _ work: () throws -> Void) rethrows -> Double {
    func seconds() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }
    let start = seconds()
    try work()
    return Double(bars) / (seconds() - start)
  }
}
