// `trader shard`: one piece of a search, on any machine that sees the same files.
import ArgumentParser
import Foundation
import ModelLifecycle
import Monitoring
import Optimization
import Storage
import TradingDomain

struct ShardCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shard", abstract: "Runs one piece of a search, or joins the pieces' results.",
    discussion: """
      `trader optimize --executor local|slurm` writes plans and calls these commands; docs/how-to/scale-out.md shows \
      how to call them from anything else.
      """, subcommands: [ShardRunCommand.self, ShardMergeCommand.self])
}

struct ShardRunCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Runs shard INDEX of a plan; one that has a result is not run again.")

  @Option(help: "The plan.")
  var plan: String
  @Option(help: "Which of its shards, from 0.")
  var index: Int
  @Option(help: "Folder of the results; made if absent.")
  var out: String

  func run() throws {
    let (plan, hash) = try ShardPlan.read(plan)
    guard plan.items.indices.contains(index) else {
      throw CommandFailure(
        .badInput, "--index \(index): the plan has shards 0 to \(plan.items.count - 1). Give one of them.")
    }
    guard plan.program == programVersion else {
      throw CommandFailure(
        .badInput, "the plan is of version \(plan.program), this is \(programVersion): use that version, or plan anew")
    }
    let folder = ShardFolder(out, planHash: hash)
    if folder.output(index) != nil {
      print("shard \(index) of plan \(hash.prefix(16)) has a result: nothing to do")
      return
    }
    guard let parameters = plan.items[index].set else {
      throw CommandFailure(.badInput, "shard \(index) of the plan has a parameter without a value: plan anew")
    }
    let begun = monotonicNow()
    let objective = try JSONDecoder().decode(ObjectiveRecipe.self, from: Data(plan.objective.utf8)).objective()
    var folds: [FoldScore] = []
    var failure: String?
    let alone = plan.items[index].fold
    for fold in alone.map({ $0..<($0 + 1) }) ?? 0..<objective.foldCount where failure == nil {
      do {
        folds.append(
          try alone == nil
            ? objective.score(parameters, fold: fold) : objective.scoreAlone(parameters, fold: fold))
      } catch {
        failure = "fold \(fold): \(error)"
      }
    }
    try folder.write(ShardOutput(plan: hash, index: index, folds: folds, failure: failure))
    let seconds = Double((monotonicNow() - begun).count) / 1e9
    print("shard \(index) of plan \(hash.prefix(16)): \(failure ?? "\(folds.count) folds"), \(seconds) s")
  }
}

struct ShardMergeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge", abstract: "Joins the results of all shards of a plan, in order, as JSON.")

  @Option(help: "The plan.")
  var plan: String
  @Option(help: "Folder of the results.")
  var out: String

  /// A trial with its scores.
  private struct Row: Encodable {
    var trial: Int
    var parameters: String
    var score: Double?
    var folds: [Double]
    /// Means over the folds.
    var metrics: [String: Double]
    var failure: String?
  }

  func run() throws {
    let (plan, hash) = try ShardPlan.read(plan)
    let outputs = try ShardFolder(out, planHash: hash).merge(plan)
    let rows = plan.trials(Dictionary(uniqueKeysWithValues: outputs.map { ($0.index, $0) })).map { trial in
      var failure: String?
      if case .failed(let reason) = trial.outcome { failure = reason }
      return Row(
        trial: trial.number, parameters: "\(trial.parameters)", score: trial.score, folds: trial.foldScores,
        metrics: trial.metrics, failure: failure)
    }
    print(try jsonText(rows))
  }
}
