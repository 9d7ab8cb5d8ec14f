// `trader optimize`: hyper-parameters searched under strict temporal validation, with an honest account of the winner.
import ArgumentParser
import Backtest
import Engine
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Optimization
import Risk
import Storage
import TradingDomain

/// How trials are chosen.
enum SamplerName: String, CaseIterable, ExpressibleByArgument {
  case random, sobol, grid, adaptive, tpe, gp, cmaes

  func sampler() throws -> any Sampler {
    switch self {
    case .random: return RandomSampler()
    case .sobol: return SobolSampler()
    case .grid: return try GridSampler(resolution: 5)
    case .adaptive: return AdaptiveGridSampler()
    case .tpe: return TreeParzenSampler()
    case .gp: return GaussianProcessSampler()
    case .cmaes: return EvolutionSampler()
    }
  }
}

/// When trials are stopped.
enum PrunerName: String, CaseIterable, ExpressibleByArgument {
  case none, median, halving, wilcoxon

  var pruner: Pruner {
    switch self {
    case .none: return .none
    case .median: return .median()
    case .halving: return .halving()
    case .wilcoxon: return .wilcoxon()
    }
  }
}

struct OptimizeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "optimize", abstract: "Searches hyper-parameters by what they earn after costs on sessions not seen.",
    discussion: """
      Each trial fits a model on the sessions before every fold and trades the fold, costs included. The newest \
      sessions (--outer) belong to no fold: they judge the winner once. Every trial enters the study's database (in \
      Optuna's tables: `optuna-dashboard sqlite:///study.db` opens it) and the store's ledger before it counts. A \
      search that was killed goes on with the same command; the study does not depend on --workers.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "What is searched: a space file; see config/spaces.")
  var space: String
  @Option(help: "The study's database; made if absent.")
  var study: String
  @Option(help: "Name of the study in it.")
  var name = "search"
  @Option(help: "Trials that the study shall have.")
  var trials = 100
  @Option(help: "How trials are chosen: \(SamplerName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sampler = SamplerName.tpe
  @Option(help: "When trials are stopped: \(PrunerName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var pruner = PrunerName.median
  @Option(help: "A further goal, as minimise:drawdown; may be repeated. \(SearchGoals.help)")
  var goal: [String] = []
  @Option(help: "What the winner must keep, as \"drawdown<=300\"; may be repeated.")
  var keep: [String] = []
  @Option(help: "Sessions that a model learns from.")
  var training = 20
  @Option(help: "Folds.")
  var folds = 6
  @Option(help: "Newest sessions, which no trial sees.")
  var outer = 5
  @Option(help: "Feature schema: v2, candidates, or a schema file.")
  var schema = "v2"
  @Option(help: "Configuration file (TOML).")
  var config: String?
  @Option(help: "Trials at a time; the study does not depend on it.")
  var workers = 2
  @Option(help: "Minutes after which no trial is begun.")
  var minutes: Double?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  /// Trials that may be worked on at a time, whatever the workers: part of what determines a study.
  private static let width = 4

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    for (name, value, range) in [
      ("--trials", trials, 1...1_000_000), ("--training", training, 1...5_000), ("--folds", folds, 2...100),
      ("--outer", outer, 0...5_000), ("--workers", workers, 1...256),
    ] where !range.contains(value) {
      throw ValidationError("\(name) is \(value), but must be \(range.lowerBound) to \(range.upperBound).")
    }
    if let minutes, !(minutes > 0) { throw ValidationError("--minutes is \(minutes), but must be above 0.") }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let searched = try SpaceFile.space(space)
    if let problem = FitterPlan.problem(with: searched) { throw CommandFailure(.badInput, "\(space): \(problem)") }
    let objective = try objective(instrument)
    let store = StudyStore(try StudyDatabase(path: study))
    let plan = Study(
      name: name, space: searched, sampler: try sampler.sampler(), seed: seed, direction: .maximise,
      goals: try goal.map { try SearchGoals.goal($0) }, constraints: try keep.map { try SearchGoals.constraint($0) },
      pruner: pruner.pruner, width: Self.width)
    let identity = [
      "data": "\(symbol) \(from.date) to \(to.date)", "folds": "\(folds) of \(training) sessions, \(outer) kept apart",
      "schema": objective.plan.schema.hashText, "configuration": String(try settings(instrument).hash, radix: 16),
      "program": programVersion,
    ]
    let resumed = try store.restore(plan, identity: identity)
    let begun = resumed.history.count
    var bar = ProgressBar(
      label: "trials", unit: "trials", total: UInt64(trials), terminal: json ? .silent : .standardError(),
      now: monotonicNow())
    let ledger = TrialLedger(store: try MarketStore(root: data))
    try ledger.check()
    let interruption = Interruption()
    var finished = begun
    let optimizer = HyperparameterOptimizer(study: resumed) { trial, study in
      let now = Date()
      try store.append(trial, of: study, start: now, end: now)
      if trial.score != nil { try ledger.append(self.booked(trial, identity)) }
      finished += 1
      bar.update(UInt64(finished), now: monotonicNow())
    }
    let best = try interruption.listening {
      try optimizer.run(
        trials: trials, folds: folds, workers: workers,
        limits: SearchLimits(seconds: minutes.map { $0 * 60 }, isCancelled: { interruption.isRequested })
      ) { parameters, fold in try objective.score(parameters, fold: fold) }
    }
    bar.finish()
    let result = try SearchResult(
      optimizer.study, best: best, objective: objective, count: ledger.count(with: booked(best, identity)))
    print(json ? try jsonText(result) : result.text(resumed: begun))
    if interruption.isRequested {
      throw CommandFailure(.interrupted, "interrupted: the same command goes on where this one ended")
    }
  }

  /// A trial as the store's ledger counts it.
  private func booked(_ trial: Trial, _ identity: [String: String]) -> TrialLedger.Trial {
    let text = identity.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "|")
    return TrialLedger.Trial(
      symbol: symbol, from: "\(from.date)", to: "\(to.date)",
      configuration: ContentHash(of: Data("\(text)|\(seed)|\(trial.parameters)".utf8)).hexadecimal, sessions: folds,
      sharpe: trial.metrics["sharpe"])
  }

  private func settings(_ instrument: Instrument) throws -> RunSettings {
    try RunSettings(instrument: instrument, file: config.map { try ConfigurationFile.read($0) }, seed: seed)
  }

  private func objective(_ instrument: Instrument) throws -> WalkForwardObjective {
    let settings = try settings(instrument)
    let features = try barSchema(schema)
    let store = try MarketStore(root: data)
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    let plan = try MarketPlan.stored(
      store, instrument: instrument, from: from.date, to: to.date, barDuration: duration,
      assumptions: settings.assumptions, schema: features)
    let market = try WalkForwardMarket.stored(store, plan: plan, barDuration: duration, schema: features)
    var fitter = FitterPlan(schema: features)
    fitter.training.seed = seed
    fitter.training.patience = 25
    fitter.training.rounds = 200
    fitter.strategy = settings.strategy
    return try WalkForwardObjective(
      market: market, plan: fitter,
      fills: BarFillModel(
        instrument: instrument, fees: settings.fees, assumptions: settings.assumptions, execution: settings.execution),
      limits: market.hasBarsOnly ? settings.limits.forBars(of: duration) : settings.limits,
      execution: settings.execution, training: training, folds: folds, outer: outer)
  }
}
