// One backtest from its request: the same for `trader backtest` and for its verification.
import Accounting
import Backtest
import Engine
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Performance
import Storage
import TradingDomain

struct BacktestRun {
  var request: BacktestManifest.Request
  /// Folder for everything that is written; made if absent.
  var folder: String
  var terminal: Terminal
  /// Windows of a walk-forward that are worked on at a time.
  var workers = 2
  let interruption = Interruption()

  /// What a finished run hands to its report.
  struct Outcome {
    var result: BacktestResult
    var title: String
    var subtitle: String
    var stamps: [ReportStamp]
    var seenSessions = 0
    /// Identity of model or schema, for the manifest.
    var modelHash: String
    var sections: [ReportSection] = []
    var notes: [ReportVerdict] = []
    var journal = "journal.bin"
    var vary: (BacktestVariation) throws -> VariationOutcome
    var shuffled: ((UInt64) throws -> VariationOutcome)?
    /// First day whose data the run read.
    var dataFrom: SessionDate
    var barDuration: Nanoseconds
    var hasBarsOnly: Bool
  }

  /// What every kind of run needs.
  struct Scene {
    var instrument: Instrument
    var settings: RunSettings
    var store: MarketStore
    var from: SessionDate
    var to: SessionDate
  }

  /// Runs and writes report, journal, trades, equity and manifest. Ctrl-C leaves a partial report without a manifest.
  func run() throws -> (RunReport, BacktestResult) { try interruption.listening { try runListening() } }

  private func runListening() throws -> (RunReport, BacktestResult) {
    let instrument = try tradableInstrument(request.symbol)
    let file = try request.configuration.map { try ConfigurationFile.parse($0, path: "the configuration") }
    let settings = try RunSettings(instrument: instrument, file: file, seed: request.seed, isFree: request.noCosts)
    let (from, to) = (try date(request.from), try date(request.to))
    let store = try MarketStore(root: request.data)
    if request.trials == nil { try TrialLedger(store: store).check() }
    // What is wrong with the data or the model must be known before a folder is made.
    let prepared = try request.walkForward.map { try prepare($0, instrument, settings, store, from, to) }
    let loaded = try request.model.map { try ModelLoader.load(try ModelArtifact.find($0)) }
    let others = try request.against.map { try ModelLoader.load(try ModelArtifact.find($0)) }
    let fixedPlan = try loaded.map { try plan(of: $0, instrument, settings, store, from, to) }
    try makeFolder(folder)
    let scene = Scene(instrument: instrument, settings: settings, store: store, from: from, to: to)
    let outcome: Outcome
    if let prepared {
      outcome = try runWalkForward(prepared, scene)
    } else if let loaded, let fixedPlan {
      outcome = try runFixed(loaded, fixedPlan, scene, against: others)
    } else {
      throw CommandFailure(.usage, "give --model or --walk-forward")
    }
    let checks = BacktestChecks(
      level: CheckLevel(rawValue: request.checks) ?? .full, hasBarsOnly: outcome.hasBarsOnly, terminal: terminal,
      interruption: interruption, vary: outcome.vary, shuffled: outcome.shuffled)
    var request = request
    request.trials = try counted(outcome, in: store)
    let bars = try store.barSeries(
      request.symbol, from: outcome.dataFrom, to: to, duration: outcome.barDuration
    ).bars
    let first = outcome.result.sessions.first?.date ?? from
    let opening = bars.firstIndex { BrasiliaTime.local($0.start).date >= first } ?? bars.count
    let setting = MarketSetting(
      warmUp: Array(bars[..<opening]), bars: Array(bars[opening...]), instrument: instrument)
    var extras = try checks.extras(
      outcome.result, setting: setting, settings: settings, seenSessions: outcome.seenSessions,
      trials: request.trials, subtitle: outcome.subtitle)
    let sections = BacktestSections(
      result: outcome.result, setting: setting, capital: settings.capital, seed: request.seed)
    extras.sections = try outcome.sections + sections.all() + extras.sections
    extras.verdicts += outcome.notes
    extras.journal = outcome.journal
    let output = try RunReport(
      title: outcome.title, result: outcome.result, stamps: outcome.stamps, instruments: [instrument], folder: folder,
      extras: extras)
    guard !interruption.isRequested else { return (output, outcome.result) }
    let manifest = BacktestManifest(
      program: programVersion, request: request, modelHash: outcome.modelHash,
      dataHashes: try BacktestManifest.dataHashes(store, symbol: request.symbol, from: outcome.dataFrom, to: to),
      outputs: try BacktestManifest.outputs(in: folder))
    try manifest.write(to: folder)
    return (output, outcome.result)
  }

  /// How often the days of the test have been tried, this run included; a repetition takes it from its manifest.
  private func counted(_ outcome: Outcome, in store: MarketStore) throws -> TrialCount? {
    if let trials = request.trials { return trials }
    guard !outcome.result.isPartial else { return nil }
    let ledger = TrialLedger(store: store)
    let trial = try request.trial(outcome.result, modelHash: outcome.modelHash)
    let count = try ledger.count(with: trial)
    do {
      try ledger.append(trial)
    } catch let failure as CommandFailure {
      // A store that cannot be written is no reason to lose the run.
      FileHandle.standardError.write(Data("trader: \(failure.description)\n".utf8))
    }
    return count
  }

  private func date(_ text: String) throws -> SessionDate {
    guard let date = SessionDate(text) else {
      throw CommandFailure(.badInput, "'\(text)' is no date: write YYYY-MM-DD.")
    }
    return date
  }

  // MARK: One model over the whole period

  private func plan(
    of loaded: LoadedModel, _ instrument: Instrument, _ settings: RunSettings, _ store: MarketStore,
    _ from: SessionDate, _ to: SessionDate
  ) throws -> MarketPlan {
    try MarketPlan.stored(
      store, instrument: instrument, from: from, to: to,
      barDuration: .seconds(Int64(loaded.artifact.manifest.barSeconds)), assumptions: settings.assumptions,
      schema: loaded.schema)
  }

  private func runFixed(
    _ loaded: LoadedModel, _ plan: MarketPlan, _ scene: Scene, against others: [LoadedModel]
  ) throws -> Outcome {
    let settings = scene.settings
    let journal = try JournalWriter(
      path: folder + "/journal.bin",
      capacity: Self.journalCapacity(sessions: plan.sessions.count, barSeconds: loaded.schema.barSeconds))
    let backtester = AdvancedMLBacktester(
      configuration: settings.engineConfiguration(model: loaded, barsOnly: plan.hasBarsOnly),
      forecaster: loaded.forecaster, capital: settings.capital)
    let result = try progress("backtest", total: plan.sessions.count, unit: "sessions") { update in
      try backtester.run(
        plan.sessions, warmUp: plan.warmUp, journal: journal, isCancelled: { interruption.isRequested },
        progress: update)
    }
    try journal.close()
    let overlap = loaded.overlap(with: plan)
    let seed = request.seed
    let (sections, notes) = try beside(result, plan, scene, others)
    return Outcome(
      result: result, title: "Backtest of \(request.symbol), \(scene.from) to \(scene.to)",
      subtitle: "Model \(loaded.artifact.id.hexadecimal.prefix(16)), capital \(settings.capital.brl) BRL",
      stamps: plan.stamps + settings.stamps(model: loaded, seed: seed) + loaded.overlapStamps(with: plan),
      seenSessions: overlap, modelHash: loaded.artifact.id.hexadecimal, sections: sections, notes: notes,
      vary: { try backtester.outcome(of: $0, sessions: plan.sessions, warmUp: plan.warmUp, seed: seed) },
      dataFrom: scene.from.advanced(by: -MarketPlan.warmUpDays(for: loaded.schema)),
      barDuration: .seconds(Int64(loaded.schema.barSeconds)), hasBarsOnly: plan.hasBarsOnly)
  }

  /// The other models on the same sessions, each against the run's own.
  private func beside(
    _ result: BacktestResult, _ plan: MarketPlan, _ scene: Scene, _ others: [LoadedModel]
  ) throws -> ([ReportSection], [ReportVerdict]) {
    guard !others.isEmpty, !result.isPartial else { return ([], []) }
    func entry(_ name: String, _ result: BacktestResult) throws -> ModelComparison.Entry {
      ModelComparison.Entry(
        name: name, profits: try result.curve.profits(sessions: result.sessions.map(\.date)), trades: result.trades)
    }
    let entries = try others.map { other in
      let id = other.artifact.id.hexadecimal.prefix(16)
      let own = try self.plan(of: other, scene.instrument, scene.settings, scene.store, scene.from, scene.to)
      let seen = other.overlap(with: own)
      let backtester = AdvancedMLBacktester(
        configuration: scene.settings.engineConfiguration(model: other, barsOnly: own.hasBarsOnly),
        forecaster: other.forecaster, capital: scene.settings.capital)
      let run = try progress("model \(id)", total: own.sessions.count, unit: "sessions") { update in
        try backtester.run(
          own.sessions, warmUp: own.warmUp, journal: DiscardedJournal(), isCancelled: { interruption.isRequested },
          progress: update)
      }
      return try entry(seen > 0 ? "\(id) (HAS SEEN \(seen) sessions)" : "\(id)", run)
    }
    let comparison = try ModelComparison(baseline: entry("this model", result), others: entries, seed: request.seed)
    let notes = comparison.rows.compactMap { row in
      row.difference.map {
        ReportVerdict(severity: .note, title: "Beside it: \(row.name)", sentence: "\($0.text), against this model.")
      }
    }
    return ([ReportSection("Beside other models", [.table(comparison.table)])], notes)
  }

  /// Records that a journal of `sessions` sessions has room for: every bar of a day decided on twice over, and orders
  /// beyond what the gate lets through in a day.
  static func journalCapacity(sessions: Int, barSeconds: Int) -> Int {
    let recordsOfOrders = 8_192
    return max(1, sessions) * (2 * 86_400 / max(1, barSeconds) + recordsOfOrders)
  }

  /// Runs `work` under a progress bar; it may be told of progress from any thread.
  func progress<Result>(
    _ label: String, total: Int, unit: String, _ work: (@Sendable (Int) -> Void) throws -> Result
  ) rethrows -> Result {
    let bar = SharedProgress(
      ProgressBar(label: label, unit: unit, total: UInt64(total), terminal: terminal, now: monotonicNow()))
    defer { bar.finish() }
    return try work { bar.update($0) }
  }
}

/// A progress bar that several threads may tell, one at a time.
private final class SharedProgress: @unchecked Sendable {
  private let lock = NSLock()
  private var bar: ProgressBar

  init(_ bar: ProgressBar) { self.bar = bar }

  func update(_ done: Int) { lock.withLock { bar.update(UInt64(done), now: monotonicNow()) } }

  func finish() { lock.withLock { bar.finish() } }
}
