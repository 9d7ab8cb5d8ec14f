// Boosting on bins against the library whose formulas it follows, and its draws and subsets.

import DecisionForests
import Foundation
import QuantMath
import Testing

/// Bins of a learnable problem, as bytes by column and as numbers by row.
private struct BinnedProblem {
  static let rows = 4_000
  static let columns = 70
  var codes: [UInt8] = []
  var values: [Float] = []
  var targets: [Float] = []
  var weights: [Float] = []
  var everything: [Int32] { (0..<Int32(Self.rows)).map { $0 } }

  init(seed: UInt64) {
    var random = CounterRandom(seed: seed, stream: 1)
    codes = (0..<(Self.rows * Self.columns)).map { _ in UInt8(random.nextInteger(below: 32)) }
    for row in 0..<Self.rows {
      let score =
        Double(code(row, 3)) / 8 - 2 + (code(row, 66) > 20 ? 1.0 : 0) * (code(row, 10) > 15 ? 1 : -1)
      targets.append(random.nextUniform() < 1 / (1 + exp(-score)) ? 1 : 0)
      weights.append(Float(0.25 + random.nextUniform()))
      values += (0..<Self.columns).map { Float(code(row, $0)) }
    }
  }

  func code(_ row: Int, _ column: Int) -> UInt8 { codes[column * Self.rows + row] }

  var binned: BinnedRows { BinnedRows(codes: codes, rowCount: Self.rows, columns: Array(0..<Self.columns)) }
}

private var plain: BoostingParameters {
  var parameters = BoostingParameters()
  parameters.rounds = 12
  parameters.rowSample = 1
  parameters.columnSample = 1
  return parameters
}

@Test func withoutDrawsTheForestIsTheOneThatXGBoostGrows() throws {
  let problem = BinnedProblem(seed: 5)
  let forest = HistogramBooster.train(
    problem.binned, targets: problem.targets, weights: problem.weights, at: problem.everything, parameters: plain,
    seed: 1)
  var parameters = TrainingParameters()
  parameters.objective = .logistic
  parameters.rounds = plain.rounds
  parameters.maximumDepth = plain.maximumDepth
  parameters.learningRate = Double(plain.learningRate)
  parameters.minimumChildWeight = Double(plain.minimumChildWeight)
  let model = try XGBoostTrainer.train(
    TrainingMatrix(
      values: problem.values, columnCount: BinnedProblem.columns, labels: problem.targets, weights: problem.weights),
    parameters: parameters)
  let expected = try XGBoostReference.margins(
    of: model.modelUBJSON, values: problem.values, columnCount: BinnedProblem.columns)
  let found = forest.margins(problem.binned, at: problem.everything)
  let largest = zip(found, expected).map { abs($0 - $1) }.max() ?? .infinity
  #expect(largest < 1e-4, "largest difference of margins \(largest)")

  let gains = ForestImportance(try Forest(bytes: [UInt8](model.modelUBJSON), named: "twin")).features.map(\.totalGain)
  for (own, library) in zip(forest.gains(), gains) { #expect(abs(own - library) <= 1e-3 * max(1, library)) }
}

@Test func aColumnSubsetIsTheSameAsAMatrixOfThoseColumns() {
  let problem = BinnedProblem(seed: 6)
  let subset = [66, 3, 10, 69]
  let rows = BinnedRows(codes: problem.codes, rowCount: BinnedProblem.rows, columns: subset)
  #expect(rows.columnCount == 4)
  for row in stride(from: 0, to: BinnedProblem.rows, by: 97) {
    #expect(subset.indices.allSatisfy { rows[row, $0] == problem.code(row, subset[$0]) })
  }
}

@Test func shadowColumnsShowTheBinsOfTheNamedRows() {
  let problem = BinnedProblem(seed: 7)
  let shadow = (0..<Int32(BinnedProblem.rows)).map { ($0 + 1_234) % Int32(BinnedProblem.rows) }
  let rows = BinnedRows(
    codes: problem.codes, rowCount: BinnedProblem.rows, columns: Array(0..<BinnedProblem.columns), shadow: shadow)
  #expect(rows.columnCount == 140)
  for row in stride(from: 0, to: BinnedProblem.rows, by: 61) {
    for column in [0, 63, 64, 69] {
      #expect(rows[row, column] == problem.code(row, column))
      #expect(rows[row, 70 + column] == problem.code(Int(shadow[row]), column))
    }
  }
}

@Test func rowsOfNoWeightTeachNothing() {
  let problem = BinnedProblem(seed: 8)
  var targets = problem.targets
  var weights = problem.weights
  for row in stride(from: 0, to: targets.count, by: 3) {
    weights[row] = 0
    targets[row] = 1 - targets[row]
  }
  func forest(_ targets: [Float]) -> BinnedForest {
    HistogramBooster.train(
      problem.binned, targets: targets, weights: weights, at: problem.everything, parameters: BoostingParameters(),
      seed: 3)
  }
  #expect(forest(targets) == forest(problem.targets))
}

@Test func theSeedDecidesTheDraws() {
  let problem = BinnedProblem(seed: 9)
  func forest(_ seed: UInt64) -> BinnedForest {
    HistogramBooster.train(
      problem.binned, targets: problem.targets, weights: problem.weights, at: problem.everything,
      parameters: BoostingParameters(), seed: seed)
  }
  #expect(forest(4) == forest(4))
  #expect(forest(4) != forest(5))
}

@Test func oneClassAloneGrowsNoTrees() {
  let problem = BinnedProblem(seed: 10)
  let forest = HistogramBooster.train(
    problem.binned, targets: [Float](repeating: 1, count: BinnedProblem.rows), weights: problem.weights,
    at: problem.everything, parameters: plain, seed: 1)
  #expect(forest.roots.isEmpty)
  #expect(BinnedForest.probability(forest.margins(problem.binned, at: [0])[0]) > 0.999)
}

@Test func contributionsOfABinnedForestNameTheColumnsThatMatter() {
  let problem = BinnedProblem(seed: 11)
  let forest = HistogramBooster.train(
    problem.binned, targets: problem.targets, weights: problem.weights, at: problem.everything, parameters: plain,
    seed: 1)
  let means = forest.meanAbsoluteContributions(problem.binned, at: Array(problem.everything.prefix(300)))
  let order = means.indices.sorted { means[$0] > means[$1] }
  #expect(Set(order.prefix(3)) == [3, 10, 66])
}
