// `bench diff`: two result files side by side.

import ArgumentParser
import Monitoring

/// Compares two results.
struct Diff: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Put two result files that 'bench run --out' wrote side by side.",
    discussion: """
      Absolute times of two runs on a shared machine differ by a factor of 1.4 to 1.6 without any change of the code; \
      'bench compare' runs two builds in turns instead.
      """)

  @Argument(help: "The earlier result.")
  var before: String

  @Argument(help: "The later result.")
  var after: String

  @Option(help: "Fail (exit code 5) when a stage's p50 has grown by more than this factor.")
  var limit: Double?

  func validate() throws {
    if let limit, !(limit > 0) { throw ValidationError("--limit must be above 0, not \(limit)") }
  }

  func run() throws {
    let comparison = ReportComparison(before: try BenchReport(file: before), after: try BenchReport(file: after))
    guard !comparison.rows.isEmpty else {
      throw BenchFailure.badInput("\(before) and \(after) have no stage in common")
    }
    print(comparison.table, terminator: "")
    guard let limit else { return }
    let slower = comparison.slower(than: limit)
    guard slower.isEmpty else {
      throw BenchFailure.refused(
        "p50 grew by more than \(NumberText.decimal(limit, places: 2))x: "
          + slower.map(\.name).joined(separator: ", "))
    }
  }
}
