// The project's kernel gives a trained forest the margins that the library itself computes.

import DecisionForests
import Foundation
import QuantMath
import Testing

private struct Case: CustomStringConvertible, Sendable {
  var description: String
  var rows: @Sendable () -> TrainingMatrix
  var objective: TrainingObjective
  var rounds: Int
}

private let cases: [Case] = [
  Case(
    description: "squared error", rows: { SyntheticProblem.smallReturns(rows: 2_000, seed: 40) },
    objective: .squaredError, rounds: 200),
  Case(
    description: "logistic", rows: { SyntheticProblem.learnable(rows: 2_000, seed: 41) }, objective: .logistic,
    rounds: 200),
  Case(
    description: "three classes", rows: { SyntheticProblem.threeClasses(rows: 2_000, seed: 42) },
    objective: .softProbability(classes: 3), rounds: 50),
]

/// The rows with every seventh value missing.
private func withHoles(_ matrix: TrainingMatrix, seed: UInt64) -> TrainingMatrix {
  var result = matrix
  var random = CounterRandom(seed: seed, purpose: "trainer.holes")
  for index in result.values.indices where random.nextInteger(below: 7) == 0 {
    result.values[index] = .nan
  }
  return result
}

/// Margins by the project's own kernel, row by row.
private func kernelMargins(of model: Data, values: [Float]) throws -> [Double] {
  let predictor = try ForestPredictor(try Forest(bytes: [UInt8](model), named: "trained model"))
  let rowCount = values.count / predictor.featureCount
  var margins = [Double](repeating: .nan, count: rowCount * predictor.marginCount)
  values.withUnsafeBufferPointer { values in
    margins.withUnsafeMutableBufferPointer { margins in
      guard let rows = values.baseAddress, let output = margins.baseAddress else { return }
      predictor.margins(rows: rows, count: rowCount, into: output)
    }
  }
  return margins
}

@Test(arguments: cases)
private func theKernelGivesATrainedForestTheMarginsOfItsOwnLibrary(_ sample: Case) throws {
  var parameters = TrainingParameters()
  parameters.objective = sample.objective
  parameters.rounds = sample.rounds
  parameters.learningRate = 0.1
  parameters.rowSample = 0.8
  parameters.keepsJSON = true
  let training = withHoles(sample.rows(), seed: 43)
  let trained = try XGBoostTrainer.train(training, parameters: parameters)

  // Values that fall on thresholds and between them, and rows the forest never saw.
  let fresh = withHoles(SyntheticProblem.noise(rows: 5_000, seed: 44), seed: 45)
  let values = training.values + fresh.values
  let expected = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: values, columnCount: training.columnCount)
  let found = try kernelMargins(of: trained.modelUBJSON, values: values)
  #expect(found.count == expected.count)
  let worst = zip(found, expected).map { abs($0 - Double($1)) }.max() ?? .nan
  print("\(sample): \(expected.count) margins, largest difference \(worst)")
  #expect(found == expected.map(Double.init))

  let text = try #require(trained.modelJSON)
  #expect(try kernelMargins(of: text, values: values) == found)
}
