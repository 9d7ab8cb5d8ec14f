// Tests of all features at once: silent where nothing changed, loud where something did, each in its own way.

import ModelLifecycle
import QuantMath
import Testing

/// Sessions of 30 rows of 3 features; rows of a session share a level, as those of a day do.
private func sessions(
  _ count: Int, seed: UInt64, shift: Double = 0, scale: Double = 1
) -> [[[Double]]] {
  var random = CounterRandom(seed: seed, stream: 3)
  return (0..<count).map { _ in
    let level = 0.5 * random.nextGaussian()
    return (0..<30).map { _ in
      [shift + level + scale * random.nextGaussian(), scale * random.nextGaussian(), random.nextGaussian()]
    }
  }
}

@Test func nothingIsFoundWhereNothingChanged() {
  var (kernels, classifiers) = (0, 0)
  for seed in 0..<20 as Range<UInt64> {
    let (old, new) = (sessions(16, seed: 2 * seed + 1), sessions(16, seed: 2 * seed + 2))
    if MaximumMeanDiscrepancy.test(reference: old, newer: new).probability <= 0.05 { kernels += 1 }
    if ClassifierTwoSample.test(reference: old, newer: new).probability <= 0.05 { classifiers += 1 }
  }
  // One in twenty is what chance allows; five or more come in less than three of a thousand tries.
  #expect(kernels <= 4)
  #expect(classifiers <= 4)
}

@Test func aShiftIsFoundByBoth() {
  let (old, new) = (sessions(20, seed: 1), sessions(20, seed: 2, shift: 1))
  #expect(MaximumMeanDiscrepancy.test(reference: old, newer: new).probability <= 0.01)
  let classified = ClassifierTwoSample.test(reference: old, newer: new)
  #expect(classified.probability <= 0.02)
  #expect(classified.area > 0.75)
}

@Test func aWiderShapeIsFoundByTheKernel() {
  let (old, new) = (sessions(20, seed: 5), sessions(20, seed: 6, scale: 1.8))
  #expect(MaximumMeanDiscrepancy.test(reference: old, newer: new).probability <= 0.01)
}

@Test func theSameSeedGivesTheSameAnswer() {
  let (old, new) = (sessions(8, seed: 7), sessions(8, seed: 8))
  #expect(
    MaximumMeanDiscrepancy.test(reference: old, newer: new) == MaximumMeanDiscrepancy.test(reference: old, newer: new))
}
