// Two builds that ran in turns: for each stage the ratio of their medians, round by round.

import Monitoring

/// The rounds of two builds.
package struct InterleavedComparison {
  /// One stage.
  package struct Row {
    package let name: String
    /// p50 of this build over p50 of the base, over the rounds.
    package let ratio: MedianInterval
    /// Nanoseconds, median of the rounds.
    let before: Double
    let after: Double
    let isSameWork: Bool
    package let instructionsBefore: Double?
    package let instructionsAfter: Double?
  }

  package let rows: [Row]
  let onlyBefore: [String]
  let onlyAfter: [String]

  /// `rounds` holds, for each round, the base's results and this build's, which ran right behind each other.
  package init(
    rounds: [(before: [StageResult], after: [StageResult])], instructionsBefore: [String: Double] = [:],
    instructionsAfter: [String: Double] = [:]
  ) {
    let names = rounds.first.map { ($0.before.map(\.name), $0.after.map(\.name)) } ?? ([], [])
    rows = names.1.compactMap { name in
      let pairs = rounds.compactMap { round -> (StageResult, StageResult)? in
        guard let before = round.before.first(where: { $0.name == name }),
          let after = round.after.first(where: { $0.name == name }), before.p50.median > 0
        else { return nil }
        return (before, after)
      }
      guard !pairs.isEmpty else { return nil }
      return Row(
        name: name, ratio: MedianInterval(pairs.map { $1.p50.median / $0.p50.median }),
        before: Spread(pairs.map { $0.0.p50.median }).median, after: Spread(pairs.map { $0.1.p50.median }).median,
        isSameWork: pairs.allSatisfy { $0.checksum == $1.checksum }, instructionsBefore: instructionsBefore[name],
        instructionsAfter: instructionsAfter[name])
    }
    let common = Set(rows.map(\.name))
    onlyBefore = names.0.filter { !common.contains($0) }
    onlyAfter = names.1.filter { !common.contains($0) }
  }

  /// Stages that are slower by more than `limit`, with the whole interval: chance rarely does that.
  package func slower(than limit: Double) -> [Row] { rows.filter { $0.ratio.low > limit } }

  /// One line a stage.
  package var table: String {
    var table = TextTable(header: [
      "stage", "p50 before", "p50 after", "ratio", "[low", "high]", "instr. before", "after", "change", "note",
    ])
    for row in rows {
      let change = row.instructionsBefore.flatMap { before in row.instructionsAfter.map { ($0 / before - 1) * 100 } }
      table.add([
        row.name, time(row.before), time(row.after), decimal(row.ratio.median), decimal(row.ratio.low),
        decimal(row.ratio.high), BaselineCheck.text(row.instructionsBefore), BaselineCheck.text(row.instructionsAfter),
        change.map(BaselineCheck.percent) ?? "-", note(row),
      ])
    }
    var text = table.text()
    if let coverage = rows.map(\.ratio.coverage).min() {
      text +=
        "\nratio: median over the rounds of p50 after / p50 before; [low high] holds the true median with "
        + "probability \(NumberText.decimal(coverage * 100, places: 1))% (order statistics)\n"
    }
    if !onlyBefore.isEmpty { text += "only before: \(onlyBefore.joined(separator: ", "))\n" }
    if !onlyAfter.isEmpty { text += "only after: \(onlyAfter.joined(separator: ", "))\n" }
    return text
  }

  private func note(_ row: Row) -> String {
    if !row.isSameWork { return "different work" }
    guard row.ratio.excludesOne else { return "" }
    return row.ratio.median > 1 ? "slower" : "faster"
  }

  private func decimal(_ value: Double) -> String { NumberText.decimal(value, places: 3) }
  private func time(_ nanoseconds: Double) -> String { NumberText.duration(nanoseconds: nanoseconds) }
}
