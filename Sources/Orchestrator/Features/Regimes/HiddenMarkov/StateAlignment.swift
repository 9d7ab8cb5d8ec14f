// Which state of a new fit is which state of the one before: a fit may number its states in any order.

import Glibc

/// The order of a new fit's states that lies nearest to a previous fit.
package struct StateAlignment: Hashable, Sendable {
  /// State k of the previous chain corresponds to state `order[k]` of the new one.
  package let order: [Int]
  /// Sum of the emissions' distances under that order.
  package let distance: Double
  /// The same for the best other order; how clear the choice was.
  package let runnerUp: Double

  /// Compares all orders.
  ///
  /// - Precondition: the chains have equal sizes and at most 8 states.
  package init(of new: GaussianHiddenMarkovModel, to previous: GaussianHiddenMarkovModel) {
    precondition(
      new.stateCount == previous.stateCount && new.dimension == previous.dimension && new.stateCount <= 8,
      "chains of different sizes, or of more than 8 states, cannot be aligned")
    let k = new.stateCount
    let distances = (0..<k * k).map { bhattacharyyaDistance(previous, $0 / k, new, $0 % k) }
    var best = (order: Array(0..<k), distance: Double.infinity)
    var second = Double.infinity
    forEachPermutation(of: k) { order in
      var sum = 0.0
      for (state, candidate) in order.enumerated() { sum += distances[state * k + candidate] }
      // Of equals the first in lexicographic order stays, so that the result depends on nothing else.
      if sum < best.distance {
        second = best.distance
        best = (order, sum)
      } else {
        second = min(second, sum)
      }
    }
    (order, distance, runnerUp) = (best.order, best.distance, second)
  }
}

/// Bhattacharyya distance of two states' emissions; 0 for equal ones.
///
///     d' C^-1 d / 8 + log(det C / sqrt(det C1 det C2)) / 2,   d = difference of means, C = mean covariance
///
/// Source: A. Bhattacharyya, Bull. Calcutta Math. Soc. 35 (1943); K. Fukunaga, "Introduction to Statistical Pattern
/// Recognition" (1990), 3.4.
package func bhattacharyyaDistance(
  _ left: GaussianHiddenMarkovModel, _ leftState: Int, _ right: GaussianHiddenMarkovModel, _ rightState: Int
) -> Double {
  let n = left.dimension
  let (first, second) = (left.covariance(leftState), right.covariance(rightState))
  let mean = zip(first, second).map { 0.5 * ($0 + $1) }
  guard let leftFactor = CholeskyFactor(first, dimension: n), let rightFactor = CholeskyFactor(second, dimension: n),
    let factor = CholeskyFactor(mean, dimension: n)
  else { preconditionFailure("a covariance is not positive definite") }
  let difference = zip(left.mean(leftState), right.mean(rightState)).map { $0 - $1 }
  var distance = 0.0
  for i in 0..<n {
    var whitened = 0.0
    for j in 0...i { whitened += factor.inverse[i * n + j] * difference[j] }
    distance += whitened * whitened
  }
  return distance / 8 + factor.halfLogDeterminant - 0.5
    * (leftFactor.halfLogDeterminant + rightFactor.halfLogDeterminant)
}

/// Every permutation of 0 ..< count, in lexicographic order.
private func forEachPermutation(of count: Int, _ body: ([Int]) -> Void) {
  var order = Array(0..<count)
  while true {
    body(order)
    guard let pivot = (0..<count - 1).last(where: { order[$0] < order[$0 + 1] }),
      let successor = (pivot + 1..<count).last(where: { order[$0] > order[pivot] })
    else { return }
    order.swapAt(pivot, successor)
    order[(pivot + 1)...].reverse()
  }
}
