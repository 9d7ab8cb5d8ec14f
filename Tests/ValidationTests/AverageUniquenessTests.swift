// Uniqueness weights against their definition.

import QuantMath
import Testing
import Validation

@Suite struct AverageUniquenessTests {
  @Test func labelsThatShareNoBarWeighOne() throws {
    let labels = [RandomLabels.label(0, 3), RandomLabels.label(3, 5), RandomLabels.label(9, 10)]
    #expect(try AverageUniqueness.weights(labels) == [1, 1, 1])
  }

  @Test func halfSharedLabelsWeighThreeQuarters() throws {
    // Bars 1-2 against bars 2-3: each is alone on one bar and shares the other.
    let weights = try AverageUniqueness.weights([RandomLabels.label(0, 2), RandomLabels.label(1, 3)])
    #expect(weights == [0.75, 0.75])
  }

  @Test func weightsEqualTheDefinitionOnRandomLabels() throws {
    for round in 0..<50 {
      var random = CounterRandom(seed: 1, purpose: "uniqueness", index: UInt64(round))
      let labels = RandomLabels.make(count: 40, longest: 9, random: &random)
      let weights = try AverageUniqueness.weights(labels)
      for (label, weight) in zip(labels, weights) {
        let shares = ((label.startIndex + 1)...label.endIndex).map { bar in
          1 / Double(labels.count { $0.startIndex < bar && bar <= $0.endIndex })
        }
        let expected = shares.reduce(0, +) / Double(shares.count)
        #expect(abs(weight - expected) < 1e-12)
      }
    }
  }

  @Test func noLabelsHaveNoWeights() throws {
    #expect(try AverageUniqueness.weights([]).isEmpty)
  }

  @Test func aLabelWithoutBarsIsRefused() {
    #expect(throws: ValidationError.reversedSpan(position: 0)) {
      try AverageUniqueness.weights([RandomLabels.label(4, 4)])
    }
  }
}
