// Weights from a tree of instruments that move alike: robust where covariances are known badly.

package import QuantMath

/// Hierarchical risk parity: instruments are joined by single linkage on the distance of their correlations, put in the
/// order of the tree, and the weight is split in two again and again, each half by the inverse of its variance.
///
/// Source: M. Lopez de Prado, "Building diversified portfolios that outperform out of sample" (2016).
package enum HierarchicalRiskParity {
  /// Weights that sum to 1; instruments without variance get none, and equal weights where none has any.
  package static func weights(_ covariance: Matrix<Double>) -> [Double] {
    let all = 0..<covariance.rows
    let moving = all.filter { covariance[$0, $0] > 0 }
    guard !moving.isEmpty else { return all.map { _ in 1 / Double(covariance.rows) } }
    var weights = all.map { covariance[$0, $0] > 0 ? 1.0 : 0 }
    var clusters = [order(covariance, moving)]
    while let cluster = clusters.popLast() {
      guard cluster.count > 1 else { continue }
      let left = Array(cluster[..<(cluster.count / 2)])
      let right = Array(cluster[(cluster.count / 2)...])
      let (leftVariance, rightVariance) = (variance(covariance, left), variance(covariance, right))
      let share = 1 - leftVariance / (leftVariance + rightVariance)
      for own in left { weights[own] *= share }
      for own in right { weights[own] *= 1 - share }
      clusters += [left, right]
    }
    return weights
  }

  /// The instruments in the order of the leaves of the tree.
  static func order(_ covariance: Matrix<Double>, _ members: [Int]) -> [Int] {
    var distances: [[Double]] = members.map { left in
      members.map { right in
        let scale = (covariance[left, left] * covariance[right, right]).squareRoot()
        return (0.5 * max(0, 1 - min(1, covariance[left, right] / scale))).squareRoot()
      }
    }
    // The distance of two columns of that matrix, as in the source.
    distances = distances.map { left in
      distances.map { right in
        zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
      }
    }
    var clusters: [[Int]] = members.indices.map { [$0] }
    // Joined clusters come after single ones and earlier joins, the lower number first.
    var numbers = Array(members.indices)
    var next = members.count
    while clusters.count > 1 {
      var best = (distance: Double.infinity, left: 0, right: 1)
      for left in clusters.indices {
        for right in clusters.indices where right > left {
          var nearest = Double.infinity
          for own in clusters[left] { for other in clusters[right] { nearest = min(nearest, distances[own][other]) } }
          if nearest < best.distance { best = (nearest, left, right) }
        }
      }
      let (first, second) =
        numbers[best.left] < numbers[best.right] ? (best.left, best.right) : (best.right, best.left)
      let joined = clusters[first] + clusters[second]
      for place in [best.right, best.left] {
        clusters.remove(at: place)
        numbers.remove(at: place)
      }
      clusters.append(joined)
      numbers.append(next)
      next += 1
    }
    return clusters[0].map { members[$0] }
  }

  /// Variance of a cluster whose weights are inverse to the variances.
  private static func variance(_ covariance: Matrix<Double>, _ cluster: [Int]) -> Double {
    let inverses = cluster.map { 1 / covariance[$0, $0] }
    let sum = inverses.reduce(0, +)
    var variance = 0.0
    for (left, own) in cluster.enumerated() {
      for (right, other) in cluster.enumerated() {
        variance += inverses[left] * inverses[right] * covariance[own, other] / (sum * sum)
      }
    }
    return variance
  }
}
