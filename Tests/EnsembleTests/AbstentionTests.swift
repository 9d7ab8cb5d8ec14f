// Stated coverages are kept, and each reason to abstain has its case.

import Ensemble
import Glibc
import QuantMath
import Testing

/// Three probabilities and an outcome drawn from them, or from others.
private func draw(_ random: inout CounterRandom, boldness: Double = 1) -> (said: [Double], outcome: Int) {
  let logits = (0..<3).map { _ in random.nextUniform(in: -2..<2) }
  func softmax(_ factor: Double) -> [Double] {
    let powers = logits.map { exp(factor * $0) }
    let sum = powers.reduce(0, +)
    return powers.map { $0 / sum }
  }
  let truth = softmax(1)
  let at = random.nextUniform(in: 0..<1)
  let outcome = at < truth[0] ? 0 : at < truth[0] + truth[1] ? 1 : 2
  return (softmax(boldness), outcome)
}

@Test(arguments: [0.05, 0.1, 0.3], [1.0, 3.0]) func setsMissAsOftenAsTheySay(error: Double, boldness: Double) throws {
  var random = CounterRandom(seed: 7, purpose: "sets")
  let held = (0..<1_000).map { _ in draw(&random, boldness: boldness) }
  let sets = try ConformalSets(truths: held.map { $0.said[$0.outcome] }, error: error)
  var missed = 0
  let count = 20_000
  for _ in 0..<count {
    let (said, outcome) = draw(&random, boldness: boldness)
    if sets.set(said, classes: 3) >> UInt32(outcome) & 1 == 0 { missed += 1 }
  }
  // Two sources of chance: the held-out forecasts and the tested ones.
  let deviation = (error * (1 - error) * (1 / 1_000.0 + 1 / Double(count))).squareRoot()
  #expect(abs(Double(missed) / Double(count) - error) < 4 * deviation + 1 / 1_000.0)
}

@Test func adaptiveSetsKeepTheirErrorWhenTheWorldChanges() throws {
  var random = CounterRandom(seed: 8, purpose: "drift")
  let held = (0..<500).map { _ in draw(&random) }
  let truths = held.map { $0.said[$0.outcome] }
  func missed(step: Double) throws -> Double {
    var random = CounterRandom(seed: 9, purpose: "drift")
    var sets = try ConformalSets(truths: truths, error: 0.1, step: step)
    var missed = 0
    for row in 0..<8_000 {
      // From the middle on the forecasts say the opposite.
      let (said, outcome) = draw(&random, boldness: row < 4_000 ? 1 : -1)
      let holds = sets.set(said, classes: 3) >> UInt32(outcome) & 1 == 1
      if row >= 4_000, !holds { missed += 1 }
      sets.learn(wasInSet: holds)
    }
    return Double(missed) / 4_000
  }
  #expect(try missed(step: 0) > 0.2)
  #expect(abs(try missed(step: 0.01) - 0.1) < 0.02)
}

@Test func tooFewHeldOutForecastsPromiseNothing() {
  #expect(throws: CalibrationError.self) { try ConformalSets(truths: [0.5, 0.6], error: 0.1) }
}

@Test func upperBoundsAreThoseOfClopperAndPearson() {
  // scipy.stats.beta.ppf(0.95, k + 1, n - k)
  for (wrong, count, wanted) in [(0, 20, 0.139_108_3), (3, 50, 0.147_837_2), (40, 200, 0.252_249_5)] {
    #expect(abs(SelectiveThreshold.upperBound(wrong: wrong, of: count, doubt: 0.05) - wanted) < 1e-5)
  }
  #expect(SelectiveThreshold.upperBound(wrong: 5, of: 5, doubt: 0.05) == 1)
}

@Test func thresholdsKeepTheirErrorOnNewForecasts() {
  var broken = 0
  for seed in 0..<200 {
    var random = CounterRandom(seed: UInt64(seed), purpose: "selective")
    let confidences = (0..<2_000).map { _ in random.nextUniform(in: 0.5..<1) }
    // Right as often as said: of those above c, (1 - c) / 2 are wrong.
    let right = confidences.map { random.nextUniform(in: 0..<1) < $0 }
    guard let found = SelectiveThreshold(confidences: confidences, wasRight: right, error: 0.1) else { continue }
    if (1 - found.confidence) / 2 > 0.1 { broken += 1 }
    #expect(found.bound <= 0.1 && found.error <= found.bound && found.coverage > 0.1)
  }
  // At most a doubt of 5 %, and what 200 draws add to it.
  #expect(broken <= 20)
}

@Test func noiseHasNoThreshold() {
  var random = CounterRandom(seed: 1, purpose: "noise")
  let confidences = (0..<2_000).map { _ in random.nextUniform(in: 0.5..<1) }
  let right = confidences.map { _ in random.nextUniform(in: 0..<1) < 0.5 }
  #expect(SelectiveThreshold(confidences: confidences, wasRight: right, error: 0.3) == nil)
}

@Test func newRowsAreTold() {
  var random = CounterRandom(seed: 3, purpose: "novelty")
  let x = (0..<4_000 * 6).map { _ in Float(random.nextUniform(in: -1..<1)) }
  let gate = NoveltyGate(x: x, columns: 6, part: 0.01)
  let flagged = (0..<4_000).count { gate.isNew(Array(x[(6 * $0)..<(6 * $0 + 6)])) }
  #expect(flagged >= 20 && flagged <= 45)
  #expect(gate.isNew([30, 30, 30, 30, 30, 30]))
  #expect(gate.isNew([0, 0, .nan, 0, 0, 0]) && gate.isNew([0, 0, .infinity, 0, 0, 0]))
  #expect(!gate.isNew([0, 0, 0, 0, 0, 0]))
}

@Test func membersThatContradictEachOtherDisagree() {
  let same = Disagreement.divergence([0.2, 0.3, 0.5, 0.2, 0.3, 0.5], weights: [0.5, 0.5], members: 2, classes: 3)
  #expect(abs(same) < 1e-12)
  let opposite = Disagreement.divergence([1, 0, 0, 0, 0, 1], weights: [0.5, 0.5], members: 2, classes: 3)
  #expect(abs(opposite - log(2)) < 1e-12)
  #expect(Disagreement.divergence([1, 0, 0, 0, 0, 1], weights: [1, 0], members: 2, classes: 3) == 0)
}

@Test func aMoveMustPayItsCosts() {
  #expect(MoveWorth.pays(up: 0.7, down: 0.2, move: 4, cost: 1.9))
  #expect(!MoveWorth.pays(up: 0.7, down: 0.2, move: 4, cost: 2))
  #expect(MoveWorth.pays(up: 0.1, down: 0.8, move: 4, cost: 2))
  #expect(!MoveWorth.pays(up: 0.7, down: 0.2, move: 4, cost: 1, margin: 2))
  #expect(!MoveWorth.pays(up: .nan, down: 0.2, move: 4, cost: 1))
}
