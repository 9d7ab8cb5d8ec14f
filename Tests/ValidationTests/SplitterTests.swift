// What each splitter does on labels small enough to check by hand.

import Testing
import TradingDomain
import Validation

@Suite struct SplitterTests {
  /// Labels 0..<count, each spanning `length` bars from its own bar.
  private func labels(_ count: Int, length: Int = 1) -> [Label] {
    (0..<count).map { RandomLabels.label($0, $0 + length, value: Double($0)) }
  }

  @Test func everyLabelIsTestedOnceByKFold() throws {
    let splits = try PurgedKFold(folds: 3).splits(labels(10))
    #expect(splits.map(\.test) == [[0, 1, 2, 3], [4, 5, 6], [7, 8, 9]])
  }

  @Test func aLabelThatStartsWhenTheTestEndsIsPurged() throws {
    // Fold 4...6 of one-bar labels: its last outcome is known at bar 7, where label 7 begins.
    let split = try PurgedKFold(folds: 3).splits(labels(10))[1]
    #expect(split.train == [0, 1, 2, 8, 9])
    #expect(split.purged == 2)
  }

  @Test func embargoStartsAfterThePurge() throws {
    let split = try PurgedKFold(folds: 3, embargo: .bars(1)).splits(labels(10))[1]
    #expect(split.train == [0, 1, 2, 9])
    #expect(split.purged == 2)
    #expect(split.embargoed == 1)
  }

  @Test func aLongTestLabelReachesOverLaterShortOnes() throws {
    var all = labels(9)
    all[3] = RandomLabels.label(3, 8)
    let split = try PurgedKFold(folds: 3).splits(all)[1]
    #expect(split.train == [0, 1])
  }

  @Test func expandingWindowsGrowAndRollingWindowsMove() throws {
    let expanding = try WalkForward(window: .expanding(minimum: 4), testLength: 3).splits(labels(10))
    #expect(expanding.map(\.test) == [[4, 5, 6], [7, 8, 9]])
    #expect(expanding.map(\.train) == [[0, 1, 2], [0, 1, 2, 3, 4, 5]])
    let rolling = try WalkForward(window: .rolling(length: 4), testLength: 3).splits(labels(10))
    #expect(rolling.map(\.train) == [[0, 1, 2], [3, 4, 5]])
  }

  @Test func theLastTestWindowMayBeShortButNothingIsLost() throws {
    let splits = try WalkForward(window: .expanding(minimum: 4), testLength: 4).splits(labels(10))
    #expect(splits.flatMap(\.test) == Array(4..<10))
  }

  @Test func gapLeavesLabelsOutBetweenTrainingAndTest() throws {
    let splits = try WalkForward(window: .expanding(minimum: 4), testLength: 3, gap: 2).splits(labels(10))
    #expect(splits[0].train == [0, 1, 2, 3])
    #expect(splits[0].test == [6, 7, 8])
  }

  @Test func combinatorialPathsUseEverySplitAndGroupOnce() throws {
    let method = CombinatorialPurgedCV(groups: 6, testGroups: 2)
    let splits = try method.splits(labels(60))
    let paths = try method.paths()
    #expect(splits.count == 15)
    #expect(paths.count == 5 && method.pathCount == 5)
    var used = Set<[Int]>()
    for path in paths {
      for (group, split) in path.enumerated() {
        #expect(splits[split].test.contains(group * 10))
        used.insert([split, group])
      }
    }
    #expect(used.count == 30)
  }

  @Test func pathsJoinPredictionsInTheOrderOfLabels() throws {
    let method = CombinatorialPurgedCV(groups: 5, testGroups: 2)
    let splits = try method.splits(labels(23))
    // A prediction that names its label and its split: position plus split/100.
    let predictions = splits.enumerated().map { number, split in
      split.test.map { Double($0) + Double(number) / 100 }
    }
    let paths = try method.assemble(predictions, of: splits, missing: .nan)
    #expect(paths.count == 4)
    for path in paths { #expect(path.map { Int($0) } == Array(0..<23)) }
    #expect(Set(paths.map { $0[0] }).count == 4)
  }

  @Test func splitsAreTheSameEveryTime() throws {
    let method = CombinatorialPurgedCV(groups: 6, testGroups: 3, embargo: .bars(2))
    #expect(try method.splits(labels(50)) == method.splits(labels(50)))
  }

  @Test func impossibleRequestsSayWhichArgumentIsWrong() {
    let many = labels(30)
    func message(_ body: () throws -> [Split]) -> String {
      do {
        _ = try body()
        return "no error"
      } catch { return "\(error)" }
    }
    #expect(message { try PurgedKFold(folds: 1).splits(many) }.contains("folds is 1"))
    #expect(message { try PurgedKFold(folds: 5, embargo: .bars(-1)).splits(many) }.contains("embargo is -1 bars"))
    #expect(message { try PurgedKFold(folds: 5).splits(labels(3)) }.contains("3 labels are too few"))
    #expect(message { try PurgedKFold(folds: 2).splits(many.reversed()) }.contains("sort labels"))
    #expect(message { try PurgedKFold(folds: 2).splits(labels(20, length: -1)) }.contains("ends before it starts"))
    #expect(message { try PurgedKFold(folds: 2).splits(labels(20, length: 40)) }.contains("no training label left"))
    #expect(
      message { try WalkForward(window: .rolling(length: 0), testLength: 1).splits(many) }.contains("length is 0"))
    #expect(
      message { try CombinatorialPurgedCV(groups: 40, testGroups: 20).splits(many) }.contains("number of splits"))
    #expect(message { try CombinatorialPurgedCV(groups: 4, testGroups: 4).splits(many) }.contains("testGroups is 4"))
  }
}
