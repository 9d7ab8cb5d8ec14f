// The probability of backtest overfitting against numpy (Tests/oracle/make_validation_golden.py) and known cases.

import QuantMath
import Testing
import Validation

@Suite struct BacktestOverfittingTests {
  private func configurations(periods: Int, count: Int) -> Matrix<Double> {
    var matrix = Matrix<Double>(rows: periods, columns: count)
    for t in 0..<periods {
      for c in 0..<count {
        let linear: Int = t * 37 + c * 101
        let mixed: Int = t * t * (c + 3) * 13
        matrix[t, c] = Double((linear + mixed) % 211 - 104) / 1000
      }
    }
    return matrix
  }

  @Test func agreesWithNumpy() throws {
    let even = try BacktestOverfitting(results: configurations(periods: 120, count: 7), blocks: 8)
    #expect(even.logits.count == 70)
    #expect(abs(even.probability - 0.4714285714285714) < 1e-12)
    #expect(abs(even.logits.reduce(0, +) - 5.854002755298446) < 1e-10)
    #expect(abs(try #require(even.degradationSlope) - -0.7486808921957073) < 1e-10)
    #expect(abs(even.probabilityOfLoss - 0.38571428571428573) < 1e-12)
    let uneven = try BacktestOverfitting(results: configurations(periods: 101, count: 5), blocks: 6)
    #expect(abs(uneven.probability - 0.55) < 1e-12)
    #expect(abs(uneven.logits.reduce(0, +) - -2.748872195622466) < 1e-10)
    #expect(abs(try #require(uneven.degradationSlope) - -0.480539991987765) < 1e-10)
    #expect(abs(uneven.probabilityOfLoss - 0.45) < 1e-12)
  }

  @Test func aTrulyBetterConfigurationIsNotOverfitted() throws {
    var random = CounterRandom(seed: 2, purpose: "pbo")
    var matrix = Matrix<Double>(rows: 400, columns: 10)
    for t in 0..<400 {
      for c in 0..<10 { matrix[t, c] = random.nextGaussian() + (c == 4 ? 1 : 0) }
    }
    #expect(try BacktestOverfitting(results: matrix, blocks: 10).probability == 0)
  }

  @Test func pickingAmongNoiseIsOverfittedAboutHalfTheTime() throws {
    var total = 0.0
    for seed in 0..<20 {
      var random = CounterRandom(seed: UInt64(seed), purpose: "pbo")
      var matrix = Matrix<Double>(rows: 200, columns: 20)
      for index in matrix.elements.indices { matrix.elements[index] = random.nextGaussian() }
      total += try BacktestOverfitting(results: matrix, blocks: 8).probability
    }
    // The 20 estimates spread by about 0.25 each: the mean's standard error is near 0.06.
    #expect(abs(total / 20 - 0.5) < 0.2)
  }

  @Test func aConfigurationThatDoesNothingRanksAsZero() throws {
    var matrix = configurations(periods: 40, count: 3)
    for t in 0..<40 { matrix[t, 1] = 0 }
    #expect(try BacktestOverfitting(results: matrix, blocks: 4).logits.count == 6)
  }

  @Test func impossibleInputsAreRefused() {
    let matrix = configurations(periods: 40, count: 3)
    #expect(throws: ValidationError.self) { try BacktestOverfitting(results: matrix, blocks: 5) }
    #expect(throws: ValidationError.self) { try BacktestOverfitting(results: matrix, blocks: 20 + 2) }
    #expect(throws: ValidationError.self) {
      try BacktestOverfitting(results: Matrix(rows: 7, columns: 3), blocks: 4)
    }
    var holed = matrix
    holed[3, 1] = .nan
    #expect(throws: ValidationError.self) { try BacktestOverfitting(results: holed, blocks: 4) }
    var constant = matrix
    for t in 0..<40 { constant[t, 2] = 0.01 }
    #expect(throws: ValidationError.self) { try BacktestOverfitting(results: constant, blocks: 4) }
  }
}
