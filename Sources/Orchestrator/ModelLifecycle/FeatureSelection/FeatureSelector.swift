// The selection from end to end: studies of the folds, the contest with the probes, the curve, the verdict.

import DecisionForests
package import Features
import QuantMath
import Validation

/// Chooses features, and says what the choice is worth out of sample.
///
/// Every step that a test row judges - bins, clusters, ranking, probes - is done anew inside each training part. Only
/// then is the final ranking made on all rows; the curve speaks of the method, the final list is the method applied.
package enum FeatureSelector {
  /// Fewest rows worth studying.
  static let leastRows = 400

  /// Runs the selection. `progress` is told the part done, 0 to 1, by one thread at a time.
  ///
  /// - Parameter baseline: A list of features in use, with a name, on the same labels; nil to compare with none.
  /// - Throws: ``SelectionError``, or what the splitters find wrong with labels and folds.
  package static func select(
    _ rows: SelectionRows, plan: SelectionPlan, baseline: (name: String, rows: SelectionRows)? = nil,
    progress: @escaping @Sendable (Double) -> Void = { _ in }
  ) throws -> FeatureSelection {
    try plan.validate()
    guard rows.count >= leastRows else {
      throw SelectionError(
        what: "the number of labelled rows", value: "\(rows.count)", mend: "give at least \(leastRows)")
    }
    let splits = try plan.splits(rows.labels)
    // The study of everything comes first: it has the most rows.
    let parts: [(train: [Int32], test: [Int32])] =
      [((0..<Int32(rows.count)).map { $0 }, [])]
      + splits.map { ($0.train.map(Int32.init), $0.test.map(Int32.init)) }
    if let short = parts.first(where: { $0.train.count < leastRows / 4 }) {
      throw SelectionError(
        what: "a fold's training part", value: "\(short.train.count) rows after the purge",
        mend: "use more data, fewer folds or a larger first part")
    }
    let work = SelectionWork(rows: rows, plan: plan, parts: parts, progress: progress)
    let studies = work.studies()
    let controls = work.contests(studies)
    let rankings = zip(studies, controls).map { study, control in study.ranking(control) }
    let curve = try work.curve(studies, rankings: rankings)
    let comparison = try baseline.map { baseline in
      try SelectionError.require(
        baseline.rows.labels == rows.labels, "the baseline", "on other labels", "label both on the same bars")
      return work.comparison(
        studies, rankings: rankings, count: curve.points[curve.chosen].count, baseline: baseline.rows,
        name: baseline.name)
    }
    progress(1)
    return FeatureSelection(
      rows: rows, plan: plan, studies: studies, controls: controls, rankings: rankings, curve: curve,
      comparison: comparison)
  }

  /// The curve of one ranking that is the same in every fold, however it came about.
  ///
  /// For rankings from elsewhere, such as a list that is in use. A ranking that was made on these rows has seen the
  /// test rows, and its curve promises too much.
  package static func curve(
    of ranking: [Int], _ rows: SelectionRows, plan: SelectionPlan
  ) throws -> HughesCurve {
    try plan.validate()
    let parts = try plan.splits(rows.labels).map { ($0.train.map(Int32.init), $0.test.map(Int32.init)) }
    let work = SelectionWork(
      rows: rows, plan: plan, parts: [([], [])] + parts, progress: { _ in })
    return try work.curve(
      columns: [nil]
        + parts.map { BinnedColumns(values: rows.values, columnCount: rows.names.count, fittedOn: $0.0) },
      rankings: [[Int]](repeating: ranking, count: parts.count + 1))
  }
}
