// Anchored windows, nested splits, and five published faults of purged splitters, one test each.

import QuantMath
import Testing
import TradingDomain
import Validation

@Suite struct NestedSplitterTests {
  private func check<Outer: Splitter, Inner: Splitter>(_ nested: NestedSplitter<Outer, Inner>, seed: UInt64) throws {
    for round in 0..<40 {
      var random = CounterRandom(seed: seed, purpose: "nested", index: UInt64(round))
      let labels = RandomLabels.make(count: 150, longest: 5, random: &random)
      for split in try nested.splits(labels) {
        let allowed = Set(split.outer.train)
        #expect(!split.inner.isEmpty)
        for inner in split.inner {
          #expect(allowed.isSuperset(of: inner.train) && allowed.isSuperset(of: inner.test))
          for trained in inner.train {
            #expect(!inner.test.contains { labels[$0].overlaps(labels[trained]) })
          }
          for used in inner.train + inner.test {
            #expect(!split.outer.test.contains { labels[$0].overlaps(labels[used]) })
          }
        }
      }
    }
  }

  @Test func innerSplitsNeverSeeTheOuterTestOrItsPurgeZone() throws {
    let folds = PurgedKFold(folds: 4, embargo: .bars(3))
    let walk = WalkForward(window: .expanding(minimum: 20), testLength: 15)
    let combinations = CombinatorialPurgedCV(groups: 5, testGroups: 2, embargo: .bars(2))
    try check(NestedSplitter(outer: folds, inner: folds), seed: 1)
    try check(NestedSplitter(outer: combinations, inner: folds), seed: 2)
    try check(NestedSplitter(outer: folds, inner: combinations), seed: 3)
    try check(
      NestedSplitter(outer: WalkForward(window: .rolling(length: 80), testLength: 30), inner: walk), seed: 4)
  }

  @Test func anchoredWindowsDoNotMoveWhenOlderHistoryIsLoaded() throws {
    let labels = (0..<40).map { RandomLabels.label($0, $0 + 2) }
    let anchored = WalkForward(window: .anchored(start: RandomLabels.time(10), minimum: 8), testLength: 5)
    let whole = try anchored.splits(labels)
    let later = try anchored.splits(Array(labels[10...]))
    #expect(whole.map { $0.train.map { $0 - 10 } } == later.map(\.train))
    #expect(whole.map { $0.test.map { $0 - 10 } } == later.map(\.test))
    #expect(whole.first?.train.first == 10 && whole.first?.test.first == 18)
    let expanding = WalkForward(window: .expanding(minimum: 8), testLength: 5)
    #expect(try expanding.splits(labels).first?.test.first == 8)
    #expect(throws: ValidationError.tooFewLabels(count: 0, needed: 9, purpose: "one walk-forward window")) {
      try WalkForward(window: .anchored(start: RandomLabels.time(99), minimum: 8), testLength: 5).splits(labels)
    }
  }
}

@Suite struct PublishedSplitterFaultTests {
  /// Nine labels of ten bars, one every five bars.
  private let labels = (0..<9).map { RandomLabels.label(5 * $0, 5 * $0 + 10) }

  @Test func theTestWindowOpensAtTheFirstLabelsStartNotItsEnd() throws {
    // Fold 1 tests 3-5 from bar 15. Label 2 (10-20) begins before bar 25, where label 3 ends, and must go all the same.
    let split = try PurgedKFold(folds: 3).splits(labels)[1]
    #expect(split.test == [3, 4, 5] && split.train == [0, 8])
  }

  @Test func theEmbargoBeginsWhereThePurgeEnds() throws {
    // Fold 0 tests 0-2, known at bar 20. Counted from the last test start (bar 10), 9 bars would remove nothing.
    let split = try PurgedKFold(folds: 3, embargo: .bars(9)).splits(labels)[0]
    #expect(split.train == [6, 7, 8] && split.purged == 2 && split.embargoed == 1)
  }

  @Test func purgingGoesBySpansNotByANumberOfRows() throws {
    var uneven = labels
    uneven[0].endIndex = 18
    uneven[0].end = RandomLabels.time(18)
    uneven[1].endIndex = 7
    uneven[1].end = RandomLabels.time(7)
    let split = try PurgedKFold(folds: 3).splits(uneven)[1]
    #expect(split.train.filter { $0 < 3 } == [1], "the long first label goes, the short second one stays")
  }

  @Test func theEmbargoIsMeasuredFromTheLatestEndNotFromTheLastLabelsEnd() throws {
    var long = labels
    long[1].endIndex = 31
    long[1].end = RandomLabels.time(31)
    let split = try PurgedKFold(folds: 3, embargo: .bars(5)).splits(long)[0]
    #expect(split.train == [8] && split.embargoed == 1)
  }

  @Test func everySegmentBetweenTestGroupsIsPurgedOnBothSides() throws {
    let many = (0..<40).map { RandomLabels.label($0, $0 + 2) }
    let split = try #require(
      try CombinatorialPurgedCV(groups: 4, testGroups: 2).splits(many).first { $0.testSegments == [0..<10, 20..<30] })
    #expect(split.train == Array(12...17) + Array(32...39))
  }
}
