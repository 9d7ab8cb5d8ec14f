// One division of labels into those to learn from and those to be judged by.

/// Positions into an array of labels; training and test positions never meet.
///
/// Splitters also keep their spans apart; a split made by hand is only as clean as its maker.
package struct Split: Hashable, Sendable {
  /// Training positions, ascending.
  package private(set) var train: [Int]
  /// Test positions, ascending.
  package let test: [Int]
  /// The contiguous runs that make up ``test``.
  package let testSegments: [Range<Int>]
  /// Labels left out because their span meets a test label's span.
  package private(set) var purged: Int
  /// Labels left out besides, because they lie too near to a test segment.
  package private(set) var embargoed: Int

  /// A split whose test set is `testSegments`.
  ///
  /// - Precondition: `testSegments` are ascending and disjoint, `train` is ascending and outside them.
  package init(train: [Int], testSegments: [Range<Int>], purged: Int = 0, embargoed: Int = 0) {
    precondition(
      zip(testSegments, testSegments.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound },
      "test segments must be ascending and disjoint")
    precondition(zip(train, train.dropFirst()).allSatisfy { $0 < $1 }, "training positions must be ascending")
    precondition(
      !train.contains { position in testSegments.contains { $0.contains(position) } }, "a label is trained and tested")
    self.train = train
    self.test = testSegments.flatMap(Array.init)
    self.testSegments = testSegments
    self.purged = purged
    self.embargoed = embargoed
  }

  /// What becomes of a label that is not tested.
  enum Verdict {
    case kept
    case purged
    case embargoed
  }

  /// Enters the verdict on the label at `position`; positions must ascend.
  mutating func enter(_ position: Int, _ verdict: Verdict) {
    switch verdict {
    case .kept: train.append(position)
    case .purged: purged += 1
    case .embargoed: embargoed += 1
    }
  }
}
