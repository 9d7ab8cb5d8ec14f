// `bench check`: the gate that every build must pass.

import ArgumentParser
import Foundation
import Glibc
import Monitoring

/// Counts and measures, holds against baseline and budgets, and fails when one breaks.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The gate: instruction counts, allocations, ratios, times; fails (exit code 5) when one breaks.",
    discussion: """
      Four parts: 'instructions' against the baseline, 'allocations', 'ratios' to a yardstick of the same run, and \
      'absolute' times, all three by the budgets. A time that breaks is measured up to four more times, alone with \
      its yardstick: other work on a shared machine can only slow a stage down. It has broken when no measurement kept \
      it.
      """)

  @Option(help: "Parts to run, separated by commas: instructions, allocations, ratios, absolute. All unless given.")
  var parts: String?

  @Option(help: "The budget file.")
  var budgets = "Benchmarks/budgets.json"

  @Option(help: "The instruction baseline.")
  var baseline = "Benchmarks/baseline.json"

  @Option(help: "Rounds of each measurement.")
  var rounds = 5

  @Option(help: "Pin the measuring thread to this core; the last one unless given.")
  var core: Int?

  @Option(help: "Also write the first measurement's results as JSON to this file.")
  var out: String?

  @Flag(help: "Also write a dated result file below Benchmarks/results, for 'bench report'.")
  var record = false

  @Option(help: "STAGE=5% or STAGE=64B: plant work or memory into a stage ('all' for each), to see the gate fail.")
  var plant: [PlantRequest] = []

  func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds must be 1 to 1000, not \(rounds)") }
    guard !record || plant.isEmpty else { throw ValidationError("--record and --plant exclude each other") }
  }

  func run() throws {
    let parts = try self.parts.map(GatePart.list) ?? Set(GatePart.allCases)
    let file = try BudgetFile(file: budgets, stages: Set(StageCatalogue.all.map(\.name)))
    let amounts = try PlantRequest.resolve(plant, stages: StageCatalogue.all.map(\.name))
    var broken: [String] = []
    var counts: [InstructionCount] = []
    // First, since nothing else may run while times are taken.
    if parts.contains(.instructions) {
      let gate = try InstructionGate(file: baseline)
      if let warning = gate.warning { writeError(warning) }
      counts = try gate.counts(plants: amounts)
      let check = gate.check(counts)
      print(check.table)
      let advice = check.advice(baseline: baseline)
      if !advice.isEmpty { print(advice) }
      if !check.broken.isEmpty { broken.append(BenchFailure.broken(instructions: check).description) }
    }
    let timed = file.budgets.filter { parts.contains($0.part) }
    var results: [StageResult] = []
    if !timed.isEmpty {
      // A session of its own takes the terminal's interrupt key away, so only where there is no terminal.
      raisePriority(inSessionOfItsOwn: isatty(STDIN_FILENO) == 0 && isatty(STDERR_FILENO) == 0)
      let gate = TimedGate(
        budgets: timed, core: core, plan: MeasurementPlan(rounds: rounds, thinning: 1), amounts: amounts)
      let outcome = try gate.run(.standardError())
      results = outcome.results
      print(BenchReport(stages: results).table)
      print(outcome.check.table, terminator: "")
      if !outcome.check.broken.isEmpty {
        broken.append(
          "\(outcome.check.broken.count) of \(timed.count) budgets broke in \(TimedGate.attempts) measurements: "
            + outcome.check.broken.map { "\($0.name) (\($0.stage))" }.joined(separator: "; "))
      }
    }
    if let out { try BenchReport(stages: results).write(to: out) }
    if record { print(try DatedResult(stages: results, counts: counts).write()) }
    guard broken.isEmpty else { throw BenchFailure.refused(broken.joined(separator: "\nbench: ")) }
  }
}
