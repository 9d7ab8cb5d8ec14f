// `trader backtest`: recorded sessions through the engine that trades, with a report that says how sure it is.
import ArgumentParser
import Backtest
import Foundation
import Monitoring

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Replays stored sessions through the engine and reports the result net of costs.",
    discussion: """
      Writes report.html, report.json, trades.csv, equity.npy, journal.bin and manifest.json. The journal must not \
      exist yet: name a new folder.
      With --walk-forward, the first sessions are only learnt from, every later one is traded by a model that was \
      fitted before it, and the v2 baseline runs beside on the same windows. Ctrl-C ends the run and leaves a \
      partial report that says so.
      With --verify, runs a report again from its manifest and compares every byte.
      """)

  @Option(help: "Folder of the market store.")
  var data: String?
  @Option(help: "Instrument.")
  var symbol: String?
  @Option(help: "A model artifact, or a folder of them (its newest is used).")
  var model: String?
  @Option(
    help: ArgumentHelp(
      "Instead of one model: fit on so many sessions, trade so many, fit again.", valueName: "training:trading"))
  var walkForward: WalkForwardArgument?
  @Flag(help: "A walk-forward trains on all sessions before its window, not only the last.")
  var anchored = false
  @Option(help: "Bars that a walk-forward leaves out between the last outcome that is learnt and the first traded one.")
  var embargo = 0
  @Flag(help: "A walk-forward selects features anew inside every training window.")
  var selectFeatures = false
  @Flag(help: "A walk-forward tunes thresholds inside every training window, and stays out where none pays costs.")
  var tuneThresholds = false
  @Option(help: "Windows of a walk-forward that are worked on at a time; the result does not depend on it.")
  var workers = 2
  @Option(help: "Feature schema of a walk-forward: v2, candidates, or a schema file.")
  var schema = "v2"
  @Option(help: "Bars from decision to outcome, for a walk-forward.")
  var horizon = 5
  @Option(help: "Most boosting rounds of a walk-forward.")
  var rounds = 200
  @Option(help: "Rounds without improvement on held-back rows after which a walk-forward's training stops.")
  var patience = 25
  @Option(
    help: ArgumentHelp(
      "Also cross-validate a walk-forward's models combinatorially on its sessions: so many groups, so many of them "
        + "tested at a time, all paths traded.", valueName: "groups:tested"))
  var paths: PathsArgument?
  @Option(help: "Another model to run on the same sessions, with the difference and its interval. May be repeated.")
  var against: [String] = []
  @Option(help: "Depth of a walk-forward's trees.")
  var depth = 4
  @Option(help: "Learning rate of a walk-forward's trees.")
  var learningRate = 0.15
  @Option(help: "Least weight of a leaf of a walk-forward's trees: a quarter of the labels in it, about.")
  var leastLeaf = 1.0
  @Option(
    help: "A walk-forward fits an ensemble of these instead of trees for rise or fall: logistic,trees,lstm,transformer."
  )
  var members: String?
  @Option(help: "Ticks either way that count as no move, for a walk-forward's ensemble.")
  var flatTicks = 2.0
  @Option(help: "Epochs of an ensemble's networks, at most.")
  var epochs = 12
  @Option(help: "Units of an ensemble's LSTM and width of its transformer; a multiple of 8.")
  var width = 32
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument?
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument?
  @Option(help: "Folder for the report; made if absent.")
  var report: String?
  @Option(help: "Configuration file (TOML).")
  var config: String?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Leave out fees and taxes; the report is stamped with it.")
  var noCosts = false
  @Option(
    help: "basic: what the run itself tells; full: also other latencies, costs, fill rules, and stress scenarios.")
  var checks = CheckLevel.full
  @Option(help: "Folder of an earlier report: run it again and compare.")
  var verify: String?
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if verify != nil {
      guard data == nil, symbol == nil, model == nil, walkForward == nil, from == nil, to == nil, report == nil,
        config == nil, !noCosts
      else { throw ValidationError("--verify takes everything else from the report's manifest.") }
      return
    }
    let missing = [
      ("--data", data == nil), ("--symbol", symbol == nil),
      ("--model or --walk-forward", model == nil && walkForward == nil),
      ("--from", from == nil),
      ("--to", to == nil), ("--report", report == nil),
    ].filter(\.1).map(\.0)
    if !missing.isEmpty { throw ValidationError("Missing: \(missing.joined(separator: ", ")).") }
    if model != nil && walkForward != nil { throw ValidationError("Give --model or --walk-forward, not both.") }
    if model == nil, !against.isEmpty { throw ValidationError("--against needs --model.") }
    if let members {
      if walkForward == nil { throw ValidationError("--members needs --walk-forward.") }
      if paths != nil { throw ValidationError("--paths cross-validates trees only, not --members.") }
      _ = try MemberOptions.kinds(members)
    }
    guard width % 8 == 0 else { throw ValidationError("--width is \(width), but must be a multiple of 8.") }
    guard flatTicks >= 0, flatTicks <= 10_000 else {
      throw ValidationError("--flat-ticks is \(flatTicks), but must be 0 to 10000.")
    }
    if walkForward == nil, paths != nil { throw ValidationError("--paths needs --walk-forward.") }
    for (name, value, range) in [
      ("--embargo", embargo, 0...100_000), ("--workers", workers, 1...256), ("--horizon", horizon, 1...100_000),
      ("--rounds", rounds, 1...100_000), ("--patience", patience, 1...100_000), ("--depth", depth, 1...12),
      ("--epochs", epochs, 1...1_000), ("--width", width, 8...512),
    ] where !range.contains(value) {
      throw ValidationError("\(name) is \(value), but must be \(range.lowerBound) to \(range.upperBound).")
    }
    if let from, let to, to.date < from.date { throw ValidationError("--to lies before --from.") }
  }

  func run() throws {
    let terminal = json ? Terminal.silent : Terminal.standardError()
    if let verify {
      try BacktestVerification(folder: verify, terminal: terminal).run(json: json)
      return
    }
    guard let data, let symbol, let from, let to, let report else { return }
    let walk = walkForward.map {
      BacktestManifest.WalkForwardRequest(
        training: $0.training, trading: $0.trading, embargo: embargo, isAnchored: anchored, schema: schema,
        horizon: horizon, patience: patience, rounds: rounds, selectsFeatures: selectFeatures,
        tunesThresholds: tuneThresholds, depth: depth, learningRate: learningRate, leastLeaf: leastLeaf,
        pathGroups: paths?.groups, pathTests: paths?.tested, members: members,
        flatTicks: members == nil ? nil : flatTicks, epochs: members == nil ? nil : epochs,
        width: members == nil ? nil : width)
    }
    let request = BacktestManifest.Request(
      data: data, symbol: symbol, model: model, against: against, walkForward: walk, from: "\(from.date)",
      to: "\(to.date)", seed: seed,
      noCosts: noCosts,
      checks: checks.rawValue, configuration: try config.map(ConfigurationFile.text))
    let backtest = BacktestRun(request: request, folder: report, terminal: terminal, workers: workers)
    let (output, result) = try backtest.run()
    print(json ? output.json : output.text)
    try output.verdict(result)
    if result.isPartial { throw CommandFailure(.interrupted, "interrupted: the report covers only what was run") }
    if backtest.interruption.isRequested {
      throw CommandFailure(
        .interrupted, "interrupted: the run is whole, but its checks are not, and there is no manifest to verify")
    }
  }
}

extension CheckLevel: ExpressibleByArgument {}

/// `TRAINING:TRADING` in sessions.
struct WalkForwardArgument: ExpressibleByArgument {
  var training: Int
  var trading: Int

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let training = parts[0], let trading = parts[1], (1...5_000).contains(training),
      (1...5_000).contains(trading)
    else { return nil }
    self.training = training
    self.trading = trading
  }
}

/// `GROUPS:TESTED` of a combinatorial cross-validation.
struct PathsArgument: ExpressibleByArgument {
  var groups: Int
  var tested: Int

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let groups = parts[0], let tested = parts[1], (2...20).contains(groups),
      (1..<groups).contains(tested)
    else { return nil }
    self.groups = groups
    self.tested = tested
  }
}
