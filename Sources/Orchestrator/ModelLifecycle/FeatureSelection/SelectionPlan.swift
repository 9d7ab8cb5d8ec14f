// What a selection is asked to do: folds, forests, probes and seed, with defaults.

package import DecisionForests
import Features
import Foundation
import Validation

/// Settings of ``FeatureSelector``.
package struct SelectionPlan: Hashable, Sendable {
  /// How time is cut into training parts and the test rows that judge them.
  package enum Folds: Hashable, Sendable {
    /// Each test window follows its training part; the first trains on `firstPart` of the labels.
    case walkForward(count: Int, firstPart: Double)
    /// Every label is tested once; training parts surround the test folds.
    case purgedKFold(count: Int)
  }

  package var folds = Folds.walkForward(count: 5, firstPart: 0.4)
  /// Bars that training labels keep from test labels beyond the purge.
  package var embargoBars = 0
  /// Features whose ranks correlate by more than this on average share a cluster, and one stands for all.
  package var redundancy: Float = 0.7
  /// Block bootstraps of the contest with the probes, a fold.
  package var bootstraps = 20
  /// Chance of keeping any useless feature, a fold.
  package var alpha = 0.05
  /// Forests of the contest: shallow and few, since only the order of importance is asked for.
  package var contest = SelectionPlan.contestForest
  /// Forests of the importance measures and of the Hughes curve.
  package var scoring = BoostingParameters()
  /// Rows a block of bootstraps and permutations; nil: the square root of the rows, at least twice the longest label.
  package var blockLength: Int?
  /// Most features that may be chosen.
  package var ceiling = 32
  /// Numbers of features on the curve; nil for a grid up to all of them.
  package var counts: [Int]?
  /// Inner validation rows whose SHAP values are averaged.
  package var contributionRows = 500
  package var seed: UInt64 = 1
  /// Forests that grow at the same time; the result is the same for any number.
  package var workers = 2

  package init() {}

  private static var contestForest: BoostingParameters {
    var parameters = BoostingParameters()
    parameters.rounds = 40
    parameters.maximumDepth = 4
    parameters.learningRate = 0.15
    return parameters
  }

  /// Refuses settings that cannot be meant.
  package func validate() throws(SelectionError) {
    switch folds {
    case .walkForward(let count, let firstPart):
      try SelectionError.require((2...50).contains(count), "folds", "\(count)", "give 2 to 50")
      try SelectionError.require(
        firstPart > 0 && firstPart < 1, "first training part", "\(firstPart)", "give a share between 0 and 1")
    case .purgedKFold(let count):
      try SelectionError.require((2...50).contains(count), "folds", "\(count)", "give 2 to 50")
    }
    try SelectionError.require(embargoBars >= 0, "embargo", "\(embargoBars) bars", "give 0 or more")
    try SelectionError.require(
      redundancy > 0 && redundancy <= 1, "redundancy", "\(redundancy)", "give a correlation above 0, at most 1")
    try SelectionError.require(alpha > 0 && alpha < 1, "alpha", "\(alpha)", "give a chance between 0 and 1")
    try SelectionError.require(
      (1...1_000).contains(bootstraps) && ProbeControl.leastFrequency(bootstraps: bootstraps, alpha: alpha) <= 1,
      "bootstraps", "\(bootstraps)",
      "give at least \(Int((-log2(alpha)).rounded(.up))), at most 1000: "
        + "fewer wins in a row may be chance")
    try SelectionError.require(ceiling >= 1, "ceiling", "\(ceiling)", "give at least 1")
    try SelectionError.require((1...256).contains(workers), "workers", "\(workers)", "give 1 to 256")
    try SelectionError.require(contributionRows >= 1, "SHAP rows", "\(contributionRows)", "give at least 1")
    if let blockLength {
      try SelectionError.require(blockLength >= 1, "block length", "\(blockLength)", "give at least 1 row")
    }
    if let counts {
      try SelectionError.require(
        !counts.isEmpty && counts[0] >= 1 && zip(counts, counts.dropFirst()).allSatisfy(<), "counts", "\(counts)",
        "give rising numbers of features from 1")
    }
    for (name, forest) in [("contest forest", contest), ("scoring forest", scoring)] {
      try SelectionError.require(
        (1...8).contains(forest.maximumDepth) && (1...2_000).contains(forest.rounds)
          && forest.rowSample > 0 && forest.rowSample <= 1 && forest.columnSample > 0 && forest.columnSample <= 1,
        name, "\(forest)", "give a depth of 1 to 8, 1 to 2000 rounds and samples above 0, at most 1")
    }
  }

  /// The splits that judge the selection.
  func splits(_ labels: [Label]) throws -> [Split] {
    let embargo: Embargo = embargoBars > 0 ? .bars(embargoBars) : .none
    switch folds {
    case .walkForward(let count, let firstPart):
      let first = max(1, Int(Double(labels.count) * firstPart))
      return try WalkForward(
        window: .expanding(minimum: first), testLength: (labels.count - first + count - 1) / count, embargo: embargo
      ).splits(labels)
    case .purgedKFold(let count):
      return try PurgedKFold(folds: count, embargo: embargo).splits(labels)
    }
  }

  /// Rows a block, for `labels`.
  func blockLength(_ labels: [Label]) -> Int {
    if let blockLength { return blockLength }
    let span = labels.map { $0.endIndex - $0.startIndex }.max() ?? 1
    let root = Int(Double(labels.count).squareRoot().rounded())
    // At least ten blocks, or a bootstrap has nothing to draw.
    return max(1, min(max(root, 2 * span), labels.count / 10))
  }
}
