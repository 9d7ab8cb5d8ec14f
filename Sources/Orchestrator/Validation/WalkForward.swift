// Train on the past, test on what came next, move on: the rehearsal of trading.

package import TradingDomain

/// Which part of the past is trained on; lengths count labels.
package enum TrainingWindow: Hashable, Sendable {
  /// Everything before the test window, `minimum` labels at first.
  case expanding(minimum: Int)
  /// The last `length` labels before the test window.
  case rolling(length: Int)
  /// Everything from the fixed instant `start` to the test window, `minimum` labels at first.
  ///
  /// Expanding starts wherever the given labels start, so loading more history changes every training set and moves
  /// every test window; anchored never trains on or tests a label from before `start`, whatever history is given.
  case anchored(start: Timestamp, minimum: Int)
}

/// Successive test windows, each after its training window.
///
/// Training labels whose outcome was not yet known at the start of the test window are purged. ``embargo`` widens that
/// distance; ``gap`` leaves out labels between the two windows whatever their span. Nothing after a test window is ever
/// trained on for it.
package struct WalkForward: Hashable, Sendable {
  package var window: TrainingWindow
  /// Labels in a test window; the last window may be shorter, so that no label is lost.
  package var testLength: Int
  /// Labels by which the windows advance; the test windows tile time when this equals ``testLength``.
  package var step: Int
  /// Labels left out between training and test window.
  package var gap: Int
  /// Distance that must lie between the end of every training label and the start of the test window.
  package var embargo: Embargo

  /// - Parameter step: Defaults to `testLength`.
  package init(
    window: TrainingWindow, testLength: Int, step: Int? = nil, gap: Int = 0, embargo: Embargo = .none
  ) {
    self.window = window
    self.testLength = testLength
    self.step = step ?? testLength
    self.gap = gap
    self.embargo = embargo
  }

  /// The splits in order of time.
  ///
  /// - Parameter labels: Sorted by start time.
  package func splits(_ labels: [Label]) throws(ValidationError) -> [Split] {
    let length: Int
    var origin = 0
    switch window {
    case .expanding(let minimum): length = minimum
    case .rolling(let count): length = count
    case .anchored(let start, let minimum):
      length = minimum
      origin = labels.firstIndex { $0.start >= start } ?? labels.count
    }
    try require(length >= 1, "training length", length, "at least 1")
    try require(testLength >= 1, "testLength", testLength, "at least 1")
    try require(step >= 1, "step", step, "at least 1")
    try require(gap >= 0, "gap", gap, "not negative")
    try embargo.check()
    try Purge.check(labels)
    let needed = length + gap + 1
    if labels.count - origin < needed {
      throw .tooFewLabels(count: labels.count - origin, needed: needed, purpose: "one walk-forward window")
    }
    var splits: [Split] = []
    for boundary in stride(from: origin + length, to: labels.count - gap, by: step) {
      let test = (boundary + gap)..<min(boundary + gap + testLength, labels.count)
      var lower = origin
      if case .rolling = window { lower = boundary - length }
      splits.append(try split(labels, training: lower..<boundary, testing: test, number: splits.count))
      if test.upperBound == labels.count { break }
    }
    return splits
  }

  private func split(
    _ labels: [Label], training: Range<Int>, testing test: Range<Int>, number: Int
  ) throws(ValidationError) -> Split {
    let opening = labels[test.lowerBound]
    var split = Split(train: [], testSegments: [test])
    for position in training {
      let label = labels[position]
      let isTooNear = embargo.covers(
        start: opening.start, startIndex: opening.startIndex, afterEnd: label.end, endIndex: label.endIndex)
      split.enter(position, label.end >= opening.start ? .purged : isTooNear ? .embargoed : .kept)
    }
    if split.train.isEmpty {
      throw .emptyTraining(split: number, purged: split.purged, embargoed: split.embargoed)
    }
    return split
  }
}
