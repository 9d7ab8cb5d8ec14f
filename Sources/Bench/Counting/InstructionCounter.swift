// Counts the instructions of stages: this program under callgrind, as two children at a time.

import Foundation
import Glibc
import Monitoring

/// What callgrind counted of one stage.
package struct InstructionCount: Codable, Equatable {
  package let stage: String
  package let operations: Int
  package let instructions: UInt64

  package init(stage: String, operations: Int, instructions: UInt64) {
    self.stage = stage
    self.operations = operations
    self.instructions = instructions
  }

  /// The harness's share (two readings of the clock and a record in the histogram each sample) is part of it.
  package var perOperation: Double { Double(instructions) / Double(operations) }
}

/// Runs a bench program under callgrind.
///
/// Counts repeat because everything that could vary is held: inputs and thinning are fixed, hashing is not seeded, the
/// environment is the same few variables, and libraries train on one thread.
struct InstructionCounter {
  /// The program without its debug information, which Debian's valgrind cannot read.
  private let program: URL
  private let folder: URL
  /// Seconds a child may take; a stage that waits for another thread would never end.
  private let patience = 240.0

  /// Prepares a copy of the program at `path`.
  init(program path: String) throws {
    try ChildProcess.require("valgrind", package: "valgrind")
    try ChildProcess.require("strip", package: "binutils")
    folder = try TemporaryFolder.make("callgrind")
    program = folder.appendingPathComponent("bench")
    try ChildProcess.run(["strip", "--strip-debug", "-o", program.path, path])
  }

  /// Removes what the counting left.
  func close() { try? FileManager.default.removeItem(at: folder) }

  /// The counts of the stages of these names, in their order.
  func count(_ stages: [String], plants: [String: Plant] = [:]) throws -> [InstructionCount] {
    try prepare(stages)
    let half = (stages.count + 1) / 2
    let parts = [Array(stages.prefix(half)), Array(stages.dropFirst(half))].filter { !$0.isEmpty }
    let started = try parts.map { part in
      let place = folder.appendingPathComponent(UUID().uuidString)
      try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
      let command = self.command(part, plants, into: place)
      return (part, place, command, try ChildProcess(command, environment: environment))
    }
    var counts: [String: InstructionCount] = [:]
    for (part, place, command, child) in started {
      let ending = try child.end(within: patience)
      guard ending.code == 0 else { throw failure(part, command, ending) }
      for count in try read(part, place, ending.output) { counts[count.stage] = count }
    }
    return stages.compactMap { counts[$0] }
  }

  /// Runs the stages once on the bare processor: they work, and the models that they train are kept for the children.
  private func prepare(_ stages: [String]) throws {
    try ChildProcess.run(
      [program.path, "count", "--stages", stages.joined(separator: ",")], environment: environment, within: patience)
  }

  private var environment: [String: String] {
    InstructionCounter.environment.merging([KeptModel.variable: folder.path]) { $1 }
  }

  private func command(_ stages: [String], _ plants: [String: Plant], into place: URL) -> [String] {
    var command = [
      "valgrind", "-q", "--tool=callgrind", "--instr-atstart=no",
      "--callgrind-out-file=\(place.appendingPathComponent("dump").path)", program.path, "count", "--stages",
      stages.joined(separator: ","),
    ]
    for name in stages {
      if let plant = plants[name] { command += ["--turns", "\(name)=\(plant.turns)"] }
    }
    return command
  }

  /// Names the stage that ended the child: the first that did not say it was counted.
  private func failure(_ stages: [String], _ command: [String], _ ending: ChildProcess.Ending) -> BenchFailure {
    let counted = Set(
      ending.output.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
    guard let stage = stages.first(where: { !counted.contains($0) }) else {
      return ChildProcess.failure(command, ending)
    }
    return .environment(
      "stage \(stage) cannot be counted by callgrind; if it needs another thread, or instructions that valgrind does "
        + "not know, list it as uncounted in the baseline: \(ChildProcess.failure(command, ending).description)")
  }

  /// Joins the dumps with the operations that the child told, one line `STAGE OPERATIONS` a stage.
  private func read(_ stages: [String], _ place: URL, _ output: String) throws -> [InstructionCount] {
    var operations: [String: Int] = [:]
    for line in output.split(separator: "\n") {
      let words = line.split(separator: " ")
      if words.count == 2, let count = Int(words[1]) { operations[String(words[0])] = count }
    }
    var totals: [String: UInt64] = [:]
    for file in try FileManager.default.contentsOfDirectory(at: place, includingPropertiesForKeys: nil) {
      let dump = try CallgrindDump(text: String(contentsOf: file, encoding: .utf8), origin: file.path)
      if let name = dump.name { totals[name] = dump.total }
    }
    return try stages.map { stage in
      guard let count = operations[stage], count > 0, let total = totals[stage] else {
        throw BenchFailure.inconsistent(
          "callgrind left no count for stage \(stage); run 'bench instructions --stages \(stage)'")
      }
      return InstructionCount(stage: stage, operations: count, instructions: total)
    }
  }

  /// What a counted program sees of its surroundings.
  static var environment: [String: String] {
    let own = ProcessInfo.processInfo.environment
    var environment = own.filter { ["PATH", "LD_LIBRARY_PATH", "TMPDIR"].contains($0.key) }
    environment["SWIFT_DETERMINISTIC_HASHING"] = "1"
    environment["OMP_NUM_THREADS"] = "1"
    environment["LC_ALL"] = "C"
    return environment
  }

  /// The version of valgrind, for records: what it makes of a program changes with it.
  static var version: String {
    ((try? ChildProcess.run(["valgrind", "--version"])) ?? "unknown")
      .trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
