// Training runs that cannot work are refused, in words that name the fault.

import DecisionForests
import Testing

/// A run that must be refused, and words its message must hold.
private struct Refusal: CustomStringConvertible, Sendable {
  var words: String
  var spoil: @Sendable (inout TrainingMatrix, inout TrainingMatrix?, inout TrainingParameters) -> Void
  var description: String { words }
}

private let refusals: [Refusal] = [
  Refusal(words: "row 3, column 1: the value is inf") { rows, _, _ in rows.values[3 * 6 + 1] = .infinity },
  Refusal(words: "column 1 (b): the value is -inf") { rows, _, _ in
    rows.featureNames = ["a", "b", "c", "d", "e", "f"]
    rows.values[1] = -.infinity
  },
  Refusal(words: "row 2: the label nan does not suit binary:logistic") { rows, _, _ in rows.labels[2] = .nan },
  Refusal(words: "row 0: the label 1.5 does not suit") { rows, _, _ in rows.labels[0] = 1.5 },
  Refusal(words: "row 0: the label 3.0 does not suit multi:softprob") { rows, _, parameters in
    rows.labels[0] = 3
    parameters.objective = .softProbability(classes: 3)
  },
  Refusal(words: "every label is 1.0") { rows, _, _ in rows.labels = rows.labels.map { _ in 1 } },
  Refusal(words: "row 1: the weight is -1.0") { rows, _, _ in
    rows.weights = rows.labels.map { _ in 1 }
    rows.weights[1] = -1
  },
  Refusal(words: "every weight is 0") { rows, _, _ in rows.weights = rows.labels.map { _ in 0 } },
  Refusal(words: "2 weights for 50 rows") { rows, _, _ in rows.weights = [1, 1] },
  Refusal(words: "299 values are not 50 rows of 6 columns") { rows, _, _ in rows.values.removeLast() },
  Refusal(words: "there are 0 rows of 6 columns") { rows, _, _ in
    rows.values = []
    rows.labels = []
  },
  Refusal(words: "1 feature names for 6 columns") { rows, _, _ in rows.featureNames = ["a"] },
  Refusal(words: "two features have the same name") { rows, _, _ in
    rows.featureNames = ["a", "a", "c", "d", "e", "f"]
  },
  Refusal(words: "the feature name 'a[0]'") { rows, _, _ in rows.featureNames = ["a[0]", "b", "c", "d", "e", "f"] },
  Refusal(words: "validation rows: 7 columns") { _, validation, _ in
    validation = TrainingMatrix(values: [Float](repeating: 0, count: 14), columnCount: 7, labels: [0, 1])
  },
  Refusal(words: "validation rows: the feature names") { rows, _, _ in
    rows.featureNames = ["a", "b", "c", "d", "e", "f"]
  },
  Refusal(words: "earlyStoppingRounds: there are no validation rows") { _, validation, parameters in
    validation = nil
    parameters.earlyStoppingRounds = 5
  },
  Refusal(words: "rounds: the value is 0") { _, _, parameters in parameters.rounds = 0 },
  Refusal(words: "maximumDepth: the value is 0") { _, _, parameters in parameters.maximumDepth = 0 },
  Refusal(words: "maximumLeaves: the value is 1") { _, _, parameters in parameters.maximumLeaves = 1 },
  Refusal(words: "learningRate: the value is nan") { _, _, parameters in parameters.learningRate = .nan },
  Refusal(words: "rowSample: the value is 0.0") { _, _, parameters in parameters.rowSample = 0 },
  Refusal(words: "columnSample: the value is 1.1") { _, _, parameters in parameters.columnSample = 1.1 },
  Refusal(words: "lambda: the value is -1.0") { _, _, parameters in parameters.lambda = -1 },
  Refusal(words: "gamma: the value is inf") { _, _, parameters in parameters.gamma = .infinity },
  Refusal(words: "maximumBins: the value is 1") { _, _, parameters in parameters.maximumBins = 1 },
  Refusal(words: "threads: the value is 0") { _, _, parameters in parameters.threads = 0 },
  Refusal(words: "classes: the value is 1") { _, _, parameters in
    parameters.objective = .softProbability(classes: 1)
  },
  Refusal(words: "evalMetric: the value is mlogloss") { _, _, parameters in
    parameters.evalMetric = .multiclassLogLoss
  },
  Refusal(words: "evalMetric: the value is auc") { _, _, parameters in
    parameters.objective = .squaredError
    parameters.evalMetric = .areaUnderCurve
  },
  Refusal(words: "the scores are not numbers") { _, validation, parameters in
    parameters.evalMetric = .areaUnderCurve
    validation?.labels = [Float](repeating: 1, count: 50)
  },
]

@Test(arguments: refusals)
private func aRunThatCannotWorkIsRefusedInWords(_ refusal: Refusal) {
  var rows = SyntheticProblem.learnable(rows: 50, seed: 20)
  var validation: TrainingMatrix? = SyntheticProblem.learnable(rows: 50, seed: 21)
  var parameters = TrainingParameters()
  parameters.objective = .logistic
  parameters.rounds = 3
  refusal.spoil(&rows, &validation, &parameters)
  do throws(ForestError) {
    _ = try XGBoostTrainer.train(rows, validation: validation, parameters: parameters)
    Issue.record("the run was accepted")
  } catch {
    #expect(error.description.contains(refusal.words), "\(error)")
    #expect(!error.mend.isEmpty)
  }
}

@Test func theReferenceRefusesHalfRowsAndBytesThatAreNoModel() throws {
  let rows = SyntheticProblem.learnable(rows: 50, seed: 20)
  var parameters = TrainingParameters()
  parameters.rounds = 2
  let trained = try XGBoostTrainer.train(rows, parameters: parameters)
  #expect(throws: ForestError.self) {
    try XGBoostReference.margins(of: trained.modelUBJSON, values: [1, 2, 3, 4, 5], columnCount: 6)
  }
  #expect(throws: ForestError.self) {
    try XGBoostReference.margins(
      of: trained.modelUBJSON.prefix(trained.modelUBJSON.count / 2), values: rows.values, columnCount: 6)
  }
}
