// Many histories from one: every choice of test groups, rejoined into complete out-of-sample paths.

/// Combinatorial purged cross-validation.
///
/// The labels are cut into N contiguous groups; each of the C(N, k) choices of k groups is tested once. Every group is
/// then tested C(N-1, k-1) times, which gives that many complete out-of-sample paths through the data: a distribution
/// of results instead of one number.
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), chapter 12.
package struct CombinatorialPurgedCV: Hashable, Sendable {
  /// N, at least 3.
  package var groups: Int
  /// k, at least 1 and below N.
  package var testGroups: Int
  package var embargo: Embargo

  /// More splits than this are refused: nobody waits for them, and a typing slip should not be the way to find out.
  package static let maximumSplits = 20_000

  package init(groups: Int, testGroups: Int, embargo: Embargo = .none) {
    self.groups = groups
    self.testGroups = testGroups
    self.embargo = embargo
  }

  /// Number of complete out-of-sample paths: C(N-1, k-1).
  package var pathCount: Int { Combinations.count(of: groups - 1, choose: testGroups - 1) }

  /// The splits, test groups in lexicographic order: (0, 1), (0, 2), ... (N-2, N-1) for k = 2.
  ///
  /// - Parameter labels: Sorted by start time.
  package func splits(_ labels: [Label]) throws(ValidationError) -> [Split] {
    try check()
    try Purge.check(labels)
    if labels.count < groups { throw .tooFewLabels(count: labels.count, needed: groups, purpose: "\(groups) groups") }
    let runs = Purge.runs(count: labels.count, parts: groups)
    var splits: [Split] = []
    for choice in Combinations.all(of: groups, choose: testGroups) {
      splits.append(
        try Purge.split(
          labels, testing: merged(choice.map { runs[$0] }), embargo: embargo, number: splits.count))
    }
    return splits
  }

  /// For every path, the split that predicts each group: `result[path][group]` is an index into ``splits(_:)``.
  ///
  /// Path p takes, for each group, the p-th split that tests it; every (split, group) pair is used exactly once.
  package func paths() throws(ValidationError) -> [[Int]] {
    try check()
    var splitsOfGroup = [[Int]](repeating: [], count: groups)
    for (number, choice) in Combinations.all(of: groups, choose: testGroups).enumerated() {
      for group in choice { splitsOfGroup[group].append(number) }
    }
    return (0..<pathCount).map { path in splitsOfGroup.map { $0[path] } }
  }

  /// Joins out-of-sample predictions into paths: `result[path][label]`.
  ///
  /// - Parameters:
  ///   - predictions: For each split, one value per element of its `test`, in that order.
  ///   - missing: What stands where a path has no prediction.
  package func assemble<Prediction>(
    _ predictions: [[Prediction]], of splits: [Split], missing: Prediction
  ) throws(ValidationError) -> [[Prediction]] {
    let expected = Combinations.count(of: groups, choose: testGroups)
    if splits.count != expected {
      throw .lengthMismatch(name: "splits", count: splits.count, expected: expected)
    }
    if predictions.count != expected {
      throw .lengthMismatch(name: "predictions", count: predictions.count, expected: expected)
    }
    for (number, split) in splits.enumerated() where predictions[number].count != split.test.count {
      throw .lengthMismatch(
        name: "predictions of split \(number)", count: predictions[number].count, expected: split.test.count)
    }
    let labelCount = (splits.flatMap(\.test).max() ?? -1) + 1
    let runs = Purge.runs(count: labelCount, parts: groups)
    return try paths().map { path in
      var series = [Prediction](repeating: missing, count: labelCount)
      for (group, number) in path.enumerated() {
        // The group's place among this split's test positions is where its first label stands there.
        guard let offset = splits[number].test.firstIndex(of: runs[group].lowerBound) else { continue }
        for step in 0..<runs[group].count { series[runs[group].lowerBound + step] = predictions[number][offset + step] }
      }
      return series
    }
  }

  private func check() throws(ValidationError) {
    try require(groups >= 3, "groups", groups, "at least 3")
    try require((1..<groups).contains(testGroups), "testGroups", testGroups, "at least 1 and below groups (\(groups))")
    let count = Combinations.count(of: groups, choose: testGroups)
    try require(count <= Self.maximumSplits, "number of splits", count, "at most \(Self.maximumSplits)")
    try embargo.check()
  }

  /// Joins runs that touch: two neighbouring test groups are one test segment.
  private func merged(_ runs: [Range<Int>]) -> [Range<Int>] {
    var merged: [Range<Int>] = []
    for run in runs {
      if let last = merged.last, last.upperBound == run.lowerBound {
        merged[merged.count - 1] = last.lowerBound..<run.upperBound
      } else {
        merged.append(run)
      }
    }
    return merged
  }
}
