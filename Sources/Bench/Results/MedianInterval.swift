// The median of a few values and an interval that holds the true one, without any assumption on their distribution.

/// A median with an interval of order statistics.
///
/// Of n independent values, each lies below the true median with probability 1/2. So the k-th smallest and the k-th
/// largest enclose it with probability 1 - 2 P(B < k), B binomial(n, 1/2) (David and Nagaraja, Order Statistics, 3rd
/// edition, section 7.1). The narrowest such interval of at least 95 % is taken; where even the whole range has less,
/// the range.
package struct MedianInterval: Equatable {
  package let median: Double
  package let low: Double
  package let high: Double
  /// Probability that the interval holds the true median.
  package let coverage: Double

  /// - Precondition: `values` is not empty.
  package init(_ values: [Double]) {
    let sorted = values.sorted()
    let count = sorted.count
    precondition(count > 0, "a median needs a value")
    median = count % 2 == 1 ? sorted[count / 2] : (sorted[count / 2 - 1] + sorted[count / 2]) / 2
    var rank = 1
    var term = 1.0
    for _ in 0..<count { term /= 2 }
    // P(B < rank), by the terms C(n, j) / 2^n.
    var below = term
    var chosen = (rank: 1, coverage: 1 - 2 * below)
    while 2 * (rank + 1) <= count {
      term *= Double(count - rank + 1) / Double(rank)
      rank += 1
      below += term
      guard 1 - 2 * below >= 0.95 else { break }
      chosen = (rank, 1 - 2 * below)
    }
    low = sorted[chosen.rank - 1]
    high = sorted[count - chosen.rank]
    coverage = max(0, chosen.coverage)
  }

  /// Whether the interval lies on one side of 1: the difference is more than the rounds' own.
  package var excludesOne: Bool { low > 1 || high < 1 }
}
