// A trap for leaks: a learner that copies its neighbour's future must gain nothing across a purged boundary.

import QuantMath
import Testing
import Validation

@Suite struct LeakageTrapTests {
  /// Sums of `span` future steps of a fair random walk: unpredictable, but shared almost entirely by neighbours.
  private func overlappingLabels(count: Int, span: Int) -> [Label] {
    var random = CounterRandom(seed: 11, purpose: "leak")
    let steps = (0..<(count + span)).map { _ in random.nextGaussian() }
    return (0..<count).map { index in
      RandomLabels.label(index, index + span, value: steps[(index + 1)..<(index + span)].reduce(0, +))
    }
  }

  /// Correlation of test values with a cheating feature: the outcome of the training label nearest in time.
  private func correlation(_ labels: [Label], tests: [(train: [Int], test: [Int])]) -> Double {
    var (xy, xx, yy) = (0.0, 0.0, 0.0)
    for (train, test) in tests {
      for position in test {
        guard let nearest = train.min(by: { abs($0 - position) < abs($1 - position) }) else { continue }
        let (x, y) = (labels[nearest].value, labels[position].value)
        xy += x * y
        xx += x * x
        yy += y * y
      }
    }
    return xy / (xx * yy).squareRoot()
  }

  @Test func aCopiedFutureHelpsOnlyWhereNothingWasPurged() throws {
    let labels = overlappingLabels(count: 1500, span: 20)
    let splits = try PurgedKFold(folds: 75).splits(labels)
    let purged = correlation(labels, tests: splits.map { ($0.train, $0.test) })
    let unpurged = correlation(
      labels, tests: splits.map { split in (labels.indices.filter { !split.test.contains($0) }, split.test) })
    // About 1500 / 20 = 75 independent labels: under no leak the correlation's standard error is near 0.12.
    #expect(unpurged > 0.6)
    #expect(abs(purged) < 0.36)
    // The purge is what makes the difference: nothing else was changed.
    #expect(splits.allSatisfy { $0.purged > 0 })
  }
}
