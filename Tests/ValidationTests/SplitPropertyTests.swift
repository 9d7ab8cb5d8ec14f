// Properties of all splitters over random label sets, against the definition.

import QuantMath
import Testing
import TradingDomain
import Validation

@Suite struct SplitPropertyTests {
  /// Splits of `make` over random labels, with the labels and embargo used; infeasible draws are counted, not hidden.
  private func forEachRandomSplit(
    purpose: String, _ make: (inout CounterRandom, Int) -> ([Label]) throws -> [Split],
    check: ([Label], Split, Int) -> Void
  ) -> Int {
    var feasible = 0
    for round in 0..<1_500 {
      var random = CounterRandom(seed: 7, purpose: purpose, index: UInt64(round))
      let labels = RandomLabels.make(
        count: random.nextInteger(in: 20...80), longest: random.nextInteger(in: 1...12), random: &random)
      let embargo = random.nextInteger(in: 0...6)
      guard let splits = try? make(&random, embargo)(labels) else { continue }
      feasible += 1
      for split in splits { check(labels, split, embargo) }
    }
    return feasible
  }

  private func expectNoLeak(_ labels: [Label], _ split: Split) {
    for train in split.train {
      for test in split.test where labels[train].overlaps(labels[test]) {
        Issue.record("training label \(train) meets test label \(test)")
      }
    }
    #expect(Set(split.train).isDisjoint(with: split.test))
    #expect(split.test == split.testSegments.flatMap(Array.init))
  }

  @Test func purgedKFoldKeepsExactlyWhatTheDefinitionKeeps() {
    let feasible = forEachRandomSplit(
      purpose: "kfold",
      { random, embargo in
        PurgedKFold(folds: random.nextInteger(in: 2...6), embargo: .bars(embargo)).splits
      }
    ) { labels, split, embargo in
      expectNoLeak(labels, split)
      #expect(split.train == RandomLabels.bruteForce(labels, test: split.testSegments, embargoBars: embargo))
      #expect(split.train.count + split.test.count + split.purged + split.embargoed == labels.count)
    }
    #expect(feasible > 1_250)
  }

  @Test func combinatorialSplitsKeepExactlyWhatTheDefinitionKeeps() {
    let feasible = forEachRandomSplit(
      purpose: "combinatorial",
      { random, embargo in
        let groups = random.nextInteger(in: 3...7)
        return CombinatorialPurgedCV(
          groups: groups, testGroups: random.nextInteger(in: 1...(groups - 1)), embargo: .bars(embargo)
        ).splits
      }
    ) { labels, split, embargo in
      expectNoLeak(labels, split)
      #expect(split.train == RandomLabels.bruteForce(labels, test: split.testSegments, embargoBars: embargo))
    }
    #expect(feasible > 750)
  }

  @Test func walkForwardTrainsOnlyOnOutcomesKnownBeforeTheTest() {
    let feasible = forEachRandomSplit(
      purpose: "walk",
      { random, embargo in
        let length = random.nextInteger(in: 5...15)
        let window: TrainingWindow =
          random.nextInteger(in: 0...1) == 0 ? .expanding(minimum: length) : .rolling(length: length)
        return WalkForward(
          window: window, testLength: random.nextInteger(in: 1...10), gap: random.nextInteger(in: 0...3),
          embargo: .bars(embargo)
        ).splits
      }
    ) { labels, split, embargo in
      expectNoLeak(labels, split)
      let opening = labels[split.test[0]]
      for train in split.train {
        #expect(labels[train].end < opening.start)
        #expect(opening.startIndex - labels[train].endIndex > embargo)
      }
      #expect(split.train.allSatisfy { $0 < split.test[0] })
    }
    #expect(feasible > 750)
  }

  @Test func embargoByTimeAndByBarsAgreeOnBarsWithoutGaps() throws {
    var random = CounterRandom(seed: 3, purpose: "embargo")
    let labels = RandomLabels.make(count: 200, longest: 5, random: &random)
    let byBars = try PurgedKFold(folds: 5, embargo: .bars(7)).splits(labels)
    let byTime = try PurgedKFold(folds: 5, embargo: .duration(.minutes(7))).splits(labels)
    #expect(byBars == byTime)
    #expect(byBars.contains { $0.embargoed > 0 })
  }
}
