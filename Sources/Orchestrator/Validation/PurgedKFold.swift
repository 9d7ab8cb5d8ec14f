// K-fold cross-validation for labels that overlap in time.

/// K contiguous test folds; the training set is everything else, purged and under embargo.
///
/// Trains on the future of each test fold, which makes the most of little data but is no rehearsal of trading: for that
/// see ``WalkForward``.
package struct PurgedKFold: Hashable, Sendable {
  /// Number of folds, at least 2.
  package var folds: Int
  package var embargo: Embargo

  package init(folds: Int, embargo: Embargo = .none) {
    self.folds = folds
    self.embargo = embargo
  }

  /// The splits in order of their test folds; every label is tested exactly once.
  ///
  /// - Parameter labels: Sorted by start time.
  package func splits(_ labels: [Label]) throws(ValidationError) -> [Split] {
    try require(folds >= 2, "folds", folds, "at least 2")
    try embargo.check()
    try Purge.check(labels)
    if labels.count < folds { throw .tooFewLabels(count: labels.count, needed: folds, purpose: "\(folds) folds") }
    var splits: [Split] = []
    for (number, fold) in Purge.runs(count: labels.count, parts: folds).enumerated() {
      splits.append(try Purge.split(labels, testing: [fold], embargo: embargo, number: number))
    }
    return splits
  }
}
