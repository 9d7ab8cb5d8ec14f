// Minimum redundancy, maximum relevance: an order of features that needs no model.

/// The mRMR order of features.
///
/// Greedy: next comes the feature f with the greatest difference of relevance and mean redundancy,
///
///     I(f; direction) - 1/|S| sum over s in S of I(f; s)
///
/// with S the features already placed. Source: H. Peng, F. Long, C. Ding (2005), "Feature selection based on mutual
/// information: criteria of max-dependency, max-relevance, and min-redundancy", IEEE TPAMI 27(8), eq. 6 (MID).
package enum RelevanceRanking {
  /// All features, best first; equals in column order.
  ///
  /// - Parameters:
  ///   - relevance: Information about the direction, one a feature.
  ///   - redundancy: Information that two features share.
  package static func order(relevance: [Double], redundancy: (Int, Int) -> Double) -> [Int] {
    var open = Array(relevance.indices)
    var shared = [Double](repeating: 0, count: relevance.count)
    var order: [Int] = []
    while !open.isEmpty {
      let placed = Double(max(1, order.count))
      var best = 0
      for place in open.indices
      where relevance[open[place]] - shared[open[place]] / placed
        > relevance[open[best]] - shared[open[best]] / placed
      {
        best = place
      }
      let chosen = open.remove(at: best)
      order.append(chosen)
      for feature in open { shared[feature] += redundancy(feature, chosen) }
    }
    return order
  }
}
