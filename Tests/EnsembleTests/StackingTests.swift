// Weights from held-out forecasts: the mixture that made the outcomes, or one member alone.

import Ensemble
import Glibc
import QuantMath
import Testing

/// What two members gave to outcomes that the first makes with probability `share`, the second otherwise.
private func given(rows: Int, share: Double, seed: UInt64) -> [Double] {
  var random = CounterRandom(seed: seed, purpose: "stacking")
  return (0..<rows).flatMap { _ in
    let bold = random.nextUniform(in: 0.55..<0.95)
    let isFirst = random.nextUniform(in: 0..<1) < share
    // The first says that class 0 is likely, the second that class 1 is.
    let happened = (isFirst ? random.nextUniform(in: 0..<1) < bold : random.nextUniform(in: 0..<1) >= bold)
    return happened ? [bold, 1 - bold] : [1 - bold, bold]
  }
}

@Test func theMixtureThatMadeTheOutcomesIsFound() throws {
  let found = try Stacking(
    given: given(rows: 20_000, share: 0.65, seed: 1), members: 2, weights: Array(repeating: 1, count: 20_000))
  #expect(found.isMixed && found.gain > 3 * found.gainError)
  #expect(abs(found.weights[0] - 0.65) < 0.02)
  #expect(found.mixtureLoss < found.memberLosses.min() ?? 0)
}

@Test func oneThatIsBestAloneIsLeftAlone() throws {
  let found = try Stacking(
    given: given(rows: 5_000, share: 1, seed: 2), members: 2, weights: Array(repeating: 1, count: 5_000))
  #expect(!found.isMixed && found.weights == [1, 0])
}

@Test func fewRowsDecideLittle() throws {
  let found = try Stacking(
    given: [0.9, 0.1, 0.8, 0.3, 0.9, 0.2], members: 2, weights: [1, 1, 1], pull: 1_000, errors: -.infinity)
  #expect(found.isMixed && abs(found.weights[0] - 0.5) < 0.01)
}

@Test func rowsThatDoNotFitAreRefused() {
  #expect(throws: WeightError.self) { try Stacking(given: [0.9, 0.1, 0.8], members: 2, weights: [1, 1]) }
}
