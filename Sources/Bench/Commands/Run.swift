// `bench run`: measure and show.

import ArgumentParser
import Foundation
import Monitoring

/// Measures stages and prints their table.
struct Run: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measure every stage and print the table.",
    discussion: "Times are per operation, by the processor's cycle counter, in interleaved rounds.")

  @Option(help: "Only stages whose name, or a part of it, begins with one of these words, separated by commas.")
  var only: String?

  @Option(help: "Rounds; every stage runs once in each.")
  var rounds = 7

  @Flag(help: "One tiny round: do the stages still work? The figures mean nothing.")
  var smoke = false

  @Option(help: "Pin the measuring thread to this core; the last one unless given.")
  var core: Int?

  @Option(help: "Also write the results as JSON to this file.")
  var out: String?

  @Flag(help: "Also write a dated result file below Benchmarks/results, for 'bench report'.")
  var record = false

  @Flag(help: "Print the results as JSON instead of the table.")
  var json = false

  func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds must be 1 to 1000, not \(rounds)") }
    guard !record || !smoke else { throw ValidationError("--smoke measures nothing that could be recorded") }
  }

  func run() throws {
    let stages = try StageCatalogue.select(only)
    raisePriority(inSessionOfItsOwn: false)
    var plan = MeasurementPlan.smoke
    if !smoke { plan = MeasurementPlan(rounds: rounds, thinning: 1) }
    let terminal = json ? Terminal.silent : .standardError()
    let results = try Measurement(core: core ?? Cores.usual).run(stages, plan: plan, terminal: terminal)
    let report = BenchReport(stages: results)
    if let out { try report.write(to: out) }
    if record { writeError("bench: recorded \(try DatedResult(stages: results, counts: []).write())\n") }
    print(json ? String(decoding: try report.json(), as: UTF8.self) : report.table, terminator: json ? "\n" : "")
  }
}
