// Weights for labels that share outcomes: ten labels over the same bars are not ten observations.

/// Average uniqueness of each label.
///
/// With c(t) the number of labels that depend on bar t, and label i depending on bars `startIndex + 1 ... endIndex`:
///
///     u(i) = mean over those t of 1 / c(t)      0 < u(i) <= 1
///
/// A label that shares no bar with another has weight 1; the sum of all weights estimates how many independent
/// observations the set holds.
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 4.3-4.4.
package enum AverageUniqueness {
  /// One weight per label, in their order. Time and memory grow with labels plus bars spanned.
  ///
  /// - Throws: ``ValidationError`` if a label depends on no bar.
  package static func weights(_ labels: [Label]) throws(ValidationError) -> [Double] {
    guard let first = labels.map({ $0.startIndex + 1 }).min(), let last = labels.map(\.endIndex).max() else {
      return []
    }
    for (position, label) in labels.enumerated() where label.endIndex <= label.startIndex {
      throw .reversedSpan(position: position)
    }
    // Counting by differences: +1 where a span begins, -1 after it ends.
    var changes = [Int](repeating: 0, count: last - first + 2)
    for label in labels {
      changes[label.startIndex + 1 - first] += 1
      changes[label.endIndex + 1 - first] -= 1
    }
    // inverse[k] = sum of 1/c over the first k bars; bars that no label uses add nothing.
    var inverse = [Double](repeating: 0, count: last - first + 2)
    var concurrency = 0
    for bar in 0...(last - first) {
      concurrency += changes[bar]
      inverse[bar + 1] = inverse[bar] + (concurrency > 0 ? 1 / Double(concurrency) : 0)
    }
    return labels.map { label in
      let sum = inverse[label.endIndex + 1 - first] - inverse[label.startIndex + 1 - first]
      return sum / Double(label.endIndex - label.startIndex)
    }
  }
}
