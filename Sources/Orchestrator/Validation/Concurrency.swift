// How many labels depend on each bar: the count that every weight for shared outcomes starts from.

/// The number of labels alive on each bar, label i depending on bars `startIndex + 1 ... endIndex`.
struct Concurrency {
  /// Index of the first bar that any label depends on.
  let firstBar: Int
  /// `counts[k]`: labels that depend on bar `firstBar + k`; empty without labels.
  let counts: [Int]

  /// Time and memory grow with labels plus bars spanned.
  ///
  /// - Throws: ``ValidationError/reversedSpan(position:)`` if a label depends on no bar.
  init(_ labels: [Label]) throws(ValidationError) {
    for (position, label) in labels.enumerated() where label.endIndex <= label.startIndex {
      throw .reversedSpan(position: position)
    }
    guard let first = labels.map({ $0.startIndex + 1 }).min(), let last = labels.map(\.endIndex).max() else {
      firstBar = 0
      counts = []
      return
    }
    // Counting by differences: +1 where a span begins, -1 after it ends.
    var changes = [Int](repeating: 0, count: last - first + 2)
    for label in labels {
      changes[label.startIndex + 1 - first] += 1
      changes[label.endIndex + 1 - first] -= 1
    }
    var alive = 0
    firstBar = first
    counts = changes.dropLast().map { change in
      alive += change
      return alive
    }
  }

  /// Sums of `term(bar, count)` over the first k bars, k = 0 ... counts.count: any span's sum is one difference.
  func prefixSums(_ term: (_ bar: Int, _ count: Int) -> Double) -> [Double] {
    var sums = [0.0]
    sums.reserveCapacity(counts.count + 1)
    for (offset, count) in counts.enumerated() { sums.append(sums[offset] + term(firstBar + offset, count)) }
    return sums
  }

  /// The sum over a label's bars, from ``prefixSums(_:)``.
  func sum(_ sums: [Double], over label: Label) -> Double {
    sums[label.endIndex + 1 - firstBar] - sums[label.startIndex + 1 - firstBar]
  }
}
