// Training: rounds, scores, early stopping. What the library does is behind XGBoostLibrary.swift.

import Foundation

/// Trains gradient-boosted trees with the XGBoost C library, by the histogram method.
///
/// The same rows, parameters and library version give the same bytes. The library keeps its random state a thread: do
/// not train another model on the same thread from within `progress`.
package enum XGBoostTrainer {
  /// Grows a forest on `training`, scored after every round on it and on `validation`.
  ///
  /// Sums start from the weighted mean of the labels (squared error, logistic), so that no tree is spent on finding it;
  /// with several classes from equal margins.
  ///
  /// - Parameters:
  ///   - validation: Rows that the trees never see: what early stopping watches.
  ///   - progress: Called after every round.
  /// - Throws: Rows or parameters that cannot be used, before any work; what the library reports, with its words.
  package static func train(
    _ training: TrainingMatrix, validation: TrainingMatrix? = nil, parameters: TrainingParameters,
    progress: (RoundScore) -> Void = { _ in }
  ) throws(ForestError) -> TrainedForest {
    try parameters.validate()
    try training.validate(for: parameters.objective, role: "training rows")
    try validation?.validate(for: parameters.objective, role: "validation rows")
    if let validation {
      try requireSameColumns(training, validation)
    } else if parameters.earlyStoppingRounds != nil {
      throw ForestError.training(
        source: "training parameters", place: "earlyStoppingRounds", problem: "there are no validation rows to watch",
        mend: "give validation rows, or leave early stopping out")
    }
    let baseScore = try baseScore(of: training, objective: parameters.objective)

    let trainingRows = try XGBoostMatrix(training, threads: parameters.threads)
    var scored = [trainingRows]
    if let validation {
      scored.append(try XGBoostMatrix(validation, threads: parameters.threads))
    }
    let booster = try XGBoostBooster(
      caching: scored, settings: parameters.librarySettings(baseScore: baseScore))

    var history: [RoundScore] = []
    var best = 0
    for round in 0..<parameters.rounds {
      try booster.update(round: round, on: trainingRows)
      let scores = try booster.evaluate(round: round, on: scored)
      let score = RoundScore(round: round, training: scores[0], validation: scores.count > 1 ? scores[1] : nil)
      history.append(score)
      progress(score)
      if round == 0 || isBetter(score, than: history[best], metric: parameters.metric) {
        best = round
      }
      if let patience = parameters.earlyStoppingRounds, round - best >= patience {
        break
      }
    }

    let rounds = parameters.earlyStoppingRounds == nil ? history.count : best + 1
    let model = rounds == history.count ? booster : try booster.prefix(rounds: rounds)
    try model.name(features: training.featureNames)
    return TrainedForest(
      modelUBJSON: try model.serialized(format: "ubj"),
      modelJSON: parameters.keepsJSON ? try model.serialized(format: "json") : nil,
      bestIteration: best, rounds: rounds, metric: parameters.metric, history: history)
  }

  /// Whether the validation score improved; without validation rows a later round always counts as better.
  private static func isBetter(_ score: RoundScore, than best: RoundScore, metric: EvaluationMetric) -> Bool {
    guard let new = score.validation, let old = best.validation else { return true }
    return metric.isGain ? new > old : new < old
  }

  private static func requireSameColumns(
    _ training: TrainingMatrix, _ validation: TrainingMatrix
  ) throws(ForestError) {
    guard training.columnCount == validation.columnCount else {
      throw ForestError.training(
        source: "validation rows",
        problem: "\(validation.columnCount) columns, but the training rows have \(training.columnCount)",
        mend: "compute both with the same features")
    }
    guard training.featureNames == validation.featureNames else {
      throw ForestError.training(
        source: "validation rows", problem: "the feature names are not those of the training rows",
        mend: "compute both with the same features in the same order")
    }
  }

  private static func baseScore(
    of matrix: TrainingMatrix, objective: TrainingObjective
  ) throws(ForestError) -> Double {
    let mean = matrix.meanLabel
    switch objective {
    case .squaredError:
      return mean
    case .logistic:
      guard Float(mean) > 0, Float(mean) < 1 else {
        throw ForestError.training(
          source: "training rows", problem: "every label is \(mean)",
          mend: "widen the period until both classes occur; there is nothing to tell apart")
      }
      return mean
    case .softProbability:
      return 0.5
    }
  }
}
