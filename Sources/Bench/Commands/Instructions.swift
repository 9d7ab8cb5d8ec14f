// `bench instructions`: counts under callgrind, held against the baseline.

import ArgumentParser
import Monitoring

/// Counts the instructions of stages and judges them.
struct Instructions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Count each stage's instructions under callgrind and hold them against the baseline.",
    discussion: """
      Counts do not move with the machine's load, so growth by some per cent is seen. Stages that need a second thread \
      have no stable count; the baseline lists them as uncounted, with the reason.
      """)

  @Option(help: "Only these stages, by name, separated by commas.")
  var stages: String?

  @Option(help: "The baseline.")
  var baseline = "Benchmarks/baseline.json"

  @Option(help: "STAGE=5%: plant needless work into a stage ('all' for each), to see the gate fail.")
  var plant: [PlantRequest] = []

  func run() throws {
    let gate = try InstructionGate(file: baseline)
    let names = try stages.map { try StageCatalogue.named($0).map(\.name) }
    let amounts = try PlantRequest.resolve(plant, stages: StageCatalogue.all.map(\.name))
    if let warning = gate.warning { writeError(warning) }
    let check = gate.check(try gate.counts(of: names, plants: amounts), of: names)
    print(check.table, terminator: "")
    print(check.advice(baseline: baseline), terminator: "")
    guard check.broken.isEmpty else { throw BenchFailure.broken(instructions: check) }
  }
}

extension BenchFailure {
  /// The refusal of counts that the gate does not let through.
  static func broken(instructions check: BaselineCheck) -> BenchFailure {
    .refused(
      "\(check.broken.count) of \(check.verdicts.count) instruction counts are over their baseline or without one: "
        + check.broken.map { verdict in
          verdict.stage + (verdict.percent.map { " " + BaselineCheck.percent($0) } ?? "")
        }.joined(separator: "; "))
  }
}
