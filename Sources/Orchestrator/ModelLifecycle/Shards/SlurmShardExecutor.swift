// Shards as an array job of a Slurm cluster.

import Foundation
import Storage

/// Hands the shards without a result to `sbatch` as one array job, waits for it, and hands in again what died.
///
/// Program, plan and folder must be on a file system that the nodes share, under the same paths. Slurm requeues the
/// shards of a node that goes down by itself.
package struct SlurmShardExecutor: ShardExecutor {
  /// Times that a shard is handed in before it is given up.
  package let attempts: Int
  /// Further options of `sbatch`, such as a partition or a time limit.
  package let options: [String]

  package init(attempts: Int = 3, options: [String] = []) {
    precondition(attempts >= 1, "a shard needs an attempt")
    self.attempts = attempts
    self.options = options
  }

  package func run(
    _ batch: ShardBatch, isCancelled: @Sendable () -> Bool, finished: (Int) -> Void
  ) throws -> [PoisonedShard] {
    try FileManager.default.createDirectory(atPath: batch.folder.path, withIntermediateDirectories: true)
    for attempt in 0..<attempts {
      let missing = batch.folder.missing(batch.count)
      finished(batch.count - missing.count)
      if missing.isEmpty || isCancelled() { return [] }
      try submit(missing, attempt, batch, isCancelled, finished)
    }
    if isCancelled() { return [] }
    return batch.folder.missing(batch.count).map { index in
      PoisonedShard(
        index: index,
        reason: "it died \(attempts) times on the cluster; the last word was: \(batch.lastWords(index))")
    }
  }

  /// The script of the array job.
  package func script(_ indices: [Int], _ batch: ShardBatch) -> String {
    let command = ([batch.program] + batch.arguments("$SLURM_ARRAY_TASK_ID")).map { word in
      word.hasPrefix("$") ? "\"\(word)\"" : "'" + word.replacing("'", with: "'\\''") + "'"
    }.joined(separator: " ")
    return """
      #!/bin/bash
      #SBATCH --job-name=trader-\(batch.folder.planHash.prefix(8))
      #SBATCH --array=\(Self.ranges(indices))
      #SBATCH --cpus-per-task=1
      #SBATCH --requeue
      #SBATCH --output=/dev/null
      #SBATCH --error=\(batch.folder.path)/shard-%a.err
      exec \(command)

      """
  }

  /// `0-3,7`.
  package static func ranges(_ indices: [Int]) -> String {
    var parts: [String] = []
    var first = 0
    while first < indices.count {
      var last = first
      while last + 1 < indices.count, indices[last + 1] == indices[last] + 1 { last += 1 }
      parts.append(first == last ? "\(indices[first])" : "\(indices[first])-\(indices[last])")
      first = last + 1
    }
    return parts.joined(separator: ",")
  }

  private func submit(
    _ indices: [Int], _ attempt: Int, _ batch: ShardBatch, _ isCancelled: @Sendable () -> Bool,
    _ finished: (Int) -> Void
  ) throws {
    let script = "\(batch.folder.path)/job-\(attempt).sh"
    try Data(self.script(indices, batch).utf8).write(to: URL(filePath: script), options: .atomic)
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["sbatch", "--parsable", "--wait"] + options + [script]
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    process.standardInput = FileHandle.nullDevice
    try process.run()
    // The job's number comes at once; the end of the job later.
    let job = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
      .trimmingCharacters(in: .whitespacesAndNewlines)
    var cancelled = false
    while process.isRunning {
      if isCancelled(), !cancelled, !job.isEmpty {
        cancelled = true
        let cancel = Process()
        cancel.executableURL = URL(filePath: "/usr/bin/env")
        cancel.arguments = ["scancel", job]
        try cancel.run()
        cancel.waitUntilExit()
      }
      usleep(100_000)
      finished(batch.count - batch.folder.missing(batch.count).count)
    }
    // sbatch hands on the exit code of a shard; only a job that was never taken is an error here.
    if job.isEmpty {
      let words = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      throw StorageError(
        kind: .environment, path: script,
        problem: "sbatch took no job (code \(process.terminationStatus)): "
          + words.trimmingCharacters(in: .whitespacesAndNewlines),
        mend: "Check `sinfo` on this machine, or use --executor local.")
    }
  }
}
