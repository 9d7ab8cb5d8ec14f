// Return attribution, time decay and the sequential bootstrap against their definitions.

import QuantMath
import Testing
import Validation

@Suite struct LabelWeightTests {
  @Test func returnAttributionEqualsTheDefinitionOnRandomLabels() throws {
    for round in 0..<50 {
      var random = CounterRandom(seed: 2, purpose: "attribution", index: UInt64(round))
      let labels = RandomLabels.make(count: 40, longest: 9, random: &random)
      let returns = (0...(labels.map(\.endIndex).max() ?? 0)).map { _ in random.nextGaussian() }
      let weights = try ReturnAttribution.weights(labels, logReturns: returns)
      let raw = labels.map { label in
        abs(
          ((label.startIndex + 1)...label.endIndex).reduce(0.0) { sum, bar in
            sum + returns[bar] / Double(labels.count { $0.startIndex < bar && bar <= $0.endIndex })
          })
      }
      let total = raw.reduce(0, +)
      for (weight, share) in zip(weights, raw) { #expect(abs(weight - share * 40 / total) < 1e-9) }
    }
  }

  @Test func aMarketThatNeverMovedAndAMissingReturnAreRefused() {
    let labels = [RandomLabels.label(0, 2)]
    #expect(throws: ValidationError.self) { try ReturnAttribution.weights(labels, logReturns: [0, 0, 0]) }
    #expect(throws: ValidationError.self) { try ReturnAttribution.weights(labels, logReturns: [0, .nan, 1]) }
    #expect(throws: ValidationError.lengthMismatch(name: "logReturns", count: 2, expected: 3)) {
      try ReturnAttribution.weights(labels, logReturns: [0, 1])
    }
  }

  @Test func decayIsLinearInInformationNotInLabels() throws {
    // Four labels over one bar hold as much information as the one after them.
    let labels = [(0, 1), (0, 1), (0, 1), (0, 1), (1, 2)].map { RandomLabels.label($0.0, $0.1) }
    let kept = try TimeDecay.factors(labels, oldest: 0)
    for (factor, expected) in zip(kept, [0.125, 0.25, 0.375, 0.5, 1]) { #expect(abs(factor - expected) < 1e-12) }
    #expect(try TimeDecay.factors(labels, oldest: 1) == [1, 1, 1, 1, 1])
    let cut = try TimeDecay.factors(labels, oldest: -0.5)
    for (factor, expected) in zip(cut, [0, 0, 0, 0, 1.0]) { #expect(abs(factor - expected) < 1e-12) }
    #expect(throws: ValidationError.self) { try TimeDecay.factors(labels, oldest: -1) }
  }

  @Test func sequentialDrawsFollowTheDefinition() throws {
    var random = CounterRandom(seed: 4, purpose: "sequential labels")
    let labels = RandomLabels.make(count: 30, longest: 8, random: &random)
    let key = CounterRandom(seed: 9, stream: 1)
    let sample = try SequentialBootstrap.sample(labels, draws: 60, random: key)
    var draws = key
    for step in sample.indices {
      let weights = labels.map { label in
        let bars = (label.startIndex + 1)...label.endIndex
        let shares = bars.map { bar in
          1 / Double(1 + sample[..<step].count { labels[$0].startIndex < bar && bar <= labels[$0].endIndex })
        }
        return shares.reduce(0, +) / Double(shares.count)
      }
      let target = draws.nextUniform() * weights.reduce(0, +)
      var sum = 0.0
      let choice = weights.firstIndex { weight in
        sum += weight
        return sum > target
      }
      #expect(sample[step] == choice)
    }
  }

  @Test func sequentialSamplesAreMoreUniqueThanUniformOnes() throws {
    var gain = 0.0
    for round in 0..<40 {
      var random = CounterRandom(seed: 6, purpose: "uniqueness of samples", index: UInt64(round))
      let labels = RandomLabels.make(count: 40, longest: 12, random: &random)
      let drawn = try SequentialBootstrap.sample(labels, draws: 20, random: random).map { labels[$0] }
      let uniform = (0..<20).map { _ in labels[random.nextInteger(in: 0...39)] }
      let better = try AverageUniqueness.weights(drawn).reduce(0, +)
      let plain = try AverageUniqueness.weights(uniform).reduce(0, +)
      gain += (better - plain) / 20
    }
    #expect(gain / 40 > 0.03)
  }
}
