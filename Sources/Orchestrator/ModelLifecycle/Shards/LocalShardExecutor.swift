// Shards as processes of this machine.

import Foundation

/// Runs so many processes at a time; one that dies is begun again, a few times.
package struct LocalShardExecutor: ShardExecutor {
  package let processes: Int
  /// Times that a shard is begun before it is given up.
  package let attempts: Int
  /// Cores that shards may use, as `taskset` writes them; nil for all. An engine's cores are left out.
  package let cores: String?

  package init(processes: Int, attempts: Int = 3, cores: String? = nil) {
    precondition(processes >= 1 && attempts >= 1, "shards need a process and an attempt")
    self.processes = processes
    self.attempts = attempts
    self.cores = cores
  }

  package func run(
    _ batch: ShardBatch, isCancelled: @Sendable () -> Bool, finished: (Int) -> Void
  ) throws -> [PoisonedShard] {
    try FileManager.default.createDirectory(atPath: batch.folder.path, withIntermediateDirectories: true)
    var waiting = batch.folder.missing(batch.count)
    var done = batch.count - waiting.count
    var tries: [Int: Int] = [:]
    var poisoned: [PoisonedShard] = []
    var running: [(index: Int, process: Process)] = []
    finished(done)
    while !(waiting.isEmpty && running.isEmpty) {
      if isCancelled() {
        for (_, process) in running { process.terminate() }
        for (_, process) in running { process.waitUntilExit() }
        return poisoned
      }
      while running.count < processes, !waiting.isEmpty {
        let index = waiting.removeFirst()
        tries[index, default: 0] += 1
        running.append((index, try start(index, batch)))
      }
      let ended = running.filter { !$0.process.isRunning }
      running.removeAll { !$0.process.isRunning }
      for (index, process) in ended {
        if batch.folder.output(index) != nil {
          done += 1
          finished(done)
        } else if tries[index, default: 0] < attempts {
          waiting.append(index)
        } else {
          let how = process.terminationReason == .uncaughtSignal ? "was killed by signal" : "ended with code"
          poisoned.append(
            PoisonedShard(
              index: index,
              reason: "it \(how) \(process.terminationStatus), \(attempts) times; the last word was: "
                + batch.lastWords(index)))
        }
      }
      if ended.isEmpty { usleep(5_000) }
    }
    return poisoned.sorted { $0.index < $1.index }
  }

  private func start(_ index: Int, _ batch: ShardBatch) throws -> Process {
    let process = Process()
    let arguments = batch.arguments("\(index)")
    if let cores {
      process.executableURL = URL(filePath: "/usr/bin/taskset")
      process.arguments = ["-c", cores, batch.program] + arguments
    } else {
      process.executableURL = URL(filePath: batch.program)
      process.arguments = arguments
    }
    let errors = "\(batch.folder.path)/shard-\(index).err"
    FileManager.default.createFile(atPath: errors, contents: nil)
    process.standardError = FileHandle(forWritingAtPath: errors)
    process.standardOutput = FileHandle.nullDevice
    process.standardInput = FileHandle.nullDevice
    try process.run()
    return process
  }
}
