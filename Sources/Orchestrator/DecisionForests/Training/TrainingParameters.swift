// The knobs of a training run, their ranges, and their names in the library.

/// How a forest is grown. The defaults are the library's own, but for the threads and the seed.
package struct TrainingParameters: Hashable, Sendable {
  /// Most rounds to grow; a round is one tree, or one a class.
  package var rounds = 100
  /// Splits on the longest path, 1 to 32.
  package var maximumDepth = 6
  /// When set, trees grow the best leaf first up to this many leaves, still within the depth.
  package var maximumLeaves: Int?
  /// Share of each tree's step that is taken, above 0 and up to 1.
  package var learningRate = 0.3
  /// Least sum of hessians in a child: rows for squared error.
  package var minimumChildWeight = 1.0
  /// Share of rows drawn anew for each tree, above 0 and up to 1.
  package var rowSample = 1.0
  /// Share of columns drawn anew for each tree, above 0 and up to 1.
  package var columnSample = 1.0
  /// L2 penalty of leaf values.
  package var lambda = 1.0
  /// L1 penalty of leaf values.
  package var alpha = 0.0
  /// Least loss reduction of a split.
  package var gamma = 0.0
  /// Histogram bins a feature, 2 to 65,536; at most 255 keeps every feature's thresholds within one byte.
  package var maximumBins = 255
  package var objective = TrainingObjective.squaredError
  /// The objective's own score when nil.
  package var evalMetric: EvaluationMetric?
  /// Key of the row and column draws. The library keeps 32 bits; the two halves are folded into them.
  package var seed: UInt64 = 0
  /// Keep at 1 wherever another core may be busy: the library's threads wait spinning, and two of them on a busy
  /// machine measured five times slower than one.
  package var threads = 1
  /// Rounds without a better validation score after which growing stops and the model is cut back to its best round.
  package var earlyStoppingRounds: Int?
  /// Whether ``TrainedForest/modelJSON`` is wanted beside the binary form.
  package var keepsJSON = false

  package init() {}

  /// The score that is reported and stops the run.
  package var metric: EvaluationMetric { evalMetric ?? objective.usualMetric }

  /// Throws on the first knob out of its range.
  func validate() throws(ForestError) {
    try require(rounds >= 1 && rounds <= 1_000_000, "rounds", "\(rounds)", "from 1 to 1000000")
    try require((1...32).contains(maximumDepth), "maximumDepth", "\(maximumDepth)", "from 1 to 32")
    if let maximumLeaves {
      try require((2...65_536).contains(maximumLeaves), "maximumLeaves", "\(maximumLeaves)", "from 2 to 65536")
    }
    for (name, share) in [("learningRate", learningRate), ("rowSample", rowSample), ("columnSample", columnSample)] {
      try require(share > 0 && share <= 1, name, "\(share)", "above 0 and up to 1")
    }
    let penalties = [
      ("minimumChildWeight", minimumChildWeight), ("lambda", lambda), ("alpha", alpha), ("gamma", gamma),
    ]
    for (name, penalty) in penalties {
      try require(penalty >= 0 && penalty.isFinite, name, "\(penalty)", "0 or more")
    }
    try require((2...65_536).contains(maximumBins), "maximumBins", "\(maximumBins)", "from 2 to 65536")
    try require((1...1_024).contains(threads), "threads", "\(threads)", "from 1 to 1024")
    if let earlyStoppingRounds {
      try require(earlyStoppingRounds >= 1, "earlyStoppingRounds", "\(earlyStoppingRounds)", "1 or more")
    }
    if case .softProbability(let classes) = objective {
      try require((2...65_535).contains(classes), "classes", "\(classes)", "from 2 to 65535")
    }
    try require(
      metric.suits(objective), "evalMetric", metric.rawValue, "a score of what \(objective.libraryName) predicts")
  }

  private func require(_ holds: Bool, _ name: String, _ value: String, _ rule: String) throws(ForestError) {
    if !holds {
      throw ForestError.training(
        source: "training parameters", place: name, problem: "the value is \(value)", mend: "it must be \(rule)")
    }
  }

  /// The knobs by the library's names, in a fixed order.
  ///
  /// - Parameter baseScore: Prediction before the first tree.
  func librarySettings(baseScore: Double) -> [(name: String, value: String)] {
    let foldedSeed = UInt32(truncatingIfNeeded: seed ^ (seed >> 32))
    var settings = [
      ("verbosity", "0"),
      ("booster", "gbtree"),
      ("tree_method", "hist"),
      ("nthread", "\(threads)"),
      ("seed", "\(foldedSeed)"),
      ("objective", objective.libraryName),
      ("eval_metric", metric.rawValue),
      ("base_score", "\(Float(baseScore))"),
      ("max_depth", "\(maximumDepth)"),
      ("eta", "\(learningRate)"),
      ("min_child_weight", "\(minimumChildWeight)"),
      ("subsample", "\(rowSample)"),
      ("colsample_bytree", "\(columnSample)"),
      ("lambda", "\(lambda)"),
      ("alpha", "\(alpha)"),
      ("gamma", "\(gamma)"),
      ("max_bin", "\(maximumBins)"),
    ]
    if let maximumLeaves {
      settings += [("grow_policy", "lossguide"), ("max_leaves", "\(maximumLeaves)")]
    }
    if case .softProbability(let classes) = objective {
      settings.append(("num_class", "\(classes)"))
    }
    return settings
  }
}
