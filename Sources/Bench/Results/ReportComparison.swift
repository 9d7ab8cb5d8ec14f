// Two result files side by side.

import Monitoring

/// How the stages of one run relate to those of another.
package struct ReportComparison {
  /// One stage that both runs have.
  package struct Row {
    package let name: String
    let before: StageResult
    let after: StageResult

    /// p50 after, over p50 before; nil when there is nothing to divide by.
    package var ratio: Double? { before.p50.median > 0 ? after.p50.median / before.p50.median : nil }
    /// Whether the stages did the same work.
    var isSameWork: Bool { before.checksum == after.checksum }
  }

  package let rows: [Row]
  /// Stages of only one of the runs.
  let onlyBefore: [String]
  let onlyAfter: [String]

  package init(before: BenchReport, after: BenchReport) {
    let old = Dictionary(before.stages.map { ($0.name, $0) }) { first, _ in first }
    rows = after.stages.compactMap { stage in old[stage.name].map { Row(name: stage.name, before: $0, after: stage) } }
    let newNames = Set(after.stages.map(\.name))
    onlyBefore = before.stages.map(\.name).filter { !newNames.contains($0) }
    onlyAfter = after.stages.map(\.name).filter { old[$0] == nil }
  }

  /// Stages whose p50 grew by more than the factor `limit`.
  package func slower(than limit: Double) -> [Row] { rows.filter { ($0.ratio ?? 0) > limit } }

  /// One line a stage.
  package var table: String {
    var table = TextTable(header: [
      "stage", "p50 before", "p50 after", "ratio", "p99 before", "p99 after", "note",
    ])
    for row in rows {
      table.add([
        row.name, time(row.before.p50.median), time(row.after.p50.median),
        row.ratio.map { NumberText.decimal($0, places: 2) } ?? "-", time(row.before.p99.median),
        time(row.after.p99.median), row.isSameWork ? "" : "different work",
      ])
    }
    var text = table.text()
    if !onlyBefore.isEmpty { text += "only before: \(onlyBefore.joined(separator: ", "))\n" }
    if !onlyAfter.isEmpty { text += "only after: \(onlyAfter.joined(separator: ", "))\n" }
    return text
  }

  private func time(_ nanoseconds: Double) -> String { NumberText.duration(nanoseconds: nanoseconds) }
}
