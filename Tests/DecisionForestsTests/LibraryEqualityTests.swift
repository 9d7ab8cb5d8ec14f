// Models written by the installed XGBoost library (1.7), held against that library's own predictions, live.

import DecisionForests
import Foundation
import QuantMath
import Testing

/// A reproducible problem with missing values, and probe rows that sit on the model's thresholds.
private struct Problem {
  static let columnCount = 7
  let rows: TrainingMatrix

  init(objective: TrainingObjective, seed: UInt64, rowCount: Int = 1500) {
    var random = CounterRandom(seed: seed, purpose: "forest.equality")
    var values: [Float] = []
    var labels: [Float] = []
    for _ in 0..<rowCount {
      var row = (0..<Self.columnCount).map { _ in Float(random.nextGaussian()) }
      row[6] = (row[6] * 2).rounded()
      let score = row[0] + 0.5 * row[1] * row[2] + 0.3 * Float(random.nextGaussian())
      for column in row.indices where random.nextUniform() < 0.07 { row[column] = .nan }
      values += row
      switch objective {
      case .squaredError: labels.append(score)
      case .logistic: labels.append(score > 0.4 ? 1 : 0)
      case .softProbability(let classes): labels.append(Float(min(max(Int(score + 1.5), 0), classes - 1)))
      }
    }
    rows = TrainingMatrix(values: values, columnCount: Self.columnCount, labels: labels)
  }

  /// Rows of which most values are thresholds or their neighbours, some missing or huge.
  func probes(_ forest: Forest, count: Int) -> [Float] {
    var random = CounterRandom(seed: 11, purpose: "forest.probes")
    let splits = forest.nodes.filter { $0.kind == .numerical }
    var probes: [Float] = []
    for _ in 0..<count {
      var row = (0..<Self.columnCount).map { _ in Float(random.nextGaussian()) }
      for _ in 0..<Self.columnCount {
        let split = splits[Int(random.next() % UInt64(splits.count))]
        let threshold = Float(split.value)
        switch random.next() % 3 {
        case 0: row[Int(split.feature)] = threshold
        case 1: row[Int(split.feature)] = threshold.nextUp
        default: row[Int(split.feature)] = threshold.nextDown
        }
      }
      for column in row.indices {
        let draw = random.nextUniform()
        if draw < 0.1 { row[column] = .nan } else if draw < 0.13 { row[column] = draw < 0.115 ? 3e38 : -3e38 }
      }
      probes += row
    }
    return probes
  }
}

@Test(arguments: [TrainingObjective.squaredError, .logistic, .softProbability(classes: 3)], [8, 300])
func marginsOfATrainedModelEqualTheInstalledLibrary(objective: TrainingObjective, rounds: Int) throws {
  let problem = Problem(objective: objective, seed: 3)
  var parameters = TrainingParameters()
  parameters.rounds = rounds
  parameters.maximumDepth = 5
  parameters.learningRate = 0.1
  parameters.rowSample = 0.8
  parameters.objective = objective
  parameters.keepsJSON = true
  let trained = try XGBoostTrainer.train(problem.rows, parameters: parameters)
  let forest = try Forest(bytes: Array(trained.modelUBJSON), named: "trained.ubj")
  let json = try Forest(bytes: Array(try #require(trained.modelJSON)), named: "trained.json")
  #expect(json == forest)
  let predictor = try ForestPredictor(forest)
  let rows = problem.probes(forest, count: 1000) + problem.rows.values
  let library = try XGBoostReference.margins(
    of: trained.modelUBJSON, values: rows, columnCount: Problem.columnCount)
  let found = Difference(predictor.allMargins(rows), library.map(Double.init))
  print("installed library, \(objective.libraryName), \(rounds) rounds: \(found)")
  #expect(found.unequal == 0, "\(found)")
  #expect(predictor.allPlainMargins(rows) == predictor.allMargins(rows))
}
