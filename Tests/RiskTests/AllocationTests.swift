// Portfolio weights against SciPy.

import Foundation
import QuantMath
import Risk
import Testing

private struct Golden: Decodable {
  struct Tail: Decodable {
    var tail: Double
    var weights: [Double]
    var loss: Double
  }

  var results: [[Double]]
  var covariance: [[Double]]
  var riskParity: [Double]
  var hierarchical: [Double]
  var tails: [Tail]

  static func read() throws -> Golden {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Golden")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: folder.appending(path: "allocation.json")))
  }

  var matrix: Matrix<Double> {
    Matrix(rows: results.count, columns: results[0].count, elements: results.flatMap { $0 })
  }
}

@Suite struct AllocationTests {
  @Test func covariancesAndWeightsAreSciPys() throws {
    let golden = try Golden.read()
    let covariance = SampleCovariance.matrix(golden.matrix)
    for (own, theirs) in zip(covariance.elements, golden.covariance.flatMap { $0 }) {
      #expect(abs(own - theirs) < 1e-9 * max(1, abs(theirs)))
    }
    for (own, theirs) in zip(RiskParity.weights(covariance), golden.riskParity) { #expect(abs(own - theirs) < 1e-7) }
    for (own, theirs) in zip(HierarchicalRiskParity.weights(covariance), golden.hierarchical) {
      #expect(abs(own - theirs) < 1e-12)
    }
  }

  @Test func theLeastTailIsTheLinearPrograms() throws {
    let golden = try Golden.read()
    for tail in golden.tails {
      let weights = MinimumTail.weights(golden.matrix, tail: tail.tail)
      #expect(abs(weights.reduce(0, +) - 1) < 1e-9 && weights.allSatisfy { $0 >= 0 })
      let loss = MinimumTail.loss(golden.matrix, weights, tail: tail.tail)
      // The minimum cannot be beaten, and is met within a thousandth.
      #expect(loss >= tail.loss - 1e-9 && loss <= tail.loss * 1.001, "\(loss) for \(tail.loss)")
      #expect(abs(MinimumTail.loss(golden.matrix, tail.weights, tail: tail.tail) - tail.loss) < 1e-6)
    }
  }

  @Test func riskIsSharedEqually() throws {
    let covariance = SampleCovariance.matrix(try Golden.read().matrix)
    let weights = RiskParity.weights(covariance)
    let shares = weights.indices.map { own in
      weights[own] * weights.indices.reduce(0) { $0 + covariance[own, $1] * weights[$1] }
    }
    #expect((shares.max() ?? 0) / (shares.min() ?? 1) < 1 + 1e-9)
  }

  @Test(arguments: AllocationMethod.allCases) func thinAndStillResultsGiveWeightsAllTheSame(method: AllocationMethod) {
    let still = Matrix<Double>(rows: 20, columns: 3, repeating: 0)
    var half = still
    for row in 0..<20 { half[row, 1] = row % 2 == 0 ? 5 : -5 }
    for matrix in [still, half, Matrix(rows: 1, columns: 3, repeating: 2), Matrix(rows: 20, columns: 1, repeating: 1)] {
      let weights = method.weights(matrix, shrinkage: 0.1, tail: 0.1)
      #expect(weights.count == matrix.columns && weights.allSatisfy(\.isFinite))
      #expect(abs(weights.reduce(0, +) - 1) < 1e-9, "\(method): \(weights)")
    }
  }
}
