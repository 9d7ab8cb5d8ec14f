// Training: reproducible bytes, learning beyond chance, early stopping, weights and missing values.

import DecisionForests
import Foundation
import QuantMath
import Testing

private func logisticParameters(rounds: Int = 40) -> TrainingParameters {
  var parameters = TrainingParameters()
  parameters.objective = .logistic
  parameters.rounds = rounds
  parameters.maximumDepth = 4
  parameters.learningRate = 0.1
  parameters.rowSample = 0.7
  parameters.columnSample = 0.7
  parameters.seed = 7
  return parameters
}

@Test func theSameSeedGivesTheSameBytesAndAnotherSeedOthers() throws {
  let rows = SyntheticProblem.learnable(rows: 2_000, seed: 1)
  var parameters = logisticParameters()
  let first = try XGBoostTrainer.train(rows, parameters: parameters)
  // A model in between moves the library's random state; it must not show.
  parameters.seed = 8
  let other = try XGBoostTrainer.train(rows, parameters: parameters)
  parameters.seed = 7
  let second = try XGBoostTrainer.train(rows, parameters: parameters)
  #expect(first == second)
  #expect(first.modelUBJSON != other.modelUBJSON)
}

@Test func bothHalvesOfTheSeedCount() throws {
  let rows = SyntheticProblem.learnable(rows: 1_000, seed: 1)
  var parameters = logisticParameters(rounds: 5)
  parameters.seed = 7 << 32
  let high = try XGBoostTrainer.train(rows, parameters: parameters)
  parameters.seed = 0
  let zero = try XGBoostTrainer.train(rows, parameters: parameters)
  #expect(high.modelUBJSON != zero.modelUBJSON)
}

@Test func aTrainedForestBeatsTheBaseRateOnRowsItNeverSaw() throws {
  let training = SyntheticProblem.learnable(rows: 4_000, seed: 2)
  let validation = SyntheticProblem.learnable(rows: 2_000, seed: 3)
  let test = SyntheticProblem.learnable(rows: 4_000, seed: 4)
  var parameters = logisticParameters(rounds: 400)
  parameters.earlyStoppingRounds = 20
  let trained = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  let margins = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: test.values, columnCount: test.columnCount)
  let loss = logLoss(margins: margins, labels: test.labels)
  let base = logLoss(rate: training.meanLabel, labels: test.labels)
  print("learnable: log loss \(loss), base rate \(base), \(trained.rounds) rounds")
  #expect(loss < 0.85 * base)
  #expect(trained.bestIteration > 20)
}

@Test func onPureNoiseEarlyStoppingKeepsNextToNothing() throws {
  let training = SyntheticProblem.noise(rows: 4_000, seed: 5)
  let validation = SyntheticProblem.noise(rows: 4_000, seed: 6)
  let test = SyntheticProblem.noise(rows: 20_000, seed: 7)
  var parameters = logisticParameters(rounds: 400)
  parameters.earlyStoppingRounds = 20
  let trained = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  let margins = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: test.values, columnCount: test.columnCount)
  let loss = logLoss(margins: margins, labels: test.labels)
  let base = logLoss(rate: training.meanLabel, labels: test.labels)
  print("noise: log loss \(loss), base rate \(base), \(trained.rounds) rounds")
  #expect(trained.bestIteration < 10)
  #expect(trained.history.count < 40)
  #expect(loss > 0.999 * base)
}

@Test func earlyStoppingCutsTheModelBackToItsBestRound() throws {
  let training = SyntheticProblem.learnable(rows: 1_500, seed: 8)
  let validation = SyntheticProblem.learnable(rows: 1_500, seed: 9)
  var parameters = logisticParameters(rounds: 500)
  parameters.earlyStoppingRounds = 15
  parameters.keepsJSON = true
  var reported: [RoundScore] = []
  let stopped = try XGBoostTrainer.train(training, validation: validation, parameters: parameters) {
    reported.append($0)
  }
  #expect(reported == stopped.history)
  #expect(stopped.history.count == stopped.bestIteration + 1 + 15)
  #expect(stopped.rounds == stopped.bestIteration + 1)
  let scores = stopped.history.compactMap(\.validation)
  #expect(scores.firstIndex(of: try #require(scores.min())) == stopped.bestIteration)
  #expect(stopped.bestValidation == scores.min())

  // Growing just that many rounds gives the same model, to the byte.
  parameters.rounds = stopped.rounds
  parameters.earlyStoppingRounds = nil
  let exact = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  #expect(exact.modelUBJSON == stopped.modelUBJSON)
  #expect(exact.modelJSON == stopped.modelJSON)
}

@Test func featureNamesAndTheMeanLabelStandInTheModelAlsoWhenItWasCut() throws {
  var training = SyntheticProblem.learnable(rows: 1_500, seed: 8)
  var validation = SyntheticProblem.learnable(rows: 1_500, seed: 9)
  let names = ["return_1", "return_5", "spread", "imbalance", "range", "hour"]
  training.featureNames = names
  validation.featureNames = names
  var parameters = logisticParameters(rounds: 500)
  parameters.earlyStoppingRounds = 5
  parameters.keepsJSON = true
  let trained = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  #expect(trained.rounds < trained.history.count)
  let json = try #require(trained.modelJSON)
  let model = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
  let learner = try #require(model["learner"] as? [String: Any])
  #expect(learner["feature_names"] as? [String] == names)
  let base = try #require((learner["learner_model_param"] as? [String: Any])?["base_score"] as? String)
  #expect(Float(base) == Float(training.meanLabel))
  let booster = try #require((learner["gradient_booster"] as? [String: Any])?["model"] as? [String: Any])
  #expect((booster["trees"] as? [Any])?.count == trained.rounds)
}

@Test func scoresOfTinyTargetsKeepTheirDigits() throws {
  let training = SyntheticProblem.smallReturns(rows: 2_000, seed: 10)
  let validation = SyntheticProblem.smallReturns(rows: 1_000, seed: 11)
  var parameters = TrainingParameters()
  parameters.rounds = 60
  parameters.learningRate = 0.1
  let trained = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  let margins = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: validation.values, columnCount: validation.columnCount)
  let squares = zip(margins, validation.labels).map { Double($0 - $1) * Double($0 - $1) }
  let expected = (squares.reduce(0, +) / Double(squares.count)).squareRoot()
  let reported = try #require(trained.history.last?.validation)
  print("root mean squared error \(reported), recomputed \(expected)")
  #expect(abs(reported - expected) < 1e-6 * expected)
  #expect(Set(trained.history.compactMap(\.validation)).count > 50)
}

@Test func aMissingValueIsEvidenceLikeAnyOther() throws {
  var training = SyntheticProblem.noise(rows: 3_000, seed: 12)
  var random = CounterRandom(seed: 12, purpose: "trainer.missing")
  for row in 0..<training.rowCount where training.labels[row] == 1 && random.nextUniform() < 0.8 {
    training.values[row * training.columnCount + 2] = .nan
  }
  let trained = try XGBoostTrainer.train(training, parameters: logisticParameters())
  let blank = [Float](repeating: 0, count: training.columnCount)
  var missing = blank
  missing[2] = .nan
  let margins = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: blank + missing, columnCount: training.columnCount)
  #expect(margins[0] < 0)
  #expect(margins[1] > 2)
}

@Test func rowsWithoutWeightDoNotCount() throws {
  // Second half: the opposite labels, weight 0.
  let half = SyntheticProblem.learnable(rows: 2_000, seed: 13)
  let both = TrainingMatrix(
    values: half.values + half.values, columnCount: half.columnCount,
    labels: half.labels + half.labels.map { 1 - $0 },
    weights: half.labels.map { _ in 1 } + half.labels.map { _ in 0 })
  var parameters = logisticParameters()
  parameters.rowSample = 1
  let test = SyntheticProblem.learnable(rows: 2_000, seed: 14)
  let trained = try XGBoostTrainer.train(both, parameters: parameters)
  let margins = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: test.values, columnCount: test.columnCount)
  #expect(both.meanLabel == half.meanLabel)
  #expect(logLoss(margins: margins, labels: test.labels) < 0.85 * logLoss(rate: 0.5, labels: test.labels))
}

@Test func severalClassesGrowOneTreeEachARound() throws {
  let training = SyntheticProblem.threeClasses(rows: 2_000, seed: 15)
  let validation = SyntheticProblem.threeClasses(rows: 2_000, seed: 16)
  var parameters = logisticParameters(rounds: 30)
  parameters.objective = .softProbability(classes: 3)
  parameters.evalMetric = .multiclassErrorRate
  let trained = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  let margins = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: validation.values, columnCount: validation.columnCount)
  #expect(margins.count == 3 * validation.rowCount)
  let misses = validation.labels.indices.filter { row in
    let own = margins[3 * row..<3 * row + 3]
    return own.max() != own[own.startIndex + Int(validation.labels[row])]
  }
  let share = Double(misses.count) / Double(validation.rowCount)
  #expect(share < 0.25)
  #expect(abs(share - (trained.history.last?.validation ?? .nan)) < 2e-3)
}

@Test func leavesCanBeLimitedInsteadOfLevels() throws {
  let training = SyntheticProblem.learnable(rows: 4_000, seed: 17)
  var parameters = logisticParameters(rounds: 5)
  parameters.maximumDepth = 12
  parameters.maximumLeaves = 9
  parameters.keepsJSON = true
  let trained = try XGBoostTrainer.train(training, parameters: parameters)
  let model = try JSONSerialization.jsonObject(with: try #require(trained.modelJSON)) as? [String: Any]
  let booster = (model?["learner"] as? [String: Any])?["gradient_booster"] as? [String: Any]
  let trees = try #require((booster?["model"] as? [String: Any])?["trees"] as? [[String: Any]])
  for tree in trees {
    let children = try #require(tree["left_children"] as? [Int])
    #expect(children.count { $0 == -1 } == 9)
  }
}

@Test func anAreaUnderTheCurveIsBetterWhenLarger() throws {
  let training = SyntheticProblem.learnable(rows: 2_000, seed: 18)
  let validation = SyntheticProblem.learnable(rows: 2_000, seed: 19)
  var parameters = logisticParameters(rounds: 300)
  parameters.evalMetric = .areaUnderCurve
  parameters.earlyStoppingRounds = 10
  let trained = try XGBoostTrainer.train(training, validation: validation, parameters: parameters)
  let scores = trained.history.compactMap(\.validation)
  #expect(trained.bestValidation == scores.max())
  #expect(try #require(trained.bestValidation) > 0.75)
}
