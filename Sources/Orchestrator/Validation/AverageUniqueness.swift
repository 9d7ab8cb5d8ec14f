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
    let concurrency = try Concurrency(labels)
    // Bars that no label uses add nothing.
    let inverse = concurrency.prefixSums { _, count in count > 0 ? 1 / Double(count) : 0 }
    return labels.map { concurrency.sum(inverse, over: $0) / Double($0.endIndex - $0.startIndex) }
  }
}
