// `trader run`: paper trading over the real wire against the embedded gateway simulator.
import Accounting
import ArgumentParser
import Backtest
import CHotPath
import Foundation
import GatewaySimulator
import MarketData
import ModelLifecycle
import Monitoring
import Risk
import Simulation
import Storage
import TradingDomain

struct RunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Trades on paper: engine and gateway simulator over loopback TCP.",
    discussion: """
      Without options: a seeded synthetic market, with a model trained on other synthetic days first. With
      --simulate DIR, a stored session. Simulated time is exact at every speed: speed never changes what happens, only
      how long it takes. Ctrl-C, or a file named KILL in the output folder, cancels, flattens and ends; a second Ctrl-C
      ends at once.
      """)

  @Option(help: "Folder of a market store, or 'synthetic'.")
  var simulate = "synthetic"
  @Option(help: "Instrument.")
  var symbol = "WDO"
  @Option(help: "Session, YYYY-MM-DD.")
  var date = DateArgument(fixed: "2026-11-23")
  @Option(
    help: "A model artifact, or a folder of them. Required with a store; made when missing for a synthetic market.")
  var model: String?
  @Option(
    help: ArgumentHelp(
      "Run the deployment of this folder of models: champion, canary and watchers; changes are taken in at once.",
      valueName: "dir"))
  var deployed: String?
  @Option(help: "Microseconds that a watching model may take for a bar before it is benched.")
  var shadowAllowance = 1_000.0
  @Option(help: "'max', or a multiple of real time such as 1x or 600x.")
  var speed = SpeedArgument.multiple(600)
  @Option(help: "Configuration file (TOML).")
  var config: String?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Option(help: "Port of the embedded simulator; 0 takes a free one.")
  var port: UInt16 = 0
  @Option(help: "Folder of keys (`trader keys new`): seals the link between engine and simulator.")
  var keys: String?
  @Option(help: "Folder for journal and report; without it the next free out/run-N.")
  var out: String?
  @Option(
    help: ArgumentHelp(
      "File of the always-on counters and latencies, which `trader status` reads; default: counters in --out.",
      discussion: "On a disk the kernel's writing back makes the engine fault now and then; /dev/shm has no such cost.")
  )
  var counters: String?
  @OptionGroup(title: "How the session uses the machine (refusals are told as warnings, never failures)")
  var host: HostOptions
  @Flag(help: "Print the report as JSON; no status line.")
  var json = false

  func validate() throws {
    if model != nil, deployed != nil { throw ValidationError("--model and --deployed exclude each other.") }
    guard shadowAllowance > 0 else { throw ValidationError("--shadow-allowance must be above 0.") }
    if simulate != "synthetic", model == nil, deployed == nil {
      throw ValidationError("A stored session needs --model; `trader train` makes one.")
    }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    var settings = try RunSettings(
      instrument: instrument, file: try config.map(ConfigurationFile.read), seed: seed)
    settings.host.apply(host)
    settings.keys = keys ?? settings.keys
    let terminal = json ? Terminal.silent : Terminal.standardError()
    let deployment = try deployed.map {
      DeployedModels(
        try DeployFolder.parse(["--models", $0]), settings: settings, allowance: processorTicks(shadowAllowance))
    }
    let artifact =
      try deployment.map { try $0.first().artifact } ?? model.map { try ModelArtifact.find($0) }
      ?? syntheticModel(terminal, settings)
    let tuning = HostTuning(settings.host)
    let arena = tuning.makeArena()
    let loaded = try arena.building { try ModelLoader.load(artifact) }
    let duration = Nanoseconds.seconds(Int64(loaded.artifact.manifest.barSeconds))
    let plan: MarketPlan
    if simulate == "synthetic" {
      plan = try .synthetic(
        instrument: instrument, date: date.date, count: 1, seed: seed, barDuration: duration,
        assumptions: settings.assumptions,
        schema: loaded.schema)
    } else {
      plan = try .stored(
        MarketStore(root: simulate), instrument: instrument, from: date.date, to: date.date, barDuration: duration,
        assumptions: settings.assumptions, schema: loaded.schema)
    }
    let session = plan.sessions[0].session
    if session.date != date.date { terminal.write("no session on \(date.date): running \(session.date)\n") }
    let folder = try runFolder(out)
    let paper = PaperSession(
      plan: plan, settings: settings, model: loaded, deployment: deployment, pacing: speed.pacing, port: port,
      host: tuning, arena: arena,
      folder: folder, counters: counters ?? folder + "/counters", terminal: terminal)
    let outcome = try paper.run()
    let report = try RunReport(
      title: "Paper session of \(symbol), \(session.date)", result: outcome.result,
      stamps: plan.stamps + settings.stamps(model: loaded, seed: seed) + loaded.overlapStamps(with: plan),
      instruments: [instrument], folder: folder)
    let delays = try keepDelays(outcome.latency, in: folder)
    if let deployment, !outcome.wasKilled { try keepSession(deployment, plan, settings, loaded, folder, terminal) }
    print(json ? report.json : SessionSummary.text(outcome.snapshot) + "\n" + report.text + delays)
    try report.verdict(outcome.result)
    if outcome.wasKilled {
      throw CommandFailure(.refused, "trading was killed: everything was cancelled and closed; the report is partial")
    }
  }

  /// Leaves the closed session where `trader deploy watch` takes it in.
  private func keepSession(
    _ deployment: DeployedModels, _ plan: MarketPlan, _ settings: RunSettings, _ model: LoadedModel, _ folder: String,
    _ terminal: Terminal
  ) throws {
    let session = plan.sessions[0]
    let duration = Nanoseconds.seconds(Int64(model.artifact.manifest.barSeconds))
    let bars: [Bar]
    if simulate == "synthetic" {
      let market = SyntheticMarketConfiguration(
        instrument: settings.instrument, session: session.session,
        seed: MarketPlan.syntheticSeed(seed, session.session.date))
      bars = MarketPlan.bars(of: SyntheticMarket(market), duration: duration)
    } else {
      bars = try Array(
        MarketStore(root: simulate).barSeries(
          symbol, from: session.session.date, to: session.session.date, duration: duration
        ).bars)
    }
    let path = try ClosedSession.write(
      JournalReader(path: folder + "/journal.bin").entries, session: session.session,
      isTradable: session.contract.isTradable, bars: bars.filter { session.session.contains($0.start) },
      warmUp: plan.warmUp, models: deployment.models, settings: settings, barsOnly: plan.hasBarsOnly,
      into: deployment.folder)
    terminal.write("closed session for `trader deploy watch`: \(path)\n")
  }

  /// The processor's ticks in so many microseconds.
  private func processorTicks(_ microseconds: Double) -> UInt64 {
    let (ticks, time) = (hp_clock_ticks(), hp_clock_monotonic_ns())
    usleep(10_000)
    let rate = Double(hp_clock_ticks() &- ticks) / Double(max(1, hp_clock_monotonic_ns() - time))
    return UInt64(max(1, rate * microseconds * 1_000))
  }

  /// Writes the session's delays to a file that a backtest's `latency_file` takes; returns the line that says so.
  private func keepDelays(_ latency: MeasuredLatency, in folder: String) throws -> String {
    guard !latency.rows.isEmpty else { return "" }
    let path = folder + "/latencies.csv"
    do {
      try Data(RecordedLatency.text(latency.rows).utf8).write(to: URL(fileURLWithPath: path))
    } catch {
      throw CommandFailure(
        .environment, "\(path): cannot be written (\(error.localizedDescription)). Check space and permissions.")
    }
    let base = URL(fileURLWithPath: folder).relativePath
    let odd = latency.impossible > 0 ? ", \(latency.impossible) left out: the clocks disagree" : ""
    return "\ndelays     \(base)/latencies.csv (\(latency.rows.count) orders\(odd))"
  }

  /// The newest synthetic model, or one trained now on the five sessions before the run, under another seed.
  private func syntheticModel(_ terminal: Terminal, _ settings: RunSettings) throws -> ModelArtifact {
    let folder = "models/synthetic"
    if let found = try? ModelArtifact.find(folder, symbol: symbol) { return found }
    terminal.write("no model yet: training one on synthetic sessions (once, into \(folder))\n")
    let calendar = TradingCalendar.b3
    var dates = [calendar.session(before: date.date)]
    while dates.count < 5 { dates.insert(calendar.session(before: dates[0]), at: 0) }
    let plan = try MarketPlan.synthetic(
      instrument: settings.instrument, date: dates[0], count: dates.count, seed: seed &+ 1,
      barDuration: .seconds(60), assumptions: settings.assumptions)
    var bars: [Bar] = []
    for session in plan.sessions {
      let market = SyntheticMarketConfiguration(
        instrument: settings.instrument, session: session.session,
        seed: MarketPlan.syntheticSeed(seed &+ 1, session.session.date))
      bars += MarketPlan.bars(of: SyntheticMarket(market), duration: .seconds(60))
    }
    return try ModelTraining(out: folder, terminal: terminal).train(
      bars: bars, labelledFrom: 0, instrument: settings.instrument, plan: TrainingPlan(), first: dates[0],
      last: dates[dates.count - 1])
  }
}

extension DateArgument {
  /// A date that stands in the program's text.
  init(fixed text: String) {
    guard let date = SessionDate(text) else { preconditionFailure("'\(text)' is no date") }
    self.date = date
  }

  var defaultValueDescription: String { date.description }
}

extension SpeedArgument {
  var defaultValueDescription: String {
    switch self {
    case .asFastAsPossible: return "max"
    case .multiple(let factor): return "\(Int(factor))x"
    }
  }

  var pacing: Pacing {
    switch self {
    case .asFastAsPossible: return .unlimited
    case .multiple(let factor): return .multiple(factor)
    }
  }
}
