// Logistic regressions against scikit-learn.

import Ensemble
import Foundation
import Testing

private struct Golden: Decodable {
  var classes: Int
  var x: [Float]
  var outcomes: [Int]
  var weights: [Double]
  var penalty: Double
  var coefficients: [[Double]]
  var intercepts: [Double]
  var probabilities: [Double]

  static func read() throws -> [Golden] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    return try JSONDecoder().decode([Golden].self, from: Data(contentsOf: folder.appending(path: "logistic.json")))
  }
}

@Test func logisticRegressionsAreThoseOfScikitLearn() throws {
  for golden in try Golden.read() {
    let model = try LogisticModel(
      x: golden.x, columns: 4, outcomes: golden.outcomes, classes: golden.classes, weights: golden.weights,
      penalty: golden.penalty)
    for (output, row) in golden.coefficients.enumerated() {
      for column in 0..<4 { #expect(abs(model.coefficients[output * 5 + column] - row[column]) < 1e-6) }
      #expect(abs(model.coefficients[output * 5 + 4] - golden.intercepts[output]) < 1e-6)
    }
    var p = [Double](repeating: 0, count: golden.classes)
    for row in 0..<10 {
      #expect(model.predict(Array(golden.x[(4 * row)..<(4 * row + 4)]), into: &p))
      for place in 0..<golden.classes {
        #expect(abs(p[place] - golden.probabilities[row * golden.classes + place]) < 1e-6)
      }
    }
    #expect(!model.predict([1, 2, .nan, 4], into: &p))
    let text = try JSONEncoder().encode(model)
    #expect(try JSONDecoder().decode(LogisticModel.self, from: text) == model)
  }
}

@Test func whatCannotBeFittedIsNamed() throws {
  let weights = [Double](repeating: 1, count: 4)
  #expect(throws: LogisticError.notFinite(row: 1, column: 1)) {
    try LogisticModel(
      x: [1, 2, 3, .infinity, 5, 6, 7, 8], columns: 2, outcomes: [0, 1, 0, 1], classes: 2, weights: weights, penalty: 1)
  }
  #expect(throws: LogisticError.neverHappened(2)) {
    try LogisticModel(x: [1, 2, 3, 4], columns: 1, outcomes: [0, 1, 0, 1], classes: 3, weights: weights, penalty: 1)
  }
  // A column that never moves is no reason to fail.
  let level = try LogisticModel(
    x: [1, 9, 2, 9, 3, 9, 4, 9], columns: 2, outcomes: [0, 1, 0, 1], classes: 2, weights: weights, penalty: 0.1)
  #expect(level.coefficients[1] == 0)
}
