// Which features tell the same story: hierarchical clustering by correlation.

/// A dendrogram of features and the clusters that a cut through it gives.
///
/// Average linkage on the distance 1 - |rank correlation|: two groups are as far apart as their members are on average.
/// Source: R. Sokal, C. Michener (1958), "A statistical method for evaluating systematic relationships" (UPGMA).
package struct RedundancyClusters: Hashable, Sendable, Codable {
  /// One joining of two groups.
  package struct Merge: Hashable, Sendable, Codable {
    /// Groups: features are 0 ..< n, the group of merge m is n + m. The one with the lowest feature comes first.
    package var left: Int
    package var right: Int
    /// Distance at which they join, 0 to 1.
    package var height: Float
  }

  /// Joinings in rising order of height; one fewer than features.
  package private(set) var merges: [Merge] = []
  /// Cluster number of each feature, numbered by their lowest features.
  package private(set) var clusterOf: [Int]
  /// Features of each cluster, ascending.
  package private(set) var members: [[Int]]
  /// Features in the order of the dendrogram's leaves: neighbours are alike.
  package private(set) var leafOrder: [Int]

  /// Clusters whose members correlate by more than `correlation` on average.
  ///
  /// - Parameter similarity: (count, count) absolute correlations, symmetric.
  package init(similarity: [Float], count: Int, cutAbove correlation: Float) {
    precondition(count > 0 && similarity.count == count * count, "the similarities must be a square of the features")
    var distance = similarity.map { 1 - $0 }
    // Active groups: their id in the dendrogram, size and members, kept in the row of their lowest feature.
    var groupOfRow = (0..<count).map { $0 }
    var membersOfRow = (0..<count).map { [$0] }
    var active = Array(0..<count)
    var clusters: [[Int]]?
    for step in 0..<max(0, count - 1) {
      var best = (distance: Float.infinity, left: 0, right: 0)
      for (place, left) in active.enumerated() {
        for right in active[(place + 1)...] where distance[left * count + right] < best.distance {
          best = (distance[left * count + right], left, right)
        }
      }
      if clusters == nil, best.distance >= 1 - correlation { clusters = active.map { membersOfRow[$0].sorted() } }
      let (left, right) = (best.left, best.right)
      merges.append(Merge(left: groupOfRow[left], right: groupOfRow[right], height: best.distance))
      let leftSize = Float(membersOfRow[left].count)
      let rightSize = Float(membersOfRow[right].count)
      for other in active where other != left && other != right {
        let joined =
          (leftSize * distance[left * count + other] + rightSize * distance[right * count + other])
          / (leftSize + rightSize)
        distance[left * count + other] = joined
        distance[other * count + left] = joined
      }
      membersOfRow[left] += membersOfRow[right]
      groupOfRow[left] = count + step
      active.removeAll { $0 == right }
    }
    leafOrder = membersOfRow[0]
    members = clusters ?? active.map { membersOfRow[$0].sorted() }
    clusterOf = [Int](repeating: 0, count: count)
    for (number, cluster) in members.enumerated() {
      for feature in cluster { clusterOf[feature] = number }
    }
  }
}
