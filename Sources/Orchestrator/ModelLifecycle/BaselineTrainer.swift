// Trains the baseline model: purged walk-forward first, to know what it is worth, then one forest on everything.
import DecisionForests
import Features
package import Foundation
import Validation

/// What the walk-forward said, over all test windows.
package struct OutOfSampleScore: Hashable, Sendable {
  /// Weighted log loss of the direction, and of always saying the training rows' base rate.
  package var logLoss: Double
  package var baseLogLoss: Double
  /// Mean of (base - model) loss per independent observation, and its standard error.
  package var gain: Double
  package var gainStandardError: Double
  package var accuracy: Double
  /// Labels tested, and how many independent observations they amount to.
  package var labels: Int
  package var independentObservations: Double
  /// Rounds that each fold stopped at.
  package var rounds: [Int]
}

/// A trained model with its validation.
package struct BaselineModel: Sendable {
  package var score: OutOfSampleScore
  /// Model files by name, as they go into the artifact.
  package var files: [String: Data]
  /// Rounds of the final forest.
  package var rounds: Int
  /// Labelled rows it was trained on.
  package var rows: Int
}

/// The trainer of the v2.0 baseline.
package enum BaselineTrainer {
  package static let directionFile = "direction.ubj"
  package static let magnitudeFile = "magnitude.ubj"
  /// Fewest rows worth training on.
  static let leastRows = 500

  /// Trains on `rows`. `progress` is told the part done, 0 to 1, and what is being done.
  package static func train(
    _ rows: LabelledRows, plan: TrainingPlan, progress: (Double, String) -> Void = { _, _ in }
  ) throws -> BaselineModel {
    try plan.validate()
    guard rows.count >= leastRows else { throw TrainingError.tooFewRows(count: rows.count, needed: leastRows) }
    let first = max(1, Int(Double(rows.count) * plan.firstTrainingPart))
    let walk = WalkForward(
      window: .expanding(minimum: first), testLength: (rows.count - first + plan.folds - 1) / plan.folds)
    let splits = try walk.splits(rows.labels)
    var tally = ScoreTally()
    for (number, split) in splits.enumerated() {
      progress(Double(number) / Double(splits.count + 1), "fold \(number + 1) of \(splits.count)")
      try score(split, rows: rows, plan: plan, into: &tally)
    }
    let rounds = tally.medianRounds
    progress(Double(splits.count) / Double(splits.count + 1), "final forest, \(rounds) rounds")
    let everything = Array(0..<rows.count)
    let direction = try XGBoostTrainer.train(
      rows.matrix(everything, targets: rows.directions), parameters: parameters(plan, .logistic, rounds: rounds))
    let magnitude = try XGBoostTrainer.train(
      rows.matrix(everything, targets: rows.magnitudes), parameters: parameters(plan, .squaredError, rounds: rounds))
    progress(1, "done")
    return BaselineModel(
      score: tally.score, files: [directionFile: direction.modelUBJSON, magnitudeFile: magnitude.modelUBJSON],
      rounds: rounds, rows: rows.count)
  }

  /// Trains one fold and scores its test window.
  private static func score(
    _ split: Split, rows: LabelledRows, plan: TrainingPlan, into tally: inout ScoreTally
  ) throws {
    var parameters = parameters(plan, .logistic, rounds: plan.rounds)
    var fitted = split.train
    var watched: TrainingMatrix?
    if let patience = plan.patience {
      // The newest fifth of the training labels stops the training; it is the future of the rest, so purged like a
      // test.
      let inner = Array(split.train[(split.train.count * 4 / 5)...])
      guard let first = inner.first else { throw TrainingError.tooFewRows(count: rows.count, needed: leastRows) }
      fitted = split.train.prefix(split.train.count - inner.count).filter {
        rows.labels[$0].end < rows.labels[first].start
      }
      watched = rows.matrix(inner, targets: rows.directions)
      parameters.earlyStoppingRounds = patience
    }
    let trained = try XGBoostTrainer.train(
      rows.matrix(fitted, targets: rows.directions), validation: watched, parameters: parameters)
    let forest = try Forest(bytes: Array(trained.modelUBJSON), named: "fold model")
    let predictor = try ForestPredictor(forest)
    let base = Self.mean(of: rows.directions, at: fitted, weights: rows.weights)
    var prediction = 0.0
    let columns = rows.schema.count
    rows.values.withUnsafeBufferPointer { values in
      guard let start = values.baseAddress else { return }
      for position in split.test {
        predictor.predict(start + position * columns, into: &prediction)
        tally.add(
          probability: prediction, base: base, isRise: rows.directions[position] == 1, weight: rows.weights[position])
      }
    }
    tally.rounds.append(trained.rounds)
  }

  private static func mean(of values: [Float], at positions: [Int], weights: [Double]) -> Double {
    var sum = 0.0
    var total = 0.0
    for position in positions {
      sum += Double(values[position]) * weights[position]
      total += weights[position]
    }
    return total > 0 ? sum / total : 0.5
  }

  private static func parameters(
    _ plan: TrainingPlan, _ objective: TrainingObjective, rounds: Int
  ) -> TrainingParameters {
    var parameters = TrainingParameters()
    parameters.rounds = rounds
    parameters.maximumDepth = plan.maximumDepth
    parameters.learningRate = plan.learningRate
    parameters.minimumChildWeight = plan.minimumChildWeight
    parameters.rowSample = plan.rowSample
    parameters.columnSample = plan.columnSample
    parameters.lambda = plan.lambda
    parameters.alpha = plan.alpha
    parameters.objective = objective
    parameters.seed = plan.seed
    return parameters
  }
}

/// Sums up out-of-sample predictions.
private struct ScoreTally {
  var rounds: [Int] = []
  private var weight = 0.0
  private var loss = 0.0
  private var baseLoss = 0.0
  private var gains: [(gain: Double, weight: Double)] = []
  private var right = 0.0

  mutating func add(probability: Double, base: Double, isRise: Bool, weight: Double) {
    let model = Self.logLoss(probability, isRise)
    let plain = Self.logLoss(base, isRise)
    self.weight += weight
    loss += weight * model
    baseLoss += weight * plain
    gains.append((plain - model, weight))
    if (probability >= 0.5) == isRise { right += weight }
  }

  /// Middle of the folds' rounds; the lower one of two.
  var medianRounds: Int { rounds.sorted()[(rounds.count - 1) / 2] }

  /// Overlapping labels share outcomes, so the standard error counts the sum of uniqueness weights, not the labels.
  var score: OutOfSampleScore {
    let mean = (baseLoss - loss) / weight
    let variance = gains.reduce(0) { $0 + $1.weight * ($1.gain - mean) * ($1.gain - mean) } / weight
    return OutOfSampleScore(
      logLoss: loss / weight, baseLogLoss: baseLoss / weight, gain: mean,
      gainStandardError: (variance / weight).squareRoot(), accuracy: right / weight, labels: gains.count,
      independentObservations: weight, rounds: rounds)
  }

  private static func logLoss(_ probability: Double, _ isRise: Bool) -> Double {
    let bounded = min(max(probability, 1e-12), 1 - 1e-12)
    return -Foundation.log(isRise ? bounded : 1 - bounded)
  }
}
