// `trader data plant`: a market whose edge is known, to see what a pipeline finds of it.
import ArgumentParser
import Foundation
import Simulation
import TradingDomain

struct PlantCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plant",
    abstract: "Writes a made-up market with a known edge, and what the best possible trader earns in it.",
    discussion: """
      Writes bars.csv, for `trader import`, and oracle.csv: forecast, position and result of a trader who knows how \
      the market was made, though not what it will do. No pipeline can do better in the long run. With --sharpe 0 \
      there is nothing to find, and whatever is found is the pipeline's own making.
      """)

  @Option(help: "Annual Sharpe ratio of the oracle after costs: 0, 2, 4 or 9.")
  var sharpe: Int
  @Option(help: "Sessions of 540 minutes.")
  var days = 400
  @Option(help: "Seed; another one makes another market of the same kind.")
  var seed: UInt64 = 1
  @Option(help: "Cost per contract and side in ticks, spread and fees together, that the oracle pays.")
  var cost = OraclePolicy.defaultCostPerSide
  @Option(help: "Folder for both files; made if absent.")
  var out: String
  @Flag(help: "Print JSON.")
  var json = false

  func validate() throws {
    guard (1...5_000).contains(days) else { throw ValidationError("--days must be 1 to 5000.") }
    guard cost >= 0, cost <= 100 else { throw ValidationError("--cost must be 0 to 100 ticks.") }
    guard edge != nil else {
      let known = PlantedMarket.ladder.map { "\(Int($0.sharpe))" }.joined(separator: ", ")
      throw ValidationError("--sharpe \(sharpe): there are markets of Sharpe ratio 0, \(known).")
    }
  }

  private var edge: PlantedEdge? {
    sharpe == 0 ? PlantedEdge.none : PlantedMarket.ladder.first { $0.sharpe == Double(sharpe) }?.edge
  }

  /// What the oracle made of it.
  private struct Outcome: Encodable {
    var bars: String
    var oracle: String
    var days: Int
    var ticksPerDay: Double?
    var standardError: Double?
    var sharpe: Double?
    var entriesPerDay: Double?
  }

  func run() throws {
    guard let edge else { return }
    try makeFolder(out)
    let market = PlantedMarket(edge: edge, seed: seed, dayCount: days)
    var search = OracleSearch()
    search.costPerSide = cost
    let (bars, oracle) = (out + "/bars.csv", out + "/oracle.csv")
    let result = try market.write(bars: bars, oracle: oracle, policy: search.policy(for: market))
    let outcome = Outcome(
      bars: bars, oracle: oracle, days: days, ticksPerDay: result.ticksPerDay, standardError: result.standardError,
      sharpe: result.sharpe, entriesPerDay: result.entriesPerDay)
    guard !json else { return print(try jsonText(outcome)) }
    func text(_ value: Double?) -> String { value.map { String(format: "%.2f", $0) } ?? "undefined" }
    print(
      "oracle     \(text(outcome.ticksPerDay)) +- \(text(outcome.standardError)) ticks a day after costs, "
        + "Sharpe \(text(outcome.sharpe)), \(text(outcome.entriesPerDay)) entries a day"
        + "\nbars       \(bars)\noracle     \(oracle)")
  }
}
