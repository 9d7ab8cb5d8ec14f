// Labels of random spans for property tests.

import QuantMath
import TradingDomain
import Validation

enum RandomLabels {
  /// `count` labels sorted by start, with repeated starts, gaps and spans from one bar to `longest` bars.
  static func make(count: Int, longest: Int, random: inout CounterRandom) -> [Label] {
    var start = 0
    return (0..<count).map { _ in
      start += random.nextInteger(in: 0...4)
      let end = start + random.nextInteger(in: 1...longest)
      return label(start, end, value: random.nextGaussian())
    }
  }

  /// A label from bar `start` to bar `end` of a series of one-minute bars.
  static func label(_ start: Int, _ end: Int, value: Double = 0) -> Label {
    Label(startIndex: start, endIndex: end, start: time(start), end: time(end), value: value)
  }

  static func time(_ bar: Int) -> Timestamp { Timestamp(nanoseconds: Int64(bar + 1) * 60_000_000_000) }

  /// The definition of purge and embargo, label by label: what every splitter must reproduce.
  static func bruteForce(_ labels: [Label], test: [Range<Int>], embargoBars: Int) -> [Int] {
    labels.indices.filter { candidate in
      if test.contains(where: { $0.contains(candidate) }) { return false }
      let label = labels[candidate]
      for segment in test {
        if segment.contains(where: { labels[$0].overlaps(label) }) { return false }
        let end = segment.map { labels[$0].endIndex }.max() ?? 0
        if candidate >= segment.upperBound, label.startIndex > end, label.startIndex <= end + embargoBars {
          return false
        }
      }
      return true
    }
  }
}
