// Split by split against purgedcv and skfolio on thousands of random cases; Tests/oracle/make_split_golden.py says how.

import Foundation
import Testing

import TradingDomain
import Validation

/// The generator that both sides draw from.
private struct SplitMix64 {
  var state: UInt64

  /// A whole number from `low` to `high`, both included.
  mutating func draw(_ low: Int, _ high: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return low + Int((word ^ (word >> 31)) % UInt64(high - low + 1))
  }
}

/// FNV-1a over the eight bytes of a position.
private func combine(_ position: UInt64, into value: inout UInt64) {
  for shift in stride(from: UInt64(0), to: 64, by: 8) {
    value = (value ^ (position >> shift & 0xFF)) &* 0x0000_0100_0000_01B3
  }
}

private func hashed(_ splits: [Split]) -> String {
  var value: UInt64 = 0xCBF2_9CE4_8422_2325
  for split in splits {
    for positions in [split.train, split.test] {
      for position in positions { combine(UInt64(position), into: &value) }
      combine(.max, into: &value)
    }
  }
  let digits = String(value, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}

private func label(_ index: Int, _ start: Int, _ end: Int) -> Label {
  Label(
    startIndex: index, endIndex: index, start: Timestamp(nanoseconds: Int64(start)),
    end: Timestamp(nanoseconds: Int64(end)), value: 0)
}

private func spanCase(_ number: Int) throws -> String {
  var random = SplitMix64(state: UInt64(number))
  let count = random.draw(34, 60)
  var starts: [Int] = []
  var time = 0
  for _ in 0..<count {
    time += random.draw(0, 3)
    starts.append(time)
  }
  var labels: [Label] = []
  for (index, start) in starts.enumerated() { labels.append(label(index, start, start + random.draw(0, 8))) }
  let embargo = Embargo.duration(Nanoseconds(Int64(random.draw(2, 6))))
  let (folds, groups) = (random.draw(2, 6), random.draw(4, 6))
  let (chosen, windows, length) = (random.draw(1, 3), random.draw(2, 4), random.draw(3, 5))
  let first = count - windows * length
  var splits = try PurgedKFold(folds: folds, embargo: embargo).splits(labels)
  splits += try CombinatorialPurgedCV(groups: groups, testGroups: chosen, embargo: embargo).splits(labels)
  splits += try WalkForward(window: .expanding(minimum: first), testLength: length).splits(labels)
  return hashed(splits)
}

private func rowCase(_ number: Int) throws -> String {
  var random = SplitMix64(state: 1_000_000 + UInt64(number))
  let folds = random.draw(4, 7)
  let size = random.draw(8, 12)
  let (chosen, span, embargo) = (random.draw(2, 3), random.draw(0, 3), random.draw(0, 3))
  let labels = (0..<folds * size).map { index in
    Label(
      startIndex: index, endIndex: index + span, start: Timestamp(nanoseconds: Int64(index)),
      end: Timestamp(nanoseconds: Int64(index + span)), value: 0)
  }
  return hashed(
    try CombinatorialPurgedCV(groups: folds, testGroups: chosen, embargo: embargo == 0 ? .none : .bars(embargo))
      .splits(labels))
}

@Test func everySplitEqualsThoseOfPurgedcvAndSkfolio() throws {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/splits.txt")
  let lines = try String(contentsOf: path, encoding: .utf8).split(separator: "\n")
  var (span, rows, empty) = (0, 0, 0)
  for line in lines {
    let isSpan = line.hasPrefix("span")
    let expected = String(line.dropFirst(5))
    let found: String
    do {
      found = isSpan ? try spanCase(span) : try rowCase(rows)
    } catch let error as ValidationError {
      guard case .emptyTraining = error else { throw error }
      found = "-"
    }
    if found == "-" { empty += 1 }
    #expect(found == expected, "\(isSpan ? "span" : "row") case \(isSpan ? span : rows)")
    if isSpan { span += 1 } else { rows += 1 }
  }
  #expect(span == 2_000 && rows == 500 && empty < 200, "\(empty) cases with nothing to train on")
}
