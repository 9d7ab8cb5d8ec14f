// One forest from some labelled rows, with early stopping on the newest of them where a plan asks for it.

import DecisionForests
import Validation

/// A forest fitted to part of the rows.
struct ForestFit {
  var predictor: ForestPredictor
  var rounds: Int
  /// Weighted share of rises among the rows that the trees saw.
  var base: Double

  /// Part of the training labels, the newest, that stops the training.
  private static let watchedPart = 5

  /// Fits the direction of `rows` at `positions`, which ascend.
  ///
  /// With patience, the newest fifth of the labels stops the training; it is the future of the rest, so purged like a
  /// test.
  static func direction(
    _ rows: LabelledRows, _ outcomes: FitOutcomes, at positions: [Int], plan: TrainingPlan
  ) throws -> ForestFit {
    var parameters = plan.parameters(.logistic, rounds: plan.rounds)
    var fitted = positions
    var watched: TrainingMatrix?
    if let patience = plan.patience {
      let inner = Array(positions.suffix(positions.count / watchedPart))
      guard let first = inner.first else {
        throw TrainingError.tooFewRows(count: positions.count, needed: watchedPart)
      }
      fitted = positions.prefix(positions.count - inner.count).filter {
        rows.labels[$0].end < rows.labels[first].start
      }
      watched = rows.matrix(inner, targets: outcomes.directions)
      parameters.earlyStoppingRounds = patience
    }
    let trained = try XGBoostTrainer.train(
      rows.matrix(fitted, targets: outcomes.directions), validation: watched, parameters: parameters)
    let forest = try Forest(bytes: Array(trained.modelUBJSON), named: "inner model")
    return ForestFit(
      predictor: try ForestPredictor(forest), rounds: trained.rounds, base: base(rows, outcomes, at: fitted))
  }

  private static func base(_ rows: LabelledRows, _ outcomes: FitOutcomes, at positions: [Int]) -> Double {
    var (rises, total) = (0.0, 0.0)
    for position in positions {
      rises += Double(outcomes.directions[position]) * rows.weights[position]
      total += rows.weights[position]
    }
    return total > 0 ? rises / total : 0.5
  }
}

extension TrainingPlan {
  /// The plan's forest settings as the trainer takes them.
  func parameters(_ objective: TrainingObjective, rounds: Int) -> TrainingParameters {
    var parameters = TrainingParameters()
    parameters.rounds = rounds
    parameters.maximumDepth = maximumDepth
    parameters.learningRate = learningRate
    parameters.minimumChildWeight = minimumChildWeight
    parameters.rowSample = rowSample
    parameters.columnSample = columnSample
    parameters.lambda = lambda
    parameters.alpha = alpha
    parameters.objective = objective
    parameters.seed = seed
    return parameters
  }
}
