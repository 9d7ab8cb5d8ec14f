// Holds instruction counts against the baseline.

import Monitoring

/// What became of one stage's count.
package struct CountVerdict: Equatable {
  package enum Outcome: Equatable {
    case kept
    /// Fewer instructions than the baseline by more than the tolerance: to be taken over, or the gain can be lost
    /// unnoticed.
    case improved
    case grown
    /// The catalogue has the stage, the baseline has not.
    case withoutBaseline
    /// The baseline has the stage, the catalogue has not.
    case gone
  }

  package let stage: String
  package let before: Double?
  package let after: Double?
  package let tolerancePercent: Double
  package let outcome: Outcome

  /// Growth in per cent; negative for fewer instructions.
  package var percent: Double? {
    guard let before, let after else { return nil }
    return (after / before - 1) * 100
  }

  /// Whether the gate lets the stage through.
  package var passes: Bool { outcome == .kept || outcome == .improved }
}

/// The verdicts on all stages, and their table.
package struct BaselineCheck {
  package let verdicts: [CountVerdict]

  /// Judges `counts` of the stages `existing`; a stage is counted, or listed as uncounted, or it does not pass.
  package init(_ baseline: Baseline, _ counts: [InstructionCount], stages existing: [String]) {
    let measured = Dictionary(counts.map { ($0.stage, $0.perOperation) }) { first, _ in first }
    let entries = Dictionary(baseline.stages.map { ($0.stage, $0) }) { first, _ in first }
    let uncounted = Set(baseline.uncounted.map(\.stage))
    var verdicts = existing.filter { !uncounted.contains($0) }.map { stage in
      guard let entry = entries[stage], let after = measured[stage] else {
        return CountVerdict(
          stage: stage, before: entries[stage]?.instructions, after: measured[stage],
          tolerancePercent: baseline.tolerancePercent, outcome: .withoutBaseline)
      }
      return CountVerdict(
        stage: stage, before: entry.instructions, after: after, tolerancePercent: baseline.tolerance(entry),
        outcome: baseline.outcome(entry, after))
    }
    for stage in baseline.stages.map(\.stage) + baseline.uncounted.map(\.stage) where !existing.contains(stage) {
      verdicts.append(
        CountVerdict(
          stage: stage, before: entries[stage]?.instructions, after: nil, tolerancePercent: baseline.tolerancePercent,
          outcome: .gone))
    }
    self.verdicts = verdicts
  }

  /// The stages that the gate does not let through.
  package var broken: [CountVerdict] { verdicts.filter { !$0.passes } }

  /// Stages to count for this baseline.
  package static func counted(_ baseline: Baseline, stages existing: [String]) -> [String] {
    let uncounted = Set(baseline.uncounted.map(\.stage))
    return existing.filter { !uncounted.contains($0) }
  }

  /// One line a stage.
  package var table: String {
    var table = TextTable(header: ["stage", "verdict", "baseline", "now", "change", "allowed"])
    for verdict in verdicts {
      table.add([
        verdict.stage, verdict.word, BaselineCheck.text(verdict.before), BaselineCheck.text(verdict.after),
        verdict.percent.map { BaselineCheck.percent($0) } ?? "-",
        "+" + NumberText.decimal(verdict.tolerancePercent, places: 1) + "%",
      ])
    }
    return table.text(leading: 2)
  }

  /// What to do about the stages that are better or worse; empty when there is nothing to say.
  package func advice(baseline file: String) -> String {
    var lines = broken.map { verdict in
      switch verdict.outcome {
      case .withoutBaseline:
        return "\(verdict.stage) has no baseline: run 'bench baseline --write --stages \(verdict.stage) --reason "
          + "\"...\"', or, if it needs a second thread, list it under 'uncounted' in \(file) with the reason"
      case .gone:
        return "\(verdict.stage) stands in \(file) but does not exist any more: run 'bench baseline --write --reason "
          + "\"...\"'"
      default:
        return "\(verdict.stage) takes \(BaselineCheck.text(verdict.after)) instructions an operation, before "
          + "\(BaselineCheck.text(verdict.before)): \(BaselineCheck.percent(verdict.percent ?? 0)), allowed is "
          + "+\(NumberText.decimal(verdict.tolerancePercent, places: 1))%. See where with 'bench profile "
          + "\(verdict.stage) --tool callgrind'; accept on purpose with 'bench baseline --write --stages "
          + "\(verdict.stage) --reason \"...\"'"
      }
    }
    let improved = verdicts.filter { $0.outcome == .improved }.map(\.stage)
    if !improved.isEmpty {
      lines.append(
        "fewer instructions than the baseline; keep the gain with 'bench baseline --write --stages "
          + "\(improved.joined(separator: ",")) --reason \"...\"'")
    }
    return lines.map { $0 + "\n" }.joined()
  }

  static func text(_ instructions: Double?) -> String {
    instructions.map { NumberText.decimal($0, places: $0 < 1_000 ? 2 : 0) } ?? "-"
  }

  static func percent(_ value: Double) -> String {
    // Not -0.00%.
    (value < -0.005 ? "-" : "+") + NumberText.decimal(abs(value), places: 2) + "%"
  }
}

extension CountVerdict {
  /// For tables.
  fileprivate var word: String {
    switch outcome {
    case .kept: return "kept"
    case .improved: return "better"
    case .grown: return "BROKEN"
    case .withoutBaseline: return "NO BASELINE"
    case .gone: return "GONE"
    }
  }
}
