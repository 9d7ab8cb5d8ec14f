// `bench profile`: a stage under a profiler.

import ArgumentParser
import Foundation

/// Runs one stage under perf or callgrind.
struct Profile: ParsableCommand {
  /// The profilers that are known.
  enum Tool: String, ExpressibleByArgument, CaseIterable {
    case perf, callgrind

    /// The program to look for.
    var program: String { self == .perf ? "perf" : "valgrind" }

    /// The Debian package that holds it.
    var package: String { self == .perf ? "linux-perf" : "valgrind" }

    /// The command that profiles `command` and leaves its data in `output`.
    func command(_ command: [String], output: String) -> [String] {
      switch self {
      // cpu-clock works in virtual machines, which have no hardware counters.
      case .perf: return ["perf", "record", "-e", "cpu-clock", "-F", "4000", "-g", "-o", output] + command
      case .callgrind: return ["valgrind", "--tool=callgrind", "--callgrind-out-file=\(output)"] + command
      }
    }

    /// The command that shows the data.
    func show(_ output: String) -> String {
      switch self {
      case .perf: return "perf report --no-children -i \(output)"
      case .callgrind: return "callgrind_annotate \(output)"
      }
    }
  }

  static let configuration = CommandConfiguration(
    abstract: "Run one stage under perf (where time goes) or callgrind (exact instruction counts).",
    discussion: "Without the tool, prints the command that would run and how to install it.")

  @Argument(help: "The stage, or a word of its name.")
  var stage: String

  @Option(help: "perf or callgrind.")
  var tool = Tool.perf

  @Option(help: "Where to leave the profile.")
  var output: String?

  func run() throws {
    _ = try StageCatalogue.select(stage)
    let output = output ?? (tool == .perf ? "perf.data" : "callgrind.out.bench")
    let program = Bundle.main.executablePath ?? CommandLine.arguments[0]
    // Debian's valgrind cannot read the debug information that Swift writes: it gets a copy without, names kept.
    let measured = tool == .callgrind ? output + ".program" : program
    // Counting instructions is fifty times slower than running, and one round gives the same count as many.
    let measure = [measured, "run", "--only", stage] + ["--rounds", tool == .perf ? "20" : "1"]
    let command = tool.command(measure, output: output)
    guard Profile.find(tool.program) != nil else {
      print(command.joined(separator: " "))
      throw BenchFailure.environment("\(tool.program) is not installed; apt-get install \(tool.package)")
    }
    if tool == .callgrind {
      try Profile.execute(["strip", "--strip-debug", "-o", measured, program])
    }
    defer { if tool == .callgrind { try? FileManager.default.removeItem(atPath: measured) } }
    try Profile.execute(command)
    print("profile in \(output); show it with: \(tool.show(output))")
  }

  /// Runs a command to its end, showing it first.
  private static func execute(_ command: [String]) throws {
    writeError("bench: \(command.joined(separator: " "))\n")
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw BenchFailure.environment("\(command[0]) ended with code \(process.terminationStatus)")
    }
  }

  /// The program's path, if it is on PATH.
  private static func find(_ name: String) -> String? {
    (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
