// Who runs shards.

import Foundation

/// Shards of one plan that are to be run.
package struct ShardBatch: Sendable {
  /// The program to call: `trader`.
  package var program: String
  package var plan: String
  package var folder: ShardFolder
  package var count: Int

  package init(program: String, plan: String, folder: ShardFolder, count: Int) {
    self.program = program
    self.plan = plan
    self.folder = folder
    self.count = count
  }

  /// The command line of a shard, without the program.
  package func arguments(_ index: String) -> [String] {
    ["shard", "run", "--plan", plan, "--index", index, "--out", folder.path]
  }

  /// The end of what a shard said on standard error.
  func lastWords(_ index: Int) -> String {
    let text = FileManager.default.contents(atPath: "\(folder.path)/shard-\(index).err").map {
      String(decoding: $0.suffix(2_000), as: UTF8.self)
    }
    let line = text?.split(separator: "\n").last.map(String.init)
    return line ?? "nothing on standard error"
  }
}

/// A shard that died as often as it was begun.
package struct PoisonedShard: Hashable, Sendable {
  package var index: Int
  package var reason: String
}

/// Runs the shards that have no result yet.
package protocol ShardExecutor: Sendable {
  /// Comes back when every shard has a result or is given up.
  ///
  /// - Parameter finished: Told how many of the batch have a result.
  /// - Returns: Shards that were given up; the results of the others are in the batch's folder.
  func run(
    _ batch: ShardBatch, isCancelled: @Sendable () -> Bool, finished: (Int) -> Void
  ) throws -> [PoisonedShard]
}
