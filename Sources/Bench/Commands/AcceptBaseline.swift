// `bench baseline`: shows the baseline, or takes new counts over on purpose.

import ArgumentParser
import Monitoring

/// Shows or rewrites the baseline.
struct AcceptBaseline: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "baseline", abstract: "Show the instruction baseline, or take new counts over on purpose.",
    discussion: """
      Counts within the tolerance stay as they are: many small steps then still add up to one that breaks. Name the \
      stages that you mean; without names every count that moved is taken over.
      """)

  @Flag(help: "Count, and write what moved by more than the tolerance.")
  var write = false

  @Option(help: "Why the new counts are right; goes into the file.")
  var reason: String?

  @Option(help: "Only these stages, by name, separated by commas.")
  var stages: String?

  @Option(help: "The baseline.")
  var baseline = "Benchmarks/baseline.json"

  func validate() throws {
    guard !write || Baseline.isText(reason) else {
      throw ValidationError("--write needs --reason \"why the new counts are right\"")
    }
  }

  func run() throws {
    let gate = try InstructionGate(file: baseline)
    guard write, let reason else {
      print("counted with \(gate.baseline.countedWith)\n")
      var table = TextTable(header: ["stage", "instructions", "reason"])
      for entry in gate.baseline.stages {
        table.add([entry.stage, BaselineCheck.text(entry.instructions), entry.reason])
      }
      for entry in gate.baseline.uncounted { table.add([entry.stage, "uncounted", entry.reason]) }
      print(table.text(), terminator: "")
      return
    }
    let names = try stages.map { try StageCatalogue.named($0).map(\.name) }
    let counts = try gate.counts(of: names, plants: [:])
    let accepted = gate.baseline.accepting(
      counts, reason: reason, countedWith: InstructionGate.countedWith, stages: StageCatalogue.all.map(\.name))
    print(gate.check(counts, of: names).table, terminator: "")
    let moved = accepted.stages.filter { !gate.baseline.stages.contains($0) }.map(\.stage)
    try accepted.write(to: baseline)
    print(moved.isEmpty ? "nothing moved by more than the tolerance" : "taken over: \(moved.joined(separator: ", "))")
  }
}
