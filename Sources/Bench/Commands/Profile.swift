// `bench profile`: where a stage spends its time, as a picture and as the ten hottest lines.

import ArgumentParser
import Foundation
import Monitoring

/// Runs one stage under perf or callgrind and shows what it found.
struct Profile: ParsableCommand {
  /// The profilers that are known.
  enum Tool: String, ExpressibleByArgument, CaseIterable {
    case perf, callgrind
  }

  static let configuration = CommandConfiguration(
    abstract: "Draw a flame graph of one stage and name its ten hottest lines.",
    discussion: """
      perf samples where time goes; where it is missing or forbidden, callgrind counts instructions. What prepares a \
      stage is not in the picture. Open the SVG with a browser; each box tells its figures under the pointer.
      """)

  @Argument(help: "The stage's name.")
  var stage: String

  @Option(help: "perf or callgrind; perf where it works unless given.")
  var tool: Tool?

  @Option(help: "The flame graph's file; flame-STAGE.svg unless given.")
  var output: String?

  @Option(help: "Counted or sampled rounds.")
  var rounds: Int?

  func validate() throws {
    if let rounds, !(1...10_000).contains(rounds) {
      throw ValidationError("--rounds must be 1 to 10000, not \(rounds)")
    }
  }

  func run() throws {
    let name = try StageCatalogue.named(stage)[0].name
    let folder = try TemporaryFolder.make("profile")
    defer { try? FileManager.default.removeItem(at: folder) }
    let (used, profile) = try profile(name, folder)
    guard profile.stacks.total > 0 else {
      throw BenchFailure.inconsistent("\(used.rawValue) saw nothing of stage \(name); give more --rounds")
    }
    let unit = used == .perf ? "samples" : "instructions"
    let file = output ?? "flame-\(name).svg"
    let graph = FlameGraph(title: "\(name) under \(used.rawValue)", unit: unit, stacks: profile.stacks)
    do {
      try graph.svg.write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      throw BenchFailure.badInput("\(file): cannot be written (\(error.localizedDescription)); give --output")
    }
    let lines = try HotLines.find(profile.addresses, program: ChildProcess.ownProgram, count: 10)
    print("hottest functions, \(unit) of \(profile.stacks.total)")
    print(table(profile.stacks.hottest(10).map { ($0.name, $0.weight) }, of: profile.stacks.total))
    if !lines.isEmpty {
      print("hottest lines of the program")
      print(table(lines.map { ($0.place, $0.weight) }, of: profile.stacks.total))
    }
    print("flame graph in \(file)")
  }

  private func table(_ rows: [(String, UInt64)], of total: UInt64) -> String {
    rows.map { name, weight in
      let share = NumberText.decimal(Double(weight) / Double(total) * 100, places: 1) + "%"
      return String(repeating: " ", count: max(0, 7 - share.count)) + share + "  " + name + "\n"
    }.joined()
  }

  /// By the tool asked for; else by perf, and by callgrind where perf cannot.
  private func profile(_ stage: String, _ folder: URL) throws -> (Tool, StageProfile) {
    switch tool {
    case .perf: return (.perf, try perf(stage, folder))
    case .callgrind: return (.callgrind, try callgrind(stage, folder))
    case nil:
      do {
        return (.perf, try perf(stage, folder))
      } catch BenchFailure.environment(let reason) {
        writeError("bench: perf cannot be used here (\(reason)); counting instructions instead\n")
        return (.callgrind, try callgrind(stage, folder))
      }
    }
  }

  /// Samples by the CPU clock: virtual machines have no hardware counters.
  private func perf(_ stage: String, _ folder: URL) throws -> StageProfile {
    try ChildProcess.require("perf", package: "linux-perf")
    let data = folder.appendingPathComponent("perf.data").path
    let output = try ChildProcess.run([
      "perf", "record", "-q", "-e", "cpu-clock", "-F", "4000", "-g", "-o", data, "--", ChildProcess.ownProgram, "count",
      "--stages", stage, "--thinning", "1", "--rounds", String(rounds ?? 20),
    ])
    let base = output.split(separator: "\n").compactMap { $0.suffix(after: "base ") }.first.flatMap { UInt($0) } ?? 0
    let script = try ChildProcess.run(["perf", "script", "-i", data, "--no-demangle", "-F", "comm,ip,sym,dso"])
    return StageProfile(perfScript: script, program: ChildProcess.ownProgram, base: base)
  }

  /// Counts with the callers told apart. Debian's valgrind cannot read the debug information that Swift writes: it gets
  /// a copy without, names kept, and lines are looked up in the original afterwards.
  private func callgrind(_ stage: String, _ folder: URL) throws -> StageProfile {
    try ChildProcess.require("valgrind", package: "valgrind")
    try ChildProcess.require("strip", package: "binutils")
    let program = folder.appendingPathComponent("bench").path
    try ChildProcess.run(["strip", "--strip-debug", "-o", program, ChildProcess.ownProgram])
    let dump = folder.appendingPathComponent("dump").path
    try ChildProcess.run(
      [
        "valgrind", "-q", "--tool=callgrind", "--instr-atstart=no", "--separate-callers=48", "--dump-instr=yes",
        "--demangle=no", "--compress-strings=no", "--compress-pos=no", "--callgrind-out-file=\(dump)", program, "count",
        "--stages", stage, "--rounds", String(rounds ?? 1),
      ], environment: InstructionCounter.environment, within: 600)
    // The first dump is the first round; others are alike.
    let text = (try? String(contentsOfFile: dump + ".1", encoding: .utf8)) ?? ""
    return StageProfile(callgrind: text, program: program)
  }
}
