// The gate's first part: instruction counts against the baseline.

import Foundation
import Monitoring

/// Counts what the baseline holds, and judges it.
struct InstructionGate {
  let baseline: Baseline
  let file: String

  /// Reads the baseline at `file`.
  init(file: String) throws {
    baseline = try Baseline(file: file)
    self.file = file
  }

  /// Counts the stages of `names`, or all that have a count, in the program at `program`; a planted share is a share of
  /// what the stage takes without it.
  func counts(
    of names: [String]? = nil, program: String = ChildProcess.ownProgram, plants amounts: [String: PlantRequest.Amount]
  ) throws -> [InstructionCount] {
    let all = BaselineCheck.counted(baseline, stages: StageCatalogue.all.map(\.name))
    let stages = names.map { names in all.filter(names.contains) } ?? all
    guard !stages.isEmpty else {
      let reasons = baseline.uncounted.filter { (names ?? []).contains($0.stage) }
      throw BenchFailure.usage(
        "none of these stages is counted: " + reasons.map { "\($0.stage) (\($0.reason))" }.joined(separator: "; "))
    }
    let counter = try InstructionCounter(program: program)
    defer { counter.close() }
    writeError("bench: counting the instructions of \(stages.count) stages under callgrind\n")
    let counts = try counter.count(stages)
    return try planted(counts, amounts, counter)
  }

  /// The counts with those of planted stages taken again.
  func planted(_ counts: [InstructionCount], _ amounts: [String: PlantRequest.Amount]) throws -> [InstructionCount] {
    let counter = try InstructionCounter(program: ChildProcess.ownProgram)
    defer { counter.close() }
    return try planted(counts, amounts, counter)
  }

  private func planted(
    _ counts: [InstructionCount], _ amounts: [String: PlantRequest.Amount], _ counter: InstructionCounter
  ) throws -> [InstructionCount] {
    let planted = counts.filter { amounts[$0.stage] != nil }
    guard !planted.isEmpty else { return counts }
    writeError("bench: counting \(planted.count) again with work planted\n")
    let again = try counter.count(planted.map(\.stage), plants: InstructionGate.plants(planted, amounts))
    let replaced = Dictionary(again.map { ($0.stage, $0) }) { first, _ in first }
    return counts.map { replaced[$0.stage] ?? $0 }
  }

  /// The verdicts on `counts`; with `names`, on those stages only.
  func check(_ counts: [InstructionCount], of names: [String]? = nil) -> BaselineCheck {
    let all = StageCatalogue.all.map(\.name)
    guard let names else { return BaselineCheck(baseline, counts, stages: all) }
    let part = Baseline(
      countedWith: baseline.countedWith, tolerancePercent: baseline.tolerancePercent,
      stages: baseline.stages.filter { names.contains($0.stage) || !all.contains($0.stage) },
      uncounted: baseline.uncounted)
    return BaselineCheck(
      part, counts, stages: all.filter { name in names.contains(name) || part.uncounted.contains { $0.stage == name } })
  }

  /// The turns that make the planted shares of what was counted.
  static func plants(
    _ counts: [InstructionCount], _ amounts: [String: PlantRequest.Amount]
  ) -> [String: Plant] {
    let stages = Dictionary(StageCatalogue.all.map { ($0.name, $0) }) { first, _ in first }
    var plants: [String: Plant] = [:]
    for count in counts {
      guard case .percent(let percent) = amounts[count.stage], let stage = stages[count.stage] else { continue }
      let perSample = Double(count.instructions) / Double(CountingPlan.samples(stage))
      plants[count.stage] = .instructions(perSample * percent / 100)
    }
    return plants
  }

  /// What this program was counted with, for the baseline.
  static var countedWith: String {
    "\(Provenance.compiler), \(InstructionCounter.version), \(Provenance.architecture)"
  }

  /// A sentence where the baseline was counted with something else; its counts may differ for that reason alone.
  var warning: String? {
    let now = InstructionGate.countedWith
    guard now != baseline.countedWith else { return nil }
    return "bench: \(file) was counted with \(baseline.countedWith), this is \(now): counts may differ for that alone\n"
  }
}
