// `bench prove`: shows that the gate sees a slowdown, by planting one in each stage.

import ArgumentParser
import Monitoring

/// Plants work into every stage that the gate watches, and fails when the gate lets one pass.
struct Prove: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plant a slowdown in each stage and see the gate refuse it; fails (exit code 5) when one passes.",
    discussion: """
      Instructions: each counted stage gets 2 % more than its baseline and tolerance allow. Allocations: each stage \
      with such a budget gets 64 bytes an operation. Ratios and absolute times: each budget's stage gets what lifts \
      its figure a fifth above the limit. The work is the harness's own, done where stages read the clock; the product \
      is untouched.
      """)

  @Option(help: "Parts to prove, separated by commas: instructions, allocations, ratios, absolute. All unless given.")
  var parts: String?

  @Option(help: "The budget file.")
  var budgets = "Benchmarks/budgets.json"

  @Option(help: "The instruction baseline.")
  var baseline = "Benchmarks/baseline.json"

  func run() throws {
    let parts = try self.parts.map(GatePart.list) ?? Set(GatePart.allCases)
    let file = try BudgetFile(file: budgets, stages: Set(StageCatalogue.all.map(\.name)))
    var proofs: [GateProof] = []
    if parts.contains(.instructions) { proofs += try GateProof.instructions(InstructionGate(file: baseline)) }
    proofs += try GateProof.budgets(file.budgets.filter { parts.contains($0.part) }, terminal: .standardError())
    var table = TextTable(header: ["stage", "watched by", "planted", "gate"])
    for proof in proofs {
      table.add([proof.stage, proof.watch, proof.planted, proof.outcome.rawValue])
    }
    print(table.text(leading: 2), terminator: "")
    let missed = proofs.filter { $0.outcome != .seen }
    guard missed.isEmpty else {
      throw BenchFailure.refused(
        "\(missed.count) of \(proofs.count) planted slowdowns were not seen, or proved nothing: "
          + missed.map { "\($0.watch) of \($0.stage)" }.joined(separator: "; "))
    }
    print("all \(proofs.count) planted slowdowns were seen")
  }
}
