// What a training run is asked to do: horizon, trees, folds and seed, with defaults.

/// Settings of ``BaselineTrainer``.
///
/// Defaults: the predecessor's "xgboost_fast" (50 trees of depth 4, rate 0.15, 80 % of rows and columns, penalties 0.1,
/// outcome 5 bars ahead, no early stopping), since the baseline is what improvements are compared with.
package struct TrainingPlan: Hashable, Sendable {
  /// Bars from the decision to the outcome.
  package var horizonBars = 5
  /// Boosting rounds; with ``patience``, the most of them.
  package var rounds = 50
  package var maximumDepth = 4
  package var learningRate = 0.15
  package var minimumChildWeight = 1.0
  package var rowSample = 0.8
  package var columnSample = 0.8
  package var lambda = 0.1
  package var alpha = 0.1
  /// Rounds without improvement on the inner validation rows after which training stops; nil always grows all rounds.
  package var patience: Int?
  /// Walk-forward test windows.
  package var folds = 4
  /// Part of the labels that the first fold trains on.
  package var firstTrainingPart = 0.4
  package var seed: UInt64 = 1

  package init() {}

  /// Every setting by name, for the manifest and the trial ledger.
  package var settings: [String: String] {
    [
      "horizon_bars": "\(horizonBars)", "rounds": "\(rounds)", "maximum_depth": "\(maximumDepth)",
      "learning_rate": "\(learningRate)", "minimum_child_weight": "\(minimumChildWeight)",
      "row_sample": "\(rowSample)", "column_sample": "\(columnSample)", "lambda": "\(lambda)",
      "alpha": "\(alpha)",
      "patience": "\(patience.map(String.init) ?? "none")", "folds": "\(folds)",
      "first_training_part": "\(firstTrainingPart)",
      "label": "direction of open(t+1) to close(t+horizon), within the session; flats left out",
      "weights": "average uniqueness",
    ]
  }

  /// Refuses settings that cannot be meant.
  package func validate() throws(TrainingError) {
    func check(_ isSatisfied: Bool, _ name: String, _ value: String, _ mend: String) throws(TrainingError) {
      if !isSatisfied { throw .setting(name: name, value: value, mend: mend) }
    }
    try check((1...500).contains(horizonBars), "horizon", "\(horizonBars)", "Give 1 to 500 bars.")
    try check((1...5000).contains(rounds), "rounds", "\(rounds)", "Give 1 to 5000.")
    try check((1...12).contains(maximumDepth), "depth", "\(maximumDepth)", "Give 1 to 12.")
    try check(learningRate > 0 && learningRate <= 1, "learning rate", "\(learningRate)", "Give more than 0, at most 1.")
    if let patience { try check((1...5000).contains(patience), "patience", "\(patience)", "Give 1 to 5000, or none.") }
    try check((2...50).contains(folds), "folds", "\(folds)", "Give 2 to 50.")
  }
}

/// Why a training run cannot be made.
package enum TrainingError: Error, CustomStringConvertible, Sendable {
  case setting(name: String, value: String, mend: String)
  case tooFewRows(count: Int, needed: Int)
  case wrongSchema(model: String, known: String)
  case importedTooNew(name: String, folds: Int)
  case imported(name: String, problem: String)
  case tooFewSessions(count: Int, needed: Int)

  package var description: String {
    switch self {
    case .setting(let name, let value, let mend): return "training setting \(name) = \(value) is out of range. \(mend)"
    case .tooFewRows(let count, let needed):
      return "only \(count) labelled rows after warm-up, at least \(needed) are needed. "
        + "Widen the dates or import more data."
    case .importedTooNew(let name, let folds):
      return
        "only \(folds) walk-forward folds lie after what \(name) was trained on, at least 2 are needed to judge it. "
        + "Give an earlier end of its training, if that is true, or later data."
    case .tooFewSessions(let count, let needed):
      return "\(count) sessions are too few: training, folds and the sessions kept apart need at least \(needed). "
        + "Widen the dates, or give less of each."
    case .imported(let name, let problem):
      return "\(name) cannot be a member: \(problem). Give a model of three classes (down, flat, up) on the schema's "
        + "columns."
    case .wrongSchema(let model, let known):
      return "the model's feature schema \(model) is not one this program computes (\(known)). Train it again."
    }
  }
}
