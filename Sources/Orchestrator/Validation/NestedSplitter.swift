// Choosing and judging on different data: an inner validation within each outer training set.

/// An outer split with the splits that choices may be made on before it is used.
package struct NestedSplit: Hashable, Sendable {
  /// The judgement: looked at once, after the choice.
  package var outer: Split
  /// Splits of the outer training labels alone; all positions count in the whole set of labels.
  package var inner: [Split]
}

/// An outer splitter with an inner one run over each outer training set.
///
/// The inner splitter gets only the labels that survived the outer purge and embargo, so neither the outer test labels
/// nor their purge zone can be trained on or tested in a choice.
package struct NestedSplitter<Outer: Splitter, Inner: Splitter>: Sendable {
  package var outer: Outer
  package var inner: Inner

  package init(outer: Outer, inner: Inner) {
    self.outer = outer
    self.inner = inner
  }

  /// One nested split per outer split.
  ///
  /// - Parameter labels: Sorted by start time.
  package func splits(_ labels: [Label]) throws(ValidationError) -> [NestedSplit] {
    var nested: [NestedSplit] = []
    for split in try outer.splits(labels) {
      let inside = try inner.splits(split.train.map { labels[$0] })
      nested.append(NestedSplit(outer: split, inner: inside.map { Self.mapped($0, to: split.train) }))
    }
    return nested
  }

  /// `split` with its positions, which count within `positions`, replaced by what stands there. A test segment across
  /// the outer test set's hole falls into two segments; its training set stays the one purged for the whole.
  private static func mapped(_ split: Split, to positions: [Int]) -> Split {
    var segments: [Range<Int>] = []
    for position in split.test.map({ positions[$0] }) {
      if let last = segments.last, last.upperBound == position {
        segments[segments.count - 1] = last.lowerBound..<(position + 1)
      } else {
        segments.append(position..<(position + 1))
      }
    }
    return Split(
      train: split.train.map { positions[$0] }, testSegments: segments, purged: split.purged,
      embargoed: split.embargoed)
  }
}
