// Features chosen anew for every split of a cross-validation, once.

package import Backtest
import Features
import Foundation
import Validation

/// Selects features from the training rows of a split, and remembers the choice.
///
/// What chose the features must not have seen the rows that judge them; what is tried on the same rows with other
/// hyper-parameters finds the same features and need not look again.
package final class SplitSelection: @unchecked Sendable {
  private let names: [String]
  private let plan: SelectionPlan
  private let least: Int
  private let lock = NSLock()
  /// By the rows' places and outcomes.
  private var known: [[Int]: [Int]] = [:]

  /// - Parameters:
  ///   - names: Of the candidates, one a column.
  ///   - least: Features that are used when the selection finds none worth keeping.
  package init(names: [String], plan: SelectionPlan, least: Int) {
    self.names = names
    self.plan = plan
    self.least = least
  }

  /// Places of the chosen columns.
  package func places(_ rows: TrainingRows) throws -> [Int] {
    let moved = rows.moved
    let key = moved.labels.map { 2 * $0.startIndex + ($0.value > 0 ? 1 : 0) }
    if let found = lock.withLock({ known[key] }) { return found }
    let selection = try FeatureSelector.select(
      SelectionRows(
        names: names, values: moved.values, labels: moved.labels, directions: moved.directions,
        weights: moved.weights), plan: plan)
    let chosen = Set(selection.usable(least: least))
    let places = names.indices.filter { chosen.contains(names[$0]) }
    lock.withLock { known[key] = places }
    return places
  }
}

extension FeatureSelection {
  /// Names of what was found worth keeping; where nothing was, the first `least` of the ranking.
  func usable(least: Int) -> [String] {
    chosen.isEmpty ? candidates.sorted { $0.rank < $1.rank }.prefix(least).map(\.name) : chosen
  }
}
