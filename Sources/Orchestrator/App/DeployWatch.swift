// `trader deploy watch` and `build`: the loop that renews models, in processes of their own and of low priority.
import ArgumentParser
import Backtest
import Engine
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Optimization
import Performance
import Risk
import Storage
import TradingDomain

/// What a build needs besides the job.
struct DeployBuildOptions: ParsableArguments {
  @Option(help: "Folder of the market store that challengers learn from.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "Feature schema: a name that `trader features list` knows, or a schema file.")
  var schema = FeatureSchema.v2.name
  @Option(help: "Configuration file (TOML): strategy, costs, limits.")
  var config: String?
  @Option(help: "Bars from decision to outcome.")
  var horizon = 5
  @Flag(help: "Choose the features anew for every challenger.")
  var select = false
  @Option(help: "Search space (TOML) of every challenger: model, strategy, handling of orders; see config/spaces.")
  var space: String?
  @Option(help: "Plans that the search tries for a challenger.")
  var trials = 16
  @Option(
    help: "Try an ensemble beside the trees, of these members: logistic, trees, lstm, transformer, with commas.")
  var members: String?
  @Option(help: "How the processes share the processor: idle takes only what nobody else wants, low, or usual.")
  var priority = LowPriority.idle
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1

  var arguments: [String] {
    ["--data", data, "--symbol", symbol, "--schema", schema, "--horizon", "\(horizon)", "--seed", "\(seed)"]
      + ["--priority", priority.rawValue]
      + (config.map { ["--config", $0] } ?? []) + (select ? ["--select"] : [])
      + (space.map { ["--space", $0, "--trials", "\(trials)"] } ?? []) + (members.map { ["--members", $0] } ?? [])
  }

  func validate() throws {
    guard (1...1_000).contains(trials) else {
      throw ValidationError("--trials is \(trials), but must be 1 to 1000.")
    }
    if let members { _ = try MemberOptions.kinds(members) }
  }

  func settings() throws -> RunSettings {
    try RunSettings(
      instrument: tradableInstrument(symbol), file: try config.map(ConfigurationFile.read), seed: seed)
  }

  /// The market of the stored sessions from `from` to `to`.
  func market(from: SessionDate, to: SessionDate, settings: RunSettings) throws -> WalkForwardMarket {
    let features = try barSchema(schema)
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    let store = try MarketStore(root: data)
    let plan = try MarketPlan.stored(
      store, instrument: settings.instrument, from: from, to: to, barDuration: duration,
      assumptions: settings.assumptions, schema: features)
    return try WalkForwardMarket.stored(store, plan: plan, barDuration: duration, schema: features)
  }

  /// What builds challengers for `market`.
  func builder(_ settings: RunSettings, barsOnly: Bool, measured: Bool) throws -> SearchedChallengerBuilder {
    let features = try barSchema(schema)
    var plan = FitterPlan(schema: features)
    plan.strategy = settings.strategy
    plan.training.seed = seed
    plan.training.horizonBars = horizon
    if select { plan.selection = SelectionPlan() }
    let limits =
      barsOnly ? settings.limits.forBars(of: .seconds(Int64(features.barSeconds))) : settings.limits
    let trees = SearchPlan(
      fitter: plan, limits: limits, execution: settings.execution, instrument: settings.instrument)
    let now: @Sendable () -> UInt64 = { UInt64(monotonicNow().count) }
    return SearchedChallengerBuilder(
      plan: trees, ensemble: try ensemble(beside: trees, settings), space: try searched(trees), trials: trials,
      fillModels: [
        "a tick worse": {
          $0.entryTicks += 1
          $0.stopTicks += 1
        },
        "targets at a touch": { $0.penetrationTicks = 0 },
      ], clock: measured ? now : nil
    ) { [settings] execution in
      try BarFillModel(
        instrument: settings.instrument, fees: settings.fees, assumptions: settings.assumptions, execution: execution)
    }
  }

  private func ensemble(beside trees: SearchPlan, _ settings: RunSettings) throws -> SearchPlan? {
    guard let members else { return nil }
    var ensemble = trees
    let plan = MemberPlan()
    ensemble.fitter.training = plan.forest
    ensemble.fitter.training.seed = seed
    ensemble.fitter.training.horizonBars = horizon
    ensemble.fitter.strategy = settings.strategyOfEnsembles
    ensemble.members = SearchPlan.MemberChoice(
      kinds: try MemberOptions.kinds(members), plan: plan, deadZoneTicks: MemberOptions.standardFlatTicks)
    return ensemble
  }

  private func searched(_ plan: SearchPlan) throws -> SearchSpace? {
    guard let space else { return nil }
    let found = try SpaceFile.space(space)
    if let problem = plan.problem(with: found) { throw CommandFailure(.badInput, "\(space): \(problem).") }
    if let limit = found.parameters.first(where: { RiskSetting.named($0.name) != nil }) {
      throw CommandFailure(
        .badInput,
        "\(space): '\(limit.name)' is a limit, and limits are set by people. Take it out; `trader optimize` may "
          + "search it for you to decide.")
    }
    return found
  }
}

struct DeployBuild: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Builds the challenger that the pipeline ordered; `watch` runs it.",
    discussion: "Runs with the lowest priority, learns from the newest stored sessions, and writes model and evidence.")
  @OptionGroup var folder: DeployFolder
  @OptionGroup var options: DeployBuildOptions
  @Option(help: "Number of the job.")
  var job: Int
  @Flag(help: .hidden)
  var supervised = false

  func run() throws {
    options.priority.enter()
    if supervised { LowPriority.endWithParent() }
    let state = try folder.engine().state
    guard let ordered = state.job, ordered.number == job else {
      throw CommandFailure(
        .badInput, "--job \(job): the pipeline has not ordered it. `trader deploy status` shows jobs.")
    }
    let settings = try options.settings()
    let store = try MarketStore(root: options.data)
    let days = try Self.days(store, options.symbol).filter { ordered.orderedOn.isEmpty || "\($0)" <= ordered.orderedOn }
    if let id = ordered.corrects { return try correct(id, days, settings) }
    guard let last = days.last else {
      throw CommandFailure(
        .badInput, "\(options.data): holds no session of \(options.symbol) until \(ordered.orderedOn).")
    }
    let first = days[max(0, days.count - ordered.sessions)]
    let market = try options.market(from: first, to: last, settings: settings)
    let sessions = market.tapeSessions(expirySessions: settings.limits.expirySessions)
    let builder = try options.builder(settings, barsOnly: market.hasBarsOnly, measured: true)
    let past = PastBars(
      instrument: market.instrument, bars: market.bars, sessions: sessions, from: sessions[0].session.open,
      before: sessions[sessions.count - 1].session.close, warmUpBars: builder.warmUpBars)
    let registry = try ModelRegistry(path: folder.models + "/registry.sqlite")
    let parent = try state.champion.map { try folder.find($0.id).id }
    let built = try builder.build(past, trialsBefore: Double(try registry.trialCount()))
    let artifact = try write(built, first: first, last: last, bars: past.bars, parent: parent)
    try registry.register(artifact, at: Date())
    try registry.recordTrial(
      study: "challenger \(options.symbol)", settings: "job \(job): \(ordered.reason)",
      score: built.evidence.sessions.reduce(0, +) / Double(max(1, built.evidence.sessions.count)), at: Date())
    var evidence = built.evidence
    evidence.model = String(artifact.id.hexadecimal.prefix(16))
    try keep(evidence)
    print("built      \(artifact.folder.path)")
  }

  /// New corrections for a model, from the days after those that it learned from.
  private func correct(_ id: String, _ days: [SessionDate], _ settings: RunSettings) throws {
    let parent = try folder.find(id)
    let loaded = try ModelLoader.load(parent)
    let later = days.filter { "\($0)" > parent.manifest.trainedTo }
    guard let first = later.first, let last = later.last else {
      throw CommandFailure(
        .badInput, "\(options.data): holds no session of \(options.symbol) after \(parent.manifest.trainedTo).")
    }
    let market = try options.market(from: first, to: last, settings: settings)
    let sessions = market.tapeSessions(expirySessions: settings.limits.expirySessions)
    let past = PastBars(
      instrument: market.instrument, bars: market.bars, sessions: sessions, from: sessions[0].session.open,
      before: sessions[sessions.count - 1].session.close, warmUpBars: MarketPlan.warmUpBars(for: loaded.schema))
    let found = try Recalibration(of: FittedModel(loaded), parent: id, past: past)
    var files: [String: Data] = [:]
    for name in parent.manifest.files.keys where name != ModelCard.fileName { files[name] = try parent.file(name) }
    files[EnsembleModel.settingsFile] = found.model.files[EnsembleModel.settingsFile].map { Data($0) }
    var manifest = parent.manifest
    manifest.parent = parent.id
    manifest.settings["job"] = "\(job)"
    manifest.settings["recalibrated"] = "\(first) to \(last), judged on the last \(found.evidence.gains.count) sessions"
    let artifact = try ModelArtifact.write(manifest, files: files, under: URL(fileURLWithPath: folder.models))
    try ModelRegistry(path: folder.models + "/registry.sqlite").register(artifact, at: Date())
    var evidence = found.evidence
    evidence.model = String(artifact.id.hexadecimal.prefix(16))
    try keep(evidence)
    print("corrected  \(artifact.folder.path)")
  }

  /// Written last, and whole: the job is done when it is there.
  private func keep(_ evidence: some Encodable) throws {
    let place = folder.models + "/jobs/\(job)"
    try makeFolder(place)
    try Data(jsonText(evidence).utf8).write(to: URL(fileURLWithPath: place + "/evidence.json"), options: .atomic)
  }

  /// Days of the store with bars, in order.
  static func days(_ store: MarketStore, _ symbol: String) throws -> [SessionDate] {
    var days: Set<SessionDate> = []
    for stream in try store.streams(symbol) { days.formUnion(try store.days(symbol, stream)) }
    return days.sorted()
  }

  private func write(
    _ built: BuiltChallenger, first: SessionDate, last: SessionDate, bars: [Bar], parent: ContentHash?
  ) throws -> ModelArtifact {
    let schema = built.model.schema
    let manifest = ModelManifest(
      symbol: options.symbol, schema: schema.name, schemaHash: schema.hashText, barSeconds: schema.barSeconds,
      trainedFrom: "\(first)", trainedTo: "\(last)", dataHash: ContentHash(of: ModelTraining.bytes(bars)),
      seed: options.seed, program: programVersion, parent: parent,
      settings: [
        "job": "\(job)", "horizon_bars": "\(options.horizon)", "rounds": "\(built.model.choices.rounds)",
        "features": built.model.choices.features.joined(separator: " "),
      ],
      validation: [
        "sessions": Double(built.evidence.sessions.count), "trades": Double(built.evidence.trades),
        "effective_trials": built.evidence.effectiveTrials,
      ])
    var files = built.model.files.mapValues { Data($0) }
    files[FeatureSchemaFile.artifactName] = try FeatureSchemaFile(schema).data()
    if let execution = built.model.execution {
      files[ChosenTrading.artifactName] = try ChosenTrading(built.model.strategy, execution).data()
    }
    return try ModelArtifact.write(manifest, files: files, under: URL(fileURLWithPath: folder.models))
  }
}

/// What a process does so that those who trade do not notice it.
enum LowPriority: String, ExpressibleByArgument, CaseIterable {
  case idle, low, usual

  func enter() {
    guard self != .usual else { return }
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
    guard self == .idle else { return }
    var parameter = sched_param(sched_priority: 0)
    // SCHED_IDLE of the kernel, which the C library shows to GNU sources only.
    _ = sched_setscheduler(0, 5, &parameter)
  }

  /// Ends this process when the one that began it is gone: what it makes, nobody would take.
  static func endWithParent() {
    let parent = getppid()
    Thread.detachNewThread {
      while getppid() == parent { usleep(200_000) }
      _exit(ExitStatus.environment.rawValue)
    }
  }
}

struct DeployWatch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Renews models for ever: takes closed sessions in, decides, builds, gates, stages.",
    discussion: """
      Reads closed sessions that `trader run --deployed DIR` leaves in DIR/sessions, steps the pipeline, and builds \
      challengers in a process of the lowest priority. Every step is stored before anything is done about it: kill it \
      whenever you like, and start it again.
      """)
  @OptionGroup var folder: DeployFolder
  @OptionGroup var options: DeployBuildOptions
  @Flag(help: "End when nothing is left to do.")
  var once = false

  func run() throws {
    options.priority.enter()
    let lock = try takeLock()
    defer { close(lock) }
    var engine = try folder.engine()
    // What is wrong with settings or data must be said now, and not in the first build's last words.
    _ = try options.settings()
    let stored = try DeployBuild.days(MarketStore(root: options.data), options.symbol).count
    if engine.state.sessions == 0, engine.state.history == 0 {
      try tell(engine.handle(.history(stored), at: Date()))
    }
    // A job without a process is one whose process died with the last supervisor.
    if let job = engine.state.job, !isBuilt(job) { try tell(engine.handle(.died(job: job.number), at: Date())) }
    var child: Process?
    while true {
      engine = try folder.engine()
      let isBusy = try turn(&engine, &child)
      if once, !isBusy, child == nil { return }
      usleep(child == nil && !isBusy ? 1_000_000 : 50_000)
    }
  }

  /// One turn; true when something was done.
  private func turn(_ engine: inout AutoOptimizationEngine, _ child: inout Process?) throws -> Bool {
    if let facts = try nextSession(after: engine.state.session) {
      try tell(engine.handle(.session(facts), at: Date()))
      return true
    }
    guard let job = engine.state.job else { return false }
    if isBuilt(job) {
      child = nil
      let data = try Data(contentsOf: URL(fileURLWithPath: evidencePath(job)))
      if job.corrects != nil {
        try tell(engine.handle(.corrected(job: job.number, evidence: decoded(data, job)), at: Date()))
      } else {
        try tell(engine.handle(.built(job: job.number, evidence: decoded(data, job)), at: Date()))
      }
      return true
    }
    guard let running = child else {
      child = try start(job)
      return true
    }
    guard !running.isRunning else { return false }
    child = nil
    if running.terminationReason == .uncaughtSignal {
      try tell(engine.handle(.died(job: job.number), at: Date()))
    } else {
      let words = (try? String(contentsOfFile: errorPath(job), encoding: .utf8)) ?? ""
      let last = words.split(separator: "\n").last.map(String.init) ?? "no word"
      try tell(engine.handle(.failed(job: job.number, reason: last), at: Date()))
    }
    return true
  }

  private func decoded<Evidence: Decodable>(_ data: Data, _ job: BuildJob) throws -> Evidence {
    do {
      return try JSONDecoder().decode(Evidence.self, from: data)
    } catch {
      throw CommandFailure(
        .badInput, "\(evidencePath(job)): is no evidence (\(error)). Remove the file; the job is then built again.")
    }
  }

  private func evidencePath(_ job: BuildJob) -> String { folder.models + "/jobs/\(job.number)/evidence.json" }
  private func errorPath(_ job: BuildJob) -> String { folder.models + "/jobs/\(job.number)/errors.txt" }
  private func isBuilt(_ job: BuildJob) -> Bool { FileManager.default.fileExists(atPath: evidencePath(job)) }

  private func start(_ job: BuildJob) throws -> Process {
    try makeFolder(folder.models + "/jobs/\(job.number)")
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      ["deploy", "build", "--models", folder.models, "--job", "\(job.number)", "--supervised"] + options.arguments
    FileManager.default.createFile(atPath: errorPath(job), contents: nil)
    process.standardError = FileHandle(forWritingAtPath: errorPath(job))
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }

  /// The oldest closed session that was not yet taken in.
  private func nextSession(after session: String) throws -> SessionFacts? {
    let place = folder.models + "/sessions"
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []).sorted()
    guard let name = names.first(where: { $0.hasSuffix(".json") && String($0.dropLast(5)) > session }) else {
      return nil
    }
    do {
      return try JSONDecoder().decode(
        SessionFacts.self, from: Data(contentsOf: URL(fileURLWithPath: place + "/" + name)))
    } catch {
      throw CommandFailure(
        .badInput, "\(place)/\(name): is no closed session (\(error)). Move the file away and start again.")
    }
  }

  private func tell(_ notes: [PipelineNote]) {
    // Written at once: whoever watches the watcher reads every step as it is made.
    for note in notes { FileHandle.standardOutput.write(Data((DeployText.line(note) + "\n").utf8)) }
  }

  private func takeLock() throws -> Int32 {
    let path = folder.models + "/watch.lock"
    let file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else {
      throw CommandFailure(
        .environment, "\(path): another `trader deploy watch` works on this folder, or it is not writable.")
    }
    return file
  }
}

struct DeployRehearse: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rehearse", abstract: "Runs the whole pipeline over stored sessions, as if it had run beside them.",
    discussion: """
      The engine trades, models watch, are gated, become canary and champion, lose their edge and are replaced, each \
      challenger a session after the one that it learned from. What this earns is what the policy is worth on that past.
      """)
  @OptionGroup var options: DeployBuildOptions
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Sessions between the order of a challenger and the first that it watches.")
  var delay = 1
  @Flag(help: "Print JSON.")
  var json = false

  struct Output: Encodable {
    var profits: [Double]
    var champions: [String?]
    var story: [PipelineNote]
    var builds: Int
  }

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    guard (1...1_000).contains(delay) else { throw ValidationError("--delay must be 1 to 1000.") }
  }

  func run() throws {
    let settings = try options.settings()
    let market = try options.market(from: from.date, to: to.date, settings: settings)
    let features = try barSchema(options.schema)
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    let engine = EngineConfiguration(
      instrument: settings.instrument, barDuration: duration, schema: features, strategy: settings.strategy,
      execution: settings.execution,
      limits: market.hasBarsOnly ? settings.limits.forBars(of: duration) : settings.limits, fees: settings.fees,
      epoch: 1, modelHash: 0, configurationHash: settings.hash)
    let rehearsal = try LifecycleBacktest(
      market: market, engine: engine, assumptions: settings.assumptions, policy: PipelinePolicy(), delay: delay)
    var bar = ProgressBar(
      label: "rehearsal", unit: "sessions", total: UInt64(market.sessions.count),
      terminal: json ? .silent : .standardError(), now: monotonicNow())
    let result = try rehearsal.run(
      options.builder(settings, barsOnly: market.hasBarsOnly, measured: false)
    ) { bar.update(UInt64($0), now: monotonicNow()) }
    bar.finish()
    if json {
      print(
        try jsonText(
          Output(
            profits: result.profits, champions: result.champions, story: result.story.map(\.note),
            builds: result.builds)))
      return
    }
    for (session, note) in result.story {
      print("\(market.sessions[min(session, market.sessions.count - 1)].session.date)  \(DeployText.line(note))")
    }
    let net = result.profits.reduce(0, +)
    let traded = result.hadTraders.count { $0 }
    print(
      "net        \(DecimalText.signed(net, digits: 2)) BRL over \(result.profits.count) sessions, \(traded) of them "
        + "with a trader; \(result.builds) challengers built, \(result.story.count { $0.note.kind == .born }) passed "
        + "the gate")
  }
}
