// Weights by how much of the market's movement a label can claim for itself.

/// Sample weights by return attribution.
///
/// With r(t) the log return of bar t and c(t) the number of labels that depend on it:
///
///     w(i) = | sum over the label's bars of r(t) / c(t) |,   scaled so that the weights sum to the number of labels
///
/// A label over a large move that it shares with nobody weighs most; one over a dead market weighs next to nothing.
/// Source: M. Lopez de Prado, "Advances in Financial Machine Learning" (2018), section 4.6, snippet 4.10.
package enum ReturnAttribution {
  /// One weight per label, in their order.
  ///
  /// - Parameter logReturns: One per bar: the log of its close over the close of the bar before. Only bars that a label
  ///   depends on are read.
  /// - Throws: ``ValidationError`` if a label depends on no bar or on one without a finite return, or if no label has
  ///   anything to be weighed by.
  package static func weights(_ labels: [Label], logReturns: [Double]) throws(ValidationError) -> [Double] {
    let concurrency = try Concurrency(labels)
    if labels.isEmpty { return [] }
    try require(concurrency.firstBar >= 0, "first bar of the labels", concurrency.firstBar, "not negative")
    let needed = concurrency.firstBar + concurrency.counts.count
    if logReturns.count < needed {
      throw .lengthMismatch(name: "logReturns", count: logReturns.count, expected: needed)
    }
    for (offset, count) in concurrency.counts.enumerated() where count > 0 {
      let value = logReturns[concurrency.firstBar + offset]
      try require(value.isFinite, "log return of bar \(concurrency.firstBar + offset)", value, "finite")
    }
    let shares = concurrency.prefixSums { bar, count in count > 0 ? logReturns[bar] / Double(count) : 0 }
    let raw = labels.map { abs(concurrency.sum(shares, over: $0)) }
    let total = raw.reduce(0, +)
    try require(total > 0, "sum of attributed returns", total, "positive: a market that never moved gives no weights")
    return raw.map { $0 * Double(labels.count) / total }
  }
}
