// A store and a model made by the program itself from generated files, once for all tests that need them.
import Foundation
import TradingDomain

/// The folders of a small world in which the engine trades.
struct GeneratedStore {
  /// Eight sessions of bars, and then one of ticks.
  static let barDates = (0..<8).map { SessionDate(dayNumber: 19_849 + [0, 1, 2, 3, 4, 7, 8, 9][$0]) }
  static let tickDate = SessionDate(dayNumber: 19_859)

  var store: String
  var models: String
  /// Thresholds so low that every opinion is acted on, delays that vary.
  var configuration: String
  /// As printed by `import --json` for the ticks.
  var tickReport: String

  /// Made at first use.
  static let shared = Result { try GeneratedStore() }

  private init() throws {
    let folder = try Scratch.folder("generated")
    var market = GeneratedMarket(seed: 11)
    let bars = try Scratch.file("bars.csv", market.barFile(dates: Self.barDates))
    let ticks = try Scratch.file("ticks.csv", market.tickFile(date: Self.tickDate, meanGap: 1_200))
    store = folder + "/market"
    models = folder + "/models"
    configuration = try Scratch.file("eager.toml", Self.eager)
    try TraderProgram.succeed(["import", bars, "--symbol", "WDO", "--into", store])
    tickReport = try TraderProgram.succeed(["import", ticks, "--symbol", "WDO", "--into", store, "--json"]).output
    try TraderProgram.succeed([
      "train", "--data", store, "--symbol", "WDO", "--from", "\(Self.barDates[0])", "--to", "\(Self.barDates[7])",
      "--out", models, "--baseline", "--rounds", "20", "--folds", "2",
    ])
  }

  static let eager = """
    [strategy]
    least_signal_probability = 0.0
    least_relative_range = 0.000001
    largest_relative_range = 0.5
    entries_per_session = 1000
    [strategy.trend]
    confidence = 0.0
    probability = 0.0
    [strategy.range]
    confidence = 0.0
    probability = 0.0
    [risk]
    dailyLossBRL = 1500
    entryAfterOpenMinutes = 0
    [simulation]
    feed_latency_us = 800
    entry_latency_us = 3000
    response_latency_us = 2000
    jitter_us = 4000
    """

  /// Journal of an in-process replay of the tick session.
  func backtest(seed: Int = 1, date: SessionDate = tickDate, _ more: [String] = []) throws -> String {
    let folder = Scratch.path("backtest")
    try TraderProgram.succeed(
      [
        "backtest", "--data", store, "--symbol", "WDO", "--model", models, "--from", "\(date)", "--to", "\(date)",
        "--report", folder, "--config", configuration, "--seed", "\(seed)",
      ] + more)
    return folder + "/journal.bin"
  }

  /// Journal of the same session over the wire.
  func run(seed: Int = 1, date: SessionDate = tickDate, speed: String, _ more: [String] = []) throws -> String {
    let folder = Scratch.path("run")
    try TraderProgram.succeed(
      [
        "run", "--simulate", store, "--symbol", "WDO", "--model", models, "--date", "\(date)", "--speed", speed,
        "--out", folder, "--config", configuration, "--seed", "\(seed)",
      ] + more)
    return folder + "/journal.bin"
  }
}
