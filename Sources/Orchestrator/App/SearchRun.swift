// A search from its first trial to its last, whoever runs the trials, with the books kept.
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Optimization
import Performance
import Storage

/// Runs the missing trials of a study and writes each down before it counts.
struct SearchRun {
  let study: Study
  let store: StudyStore
  let recipe: ObjectiveRecipe
  let objective: any TrialObjective
  let ledger: TrialLedger
  let trials: Int
  let workers: Int
  let minutes: Double?
  let untilCertain: Bool
  /// Whether each fold is a shard of its own.
  let isByFold: Bool
  let isQuiet: Bool

  struct Outcome {
    var study: Study
    var best: Trial
    /// Trials of earlier runs.
    var resumed: Int
  }

  /// - Parameters:
  ///   - executor: Who runs trials as shards; nil for threads of this process.
  ///   - folder: Of plans and results of shards.
  func run(
    _ executor: (any ShardExecutor)?, folder: String, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Outcome {
    let resumed = try store.restore(study, identity: recipe.identity())
    try ledger.check()
    var bar = ProgressBar(
      label: "trials", unit: "trials", total: UInt64(trials), terminal: isQuiet ? .silent : .standardError(),
      now: monotonicNow())
    var finished = resumed.history.count
    let optimizer = HyperparameterOptimizer(study: resumed) { trial, study in
      let now = Date()
      try store.append(trial, of: study, start: now, end: now)
      if trial.score != nil { try ledger.append(booked(trial)) }
      finished += 1
      bar.update(UInt64(finished), now: monotonicNow(), note: Self.note(study, and: trial))
    }
    defer { bar.finish() }
    let limits = SearchLimits(
      seconds: minutes.map { $0 * 60 }, endsWhenCertain: untilCertain, isCancelled: isCancelled)
    let best: Trial
    if let executor {
      best = try optimizer.runBatches(trials: trials, limits: limits) { batch in
        try shards(batch, executor, folder, isCancelled)
      }
    } else {
      best = try optimizer.run(trials: trials, folds: objective.foldCount, workers: workers, limits: limits) {
        parameters, fold in
        try objective.score(parameters, fold: fold)
      }
    }
    return Outcome(study: optimizer.study, best: best, resumed: resumed.history.count)
  }

  /// The best score so far, and how it came to be.
  private static func note(_ study: Study, and trial: Trial) -> String {
    var best: [Double] = []
    for score in (study.history + [trial]).compactMap(\.score) {
      best.append(best.last.map { study.direction == .maximise ? max($0, score) : min($0, score) } ?? score)
    }
    guard let last = best.last else { return "no score yet" }
    return "best \(DecimalText.signed(last, digits: 2))  \(Sparkline.text(best, width: 12, unicode: false))"
  }

  private func shards(
    _ batch: [(number: Int, parameters: ParameterSet)], _ executor: any ShardExecutor, _ folder: String,
    _ isCancelled: @Sendable () -> Bool
  ) throws -> [Trial] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let plan = ShardPlan(
      program: programVersion, objective: String(decoding: try encoder.encode(recipe), as: UTF8.self),
      items: batch.flatMap { number, parameters in
        isByFold
          ? (0..<objective.foldCount).map { ShardPlan.Item(trial: number, fold: $0, parameters: parameters) }
          : [ShardPlan.Item(trial: number, parameters: parameters)]
      })
    let folder = URL(filePath: folder).standardizedFileURL.path
    let (path, hash) = try plan.write(into: folder)
    let results = ShardFolder("\(folder)/\(hash.prefix(16))", planHash: hash)
    let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
    let poisoned = try executor.run(
      ShardBatch(program: program, plan: path, folder: results, count: plan.items.count), isCancelled: isCancelled
    ) { _ in }
    if isCancelled() { return [] }
    let reasons = Dictionary(poisoned.map { ($0.index, $0.reason) }) { first, _ in first }
    let outputs = plan.items.indices.compactMap { index in results.output(index).map { (index, $0) } }
    return plan.trials(Dictionary(uniqueKeysWithValues: outputs), reasons: reasons)
  }

  /// A trial as the store's ledger counts it.
  func booked(_ trial: Trial) throws -> TrialLedger.Trial {
    let text = try recipe.identity().sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
      .joined(separator: "|")
    return TrialLedger.Trial(
      symbol: recipe.symbol, from: recipe.from, to: recipe.to,
      configuration: ContentHash(of: Data("\(text)|\(study.seed)|\(trial.parameters)".utf8)).hexadecimal,
      sessions: objective.foldCount, sharpe: trial.metrics["sharpe"])
  }
}
