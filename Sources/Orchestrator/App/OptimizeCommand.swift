// `trader optimize`: hyper-parameters searched under strict temporal validation, with an honest account of the winner.
import ArgumentParser
import Backtest
import CHotPath
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
  case none, median, halving, hyperband, wilcoxon

  var pruner: Pruner {
    switch self {
    case .none: return .none
    case .median: return .median()
    case .halving: return .halving()
    case .hyperband: return .hyperband()
    case .wilcoxon: return .wilcoxon()
    }
  }
}

/// Who runs trials.
enum ExecutorName: String, CaseIterable, ExpressibleByArgument {
  case threads, local, slurm
}

/// What one shard runs.
enum ShardUnit: String, CaseIterable, ExpressibleByArgument {
  case trial, fold
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
  @Flag(help: "Go on with a study that is there, and fail where there is none; without it either will do.")
  var resume = false
  @Option(help: "Trials that the study shall have.")
  var trials = 100
  @Option(help: "How trials are chosen: \(SamplerName.allCases.map(\.rawValue).joined(separator: ", ")).")
  var sampler = SamplerName.tpe
  @Option(
    help: "When trials are stopped: \(PrunerName.allCases.map(\.rawValue).joined(separator: ", ")). Default: median.")
  var pruner: PrunerName?
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
  @Option(help: "Threads, or processes of --executor local; the study does not depend on it.")
  var workers = 2
  @Option(
    help: "Trials that may be worked on at a time, whatever the workers: trial k knows trials up to k minus this.")
  var batch = 4
  @Option(help: "Where trials run: threads, local (processes of this machine) or slurm (array jobs).")
  var executor = ExecutorName.threads
  @Option(help: "Folder of plans and results of shards. Default: the study's name with .shards.")
  var shards: String?
  @Option(help: "What a shard is: a trial, or one fold of it (a window, or a path of --paths).")
  var shardBy = ShardUnit.trial
  @Option(parsing: .unconditional, help: "Further options of sbatch, separated by spaces.")
  var slurmOptions: String?
  @Option(
    help: "Score by combinatorial purged cross-validation of trees in place of a walk-forward: GROUPS:TESTED, as 6:2.")
  var paths: String?
  @Option(help: "Score an ensemble of these members in place of trees: logistic, trees, lstm, transformer.")
  var members: String?
  @Option(
    help: "Search anew before each of so many blocks of the sessions kept apart, and judge each winner on its block.")
  var nested = 0
  @Flag(help: "End when no trial can be expected to be better by more than the best score's standard error.")
  var untilCertain = false
  @Option(help: "Folder for a report in HTML.")
  var report: String?
  @Option(help: "Minutes after which no trial is begun.")
  var minutes: Double?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    for (name, value, range) in [
      ("--trials", trials, 1...1_000_000), ("--training", training, 1...5_000), ("--folds", folds, 2...100),
      ("--outer", outer, 0...5_000), ("--workers", workers, 1...256), ("--batch", batch, 1...10_000),
      ("--nested", nested, 0...min(50, outer)),
    ] where !range.contains(value) {
      throw ValidationError("\(name) is \(value), but must be \(range.lowerBound) to \(range.upperBound).")
    }
    if members != nil, paths != nil { throw ValidationError("--paths scores trees: leave out --members.") }
    if let minutes, !(minutes > 0) { throw ValidationError("--minutes is \(minutes), but must be above 0.") }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let searched = try SpaceFile.space(space)
    let recipe = try recipe()
    if let problem = try recipe.searchPlan().problem(with: searched) {
      throw CommandFailure(.badInput, "\(space): \(problem)")
    }
    if resume, !FileManager.default.fileExists(atPath: study) {
      throw CommandFailure(.badInput, "--resume: there is no study at \(study). Leave it out to begin one.")
    }
    let objective = try recipe.objective()
    let plan = Study(
      name: name, space: searched, sampler: try sampler.sampler(), seed: seed, direction: .maximise,
      goals: try goal.map { try SearchGoals.goal($0) }, constraints: try keep.map { try SearchGoals.constraint($0) },
      pruner: try chosenPruner().pruner, width: batch)
    let search = SearchRun(
      study: plan, store: StudyStore(try StudyDatabase(path: study)), recipe: recipe, objective: objective,
      ledger: TrialLedger(store: try MarketStore(root: data)), trials: trials, workers: workers,
      minutes: minutes, untilCertain: untilCertain, isByFold: shardBy == .fold, isQuiet: json)
    let executor = try shardExecutor(recipe.settings(instrument))
    let interruption = Interruption()
    let outcome = try interruption.listening {
      try search.run(executor, folder: shards ?? study + ".shards", isCancelled: { interruption.isRequested })
    }
    var result = try SearchResult(
      outcome.study, best: outcome.best, objective: objective,
      count: search.ledger.count(with: search.booked(outcome.best)))
    if nested > 0, !interruption.isRequested {
      result.nested = try NestedSearch(search, blocks: nested).run { interruption.isRequested }
    }
    if let report { try SearchReport.write(outcome.study, result, into: report) }
    print(json ? try jsonText(result) : result.text(resumed: outcome.resumed))
    if interruption.isRequested {
      throw CommandFailure(.interrupted, "interrupted: the same command goes on where this one ended")
    }
  }

  private func recipe() throws -> ObjectiveRecipe {
    let features = try barSchema(schema)
    let store = try MarketStore(root: data)
    return ObjectiveRecipe(
      data: URL(filePath: data).standardizedFileURL.path, symbol: symbol, from: "\(from.date)", to: "\(to.date)",
      dataHash: try ObjectiveRecipe.dataHash(store, symbol, from.date, to.date, features),
      schema: FileManager.default.fileExists(atPath: schema) ? URL(filePath: schema).standardizedFileURL.path : schema,
      schemaHash: features.hashText, configuration: try config.map { try ConfigurationFile.text($0) },
      training: training, folds: folds, outer: outer, groups: try paths.map { try Self.groups($0) },
      members: members, seed: seed)
  }

  /// `6:2`.
  private static func groups(_ text: String) throws -> [Int] {
    let parts = text.split(separator: ":").compactMap { Int($0) }
    guard parts.count == 2, parts[1] >= 1, parts[0] > parts[1], parts[0] <= 20 else {
      throw CommandFailure(.badInput, "--paths \(text): give GROUPS:TESTED, such as 6:2, with at most 20 groups.")
    }
    return parts
  }

  private func chosenPruner() throws -> PrunerName {
    let isWhole = executor != .threads || paths != nil
    if isWhole, let pruner, pruner != .none {
      throw CommandFailure(
        .badInput,
        "--pruner \(pruner.rawValue) stops trials between folds, but \(paths != nil ? "--paths" : "a shard") runs all "
          + "of them at once. Give --pruner none, or leave it out.")
    }
    return pruner ?? (isWhole ? .none : .median)
  }

  /// Nil for threads of this process.
  private func shardExecutor(_ settings: RunSettings) throws -> (any ShardExecutor)? {
    switch executor {
    case .threads: return nil
    case .local:
      // A session on this machine keeps the cores that its configuration gives it.
      let kept = Set([settings.host.pin, settings.host.ioCore].compactMap { $0.map(Int.init) })
      let rest = Self.allowedCores().filter { !kept.contains($0) }
      let cores = kept.isEmpty || rest.isEmpty ? nil : rest.map(String.init).joined(separator: ",")
      return LocalShardExecutor(processes: workers, cores: cores)
    case .slurm:
      return SlurmShardExecutor(options: slurmOptions?.split(separator: " ").map(String.init) ?? [])
    }
  }

  private static func allowedCores() -> [Int] {
    var cores = [CInt](repeating: 0, count: 1024)
    let count = hp_thread_allowed_cores(&cores, CInt(cores.count))
    return cores.prefix(max(0, Int(count))).map { Int($0) }
  }
}
