// `bench check`: the latency gate.

import ArgumentParser
import Foundation
import Glibc
import Monitoring

/// Measures the stages that have budgets and fails when one breaks.
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure, hold against the budgets, fail (exit code 5) when one breaks.",
    discussion: """
      A budget that breaks is measured up to four more times, alone with its reference: other work on a shared machine \
      can only slow a stage down. It has broken when no measurement kept it.
      """)

  @Option(help: "The budget file.")
  var budgets = "Benchmarks/budgets.json"

  @Option(help: "Rounds of each measurement.")
  var rounds = 5

  @Option(help: "Pin the measuring thread to this core; the last one unless given.")
  var core: Int?

  @Option(help: "Also write the first measurement's results as JSON to this file.")
  var out: String?

  func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds must be 1 to 1000, not \(rounds)") }
  }

  /// Measurements before a budget counts as broken: a slower build fails all of them, a busy neighbour hardly does.
  static let attempts = 5

  func run() throws {
    let file = try BudgetFile(file: budgets, stages: Set(StageCatalogue.all.map(\.name)))
    // A session of its own takes the terminal's interrupt key away, so only where there is no terminal.
    raisePriority(inSessionOfItsOwn: isatty(STDIN_FILENO) == 0 && isatty(STDERR_FILENO) == 0)
    let measurement = try Measurement(core: core ?? Cores.usual)
    let terminal = Terminal.standardError()
    func measure(_ budgets: [Budget]) throws -> [StageResult] {
      let names = Set(budgets.flatMap { [$0.stage, $0.relativeTo].compactMap { $0 } })
      let stages = StageCatalogue.all.filter { names.contains($0.name) }
      return try measurement.run(stages, plan: MeasurementPlan(rounds: rounds, thinning: 1), terminal: terminal)
    }
    let results = try measure(file.budgets)
    if let out { try BenchReport(stages: results).write(to: out) }
    var check = BudgetCheck(file.budgets, results)
    for attempt in 2...Self.attempts where !check.broken.isEmpty {
      writeError("bench: \(check.broken.count) of \(file.budgets.count) budgets over their limit, attempt \(attempt)\n")
      check.repeated(BudgetCheck(check.broken, try measure(check.broken)))
    }
    print(BenchReport(stages: results).table)
    print(check.table, terminator: "")
    let broken = check.broken
    guard broken.isEmpty else {
      throw BenchFailure.refused(
        "\(broken.count) of \(file.budgets.count) budgets broke in \(Self.attempts) measurements: "
          + broken.map(\.name).joined(separator: "; "))
    }
  }
}
