// What came of a shard: one file, there whole or not at all.

package import Foundation
package import Optimization
import Storage

/// The result of one shard.
package struct ShardOutput: Codable, Equatable, Sendable {
  package struct Fold: Codable, Equatable, Sendable {
    package var score: Double
    package var metrics: [String: Double]
  }

  /// Hash of the plan.
  package var plan: String
  package var index: Int
  package var folds: [Fold]
  /// Why the objective failed; nil if it did not.
  package var failure: String?

  package init(plan: String, index: Int, folds: [FoldScore], failure: String? = nil) {
    self.plan = plan
    self.index = index
    self.folds = folds.map { Fold(score: $0.score, metrics: $0.metrics) }
    self.failure = failure
  }

}

extension ShardPlan {
  /// The trials of the plan, each from its shards; a trial with a shard that failed or is missing has failed.
  ///
  /// - Parameter reasons: Why shards have no result, by index.
  package func trials(_ outputs: [Int: ShardOutput], reasons: [Int: String] = [:]) -> [Trial] {
    var trials: [Trial] = []
    for (index, item) in items.enumerated() where index == 0 || items[index - 1].trial != item.trial {
      guard let set = item.set else { continue }
      var folds: [FoldScore] = []
      var failure: String?
      for place in index..<items.count where items[place].trial == item.trial && failure == nil {
        guard let output = outputs[place] else {
          failure = "shard \(place): \(reasons[place] ?? "it has no result")"
          continue
        }
        failure = output.failure
        folds += output.folds.map { FoldScore($0.score, metrics: $0.metrics) }
      }
      if let failure {
        trials.append(Trial(number: item.trial, parameters: set, failure: failure))
      } else {
        trials.append(Trial(number: item.trial, parameters: set, folds: folds))
      }
    }
    return trials
  }
}

/// The results of a plan's shards in a folder: `shard-INDEX.json`.
package struct ShardFolder: Sendable {
  package let path: String
  package let planHash: String

  package init(_ path: String, planHash: String) {
    self.path = path
    self.planHash = planHash
  }

  package func file(_ index: Int) -> String { "\(path)/shard-\(index).json" }

  /// The result of a shard; nil if it is not there, of another plan, or damaged.
  package func output(_ index: Int) -> ShardOutput? {
    guard let bytes = FileManager.default.contents(atPath: file(index)),
      let output = try? ShardPlan.decoder.decode(ShardOutput.self, from: bytes), output.plan == planHash,
      output.index == index
    else { return nil }
    return output
  }

  /// Writes a result next to its name and renames it there: nobody ever sees a part of it.
  package func write(_ output: ShardOutput) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try ShardPlan.encoder.encode(output).write(to: URL(filePath: file(output.index)), options: .atomic)
  }

  /// Shards without a result, ascending.
  package func missing(_ count: Int) -> [Int] { (0..<count).filter { output($0) == nil } }

  /// All results in order.
  ///
  /// - Throws: ``StorageError`` that names the missing shards.
  package func merge(_ plan: ShardPlan) throws -> [ShardOutput] {
    let missing = missing(plan.items.count)
    guard missing.isEmpty else {
      let names = missing.prefix(10).map(String.init).joined(separator: ", ") + (missing.count > 10 ? ", ..." : "")
      throw StorageError(
        kind: .content, path: path,
        problem: "\(missing.count) of \(plan.items.count) shards have no result of this plan: \(names)",
        mend: "Run them: trader shard run --plan PLAN --index INDEX --out \(path)")
    }
    return plan.items.indices.compactMap { output($0) }
  }
}
