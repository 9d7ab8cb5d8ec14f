// Size and power of the tests for data snooping.

import QuantMath
import Testing
import Validation

@Suite struct SuperiorPredictiveAbilityTests {
  private func result(round: Int, edge: Double) throws -> SuperiorPredictiveAbility {
    var random = CounterRandom(seed: 12, purpose: "snooping", index: UInt64(round))
    var excess = Matrix<Double>(rows: 120, columns: 8)
    for row in 0..<120 {
      for column in 0..<8 { excess[row, column] = random.nextGaussian() + (column == 3 ? edge : 0) }
    }
    return try SuperiorPredictiveAbility(
      excess: excess, bootstrap: BlockBootstrap(scheme: .stationary(meanLength: 2), seed: UInt64(round)),
      replicates: 300)
  }

  @Test func noiseIsRejectedAboutAsOftenAsTheLevelSays() throws {
    let results = try (0..<300).map { try result(round: $0, edge: 0) }
    // 300 tests at 10 %: 30 expected, standard deviation 5.2; four of them either way.
    for pValue in [\SuperiorPredictiveAbility.realityCheck, \.consistent, \.upper] {
      let rejected = results.count { $0[keyPath: pValue] <= 0.1 }
      #expect((9...51).contains(rejected), "\(rejected) of 300")
    }
    #expect(results.allSatisfy { $0.lower <= $0.consistent && $0.consistent <= $0.upper })
  }

  @Test func anEdgeIsFoundAmongNoise() throws {
    #expect(try (0..<20).allSatisfy { try result(round: $0, edge: 0.6).consistent < 0.02 })
  }
}
