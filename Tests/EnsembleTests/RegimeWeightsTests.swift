// Weights keep to their bound, follow the regimes, and leave absent members alone.

import Ensemble
import Glibc
import QuantMath
import Testing

/// Runs weights over outcomes that one of `members` forecasts well and the others badly; `best` says who at each time.
private func run(
  _ weights: RegimeWeights, outcomes: Int, regime: (Int) -> Int, best: (Int) -> Int, good: Double = 0.7,
  bad: Double = 0.4
) -> (mixture: Double, best: Double) {
  var (mixture, reference) = (0.0, 0.0)
  let ages = [Double](repeating: 0, count: weights.members)
  for outcome in 0..<outcomes {
    let probabilities = (0..<weights.regimes).map { $0 == regime(outcome) ? 1.0 : 0.0 }
    let given = (0..<weights.members).map { $0 == best(outcome) ? good : bad }
    guard let mixed = weights.mixture(probabilities: probabilities, ages: ages) else { return (.nan, .nan) }
    mixture -= log((0..<weights.members).reduce(0) { $0 + mixed[$1] * given[$1] })
    reference -= log(good)
    weights.learn(outcomeProbabilities: given, probabilities: probabilities)
  }
  return (mixture, reference)
}

@Test(arguments: [2, 3, 5], [0.001, 0.01, 0.05]) func theMixtureStaysWithinItsBound(members: Int, share: Double) throws
{
  for changes in [0, 3, 20] {
    let (count, segment) = (4_000, 4_000 / (changes + 1) + 1)
    let weights = try RegimeWeights(members: members, regimes: 1, plan: WeightPlan(share: share))
    let (mixture, best) = run(weights, outcomes: count, regime: { _ in 0 }, best: { $0 / segment % members })
    let (n, k, t) = (Double(members), Double(changes), Double(count))
    let bound = log(n) + k * log(n - 1) + k * log(1 / share) + (t - 1 - k) * log(1 / (1 - share))
    #expect(mixture - best <= bound + 1e-9)
    // And learning is worth something: far better than never changing one's mind.
    #expect(mixture - best < 0.5 * t * (log(0.7) - log((0.7 + (n - 1) * 0.4) / n)) || changes == 20)
  }
}

@Test func eachRegimeHasItsOwnBestMember() throws {
  let weights = try RegimeWeights(members: 3, regimes: 2, plan: WeightPlan(share: 0.001))
  let (mixture, best) = run(weights, outcomes: 2_000, regime: { $0 / 50 % 2 }, best: { $0 / 50 % 2 })
  #expect(weights.weights(regime: 0)[0] > 0.99 && weights.weights(regime: 1)[1] > 0.99)
  // Two regimes learned once each, not forty changes.
  #expect(mixture - best < 2 * log(3) + 2_000 * log(1 / 0.999) + 1e-9)
  let half: [Double] = [0.5, 0.5]
  let mixed = try #require(weights.mixture(probabilities: half, ages: [0, 0, 0]))
  #expect(abs(mixed[0] - 0.5) < 0.01 && abs(mixed[1] - 0.5) < 0.01)
}

@Test func aDominatedMemberFallsToItsFloor() throws {
  for floor in [0, 0.02] {
    let weights = try RegimeWeights(members: 3, regimes: 1, plan: WeightPlan(share: 0, floor: floor))
    _ = run(weights, outcomes: 500, regime: { _ in 0 }, best: { _ in 2 })
    let row = weights.weights(regime: 0)
    #expect(abs(row[0] - floor) < 1e-3 && abs(row.reduce(0, +) - 1) < 1e-12)
  }
}

@Test func whoIsAbsentNeitherGainsNorLoses() throws {
  let weights = try RegimeWeights(members: 3, regimes: 1, plan: WeightPlan(share: 0.01), prior: [0.2, 0.3, 0.5])
  for _ in 0..<50 { weights.learn(outcomeProbabilities: [0.8, .nan, 0.4], probabilities: [1]) }
  let row = weights.weights(regime: 0)
  #expect(abs(row[1] - 0.3) < 1e-12 && row[0] > 0.6 && abs(row.reduce(0, +) - 1) < 1e-12)
  let mixed = try #require(weights.mixture(probabilities: [1], ages: [0, .nan, 0]))
  #expect(mixed[1] == 0 && abs(mixed[0] + mixed[2] - 1) < 1e-12)
  #expect(weights.mixture(probabilities: [1], ages: [.nan, .nan, .nan]) == nil)
}

@Test func anOldForecastCountsLess() throws {
  let weights = try RegimeWeights(members: 2, regimes: 1, plan: WeightPlan(halfLife: 2))
  let mixed = try #require(weights.mixture(probabilities: [1], ages: [0, 4]))
  #expect(abs(mixed[0] - 0.8) < 1e-12)
}

@Test func weightsThatCannotBeAreRefused() {
  #expect(throws: WeightError.self) { try RegimeWeights(members: 0, regimes: 1, plan: WeightPlan()) }
  #expect(throws: WeightError.self) { try RegimeWeights(members: 3, regimes: 1, plan: WeightPlan(floor: 0.4)) }
  #expect(throws: WeightError.self) {
    try RegimeWeights(members: 2, regimes: 1, plan: WeightPlan(), prior: [0, 0])
  }
}
