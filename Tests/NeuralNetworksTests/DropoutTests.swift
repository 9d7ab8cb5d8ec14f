// Dropout: shares, expectation, and masks that depend on their names alone.

import NeuralNetworks
import Testing

@Suite struct DropoutTests {
  private let count = 200_003

  private func mask(
    _ probability: Double, place: Int = 1, key: DropoutKey = DropoutKey(seed: 7, step: 3), row: Int = 0, part: Int = 0,
    count: Int = 200_003
  ) -> [Float] {
    let room = Room([Float](repeating: 1, count: count))
    let dropout = Dropout<Float>(probability, place: place)
    dropout.apply(key, row: row, part: part, room.base, to: room.base, count: count)
    return room.numbers
  }

  @Test(arguments: [0.1, 0.25, 0.5, 0.9]) func theShareDroppedIsTheProbabilityAndTheExpectationStays(
    probability: Double
  ) {
    let mask = mask(probability)
    let deviation = (probability * (1 - probability) / Double(count)).squareRoot()
    #expect(abs(Double(mask.count { $0 == 0 }) / Double(count) - probability) < 4 * deviation + 1e-5)
    let scale = Dropout<Float>(probability, place: 1).scale
    #expect(mask.allSatisfy { $0 == 0 || $0 == scale })
    #expect(abs(Double(scale) * (1 - probability) - 1) < 1e-4)
    let mean = mask.reduce(0.0) { $0 + Double($1) } / Double(count)
    #expect(abs(mean - 1) < 4 * deviation / (1 - probability) + 1e-4)
  }

  @Test func maskingIsTheSameEachTimeAndOverAnyLength() {
    #expect(mask(0.5) == mask(0.5))
    for length in [1, 3, 4, 5, 1_000] { #expect(mask(0.5, count: length) == Array(mask(0.5)[..<length])) }
  }

  @Test func everyPartOfTheNameMatters() {
    let reference = mask(0.5)
    let others = [
      mask(0.5, place: 2), mask(0.5, row: 1), mask(0.5, part: 1), mask(0.5, key: DropoutKey(seed: 8, step: 3)),
      mask(0.5, key: DropoutKey(seed: 7, step: 4)),
    ]
    for other in others {
      // Unrelated masks agree on half of the elements.
      let agreement = Double(zip(reference, other).count { $0 == $1 }) / Double(count)
      #expect(abs(agreement - 0.5) < 4 * 0.5 / Double(count).squareRoot())
    }
    #expect(mask(0.5, key: DropoutKey(seed: 7, step: 3, firstRow: 5), row: 2) == mask(0.5, row: 7))
  }

  @Test func neighboursAreIndependent() {
    let mask = mask(0.5)
    for distance in [1, 2, 3, 4, 8] {
      let pairs = zip(mask, mask.dropFirst(distance)).count { $0 == $1 }
      let total = Double(count - distance)
      #expect(abs(Double(pairs) / total - 0.5) < 4 * 0.5 / total.squareRoot())
    }
  }

  @Test func aProbabilityOfNothingDropsNothing() {
    #expect(!Dropout<Float>(0, place: 0).drops)
    #expect(mask(0, count: 100) == [Float](repeating: 1, count: 100))
  }
}
