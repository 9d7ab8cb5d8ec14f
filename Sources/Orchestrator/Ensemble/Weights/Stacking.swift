// Weights of members from held-out forecasts, and whether the mixture is worth more than one of them.

import Glibc

/// Weights that held-out forecasts ask for.
package struct Stacking: Hashable, Sendable {
  /// (N), summing to 1.
  package let weights: [Double]
  /// Mean log loss of the mixture and of each member, nats a row.
  package let mixtureLoss: Double
  package let memberLosses: [Double]
  /// How much less the mixture loses than the best member alone, and its standard error.
  package let gain: Double
  package let gainError: Double
  /// Whether the mixture is better than its best member by more than the errors asked for; if not, ``weights`` are that
  /// member's alone.
  package let isMixed: Bool

  /// Weights (N) at least log loss of the mixture, found by expectation maximisation: each step lowers the loss, and
  /// the loss is convex, so there is no other minimum.
  ///
  /// - Parameters:
  ///   - given: (rows, N) what each member had given to what happened, in 0...1.
  ///   - weights: (rows), positive.
  ///   - pull: Rows' worth of pull towards equal weights: few rows decide little.
  ///   - errors: Standard errors by which the mixture must be better than one member.
  /// - Throws: ``WeightError`` for sizes that do not fit.
  package init(
    given: [Double], members: Int, weights rowWeights: [Double], pull: Double = 20, errors: Double = 1
  ) throws(WeightError) {
    let rows = rowWeights.count
    guard members >= 1, rows >= 2, given.count == rows * members else {
      throw .sizes(members: members, regimes: rows)
    }
    let least = 1e-9
    let total = rowWeights.reduce(0, +)
    var weights = [Double](repeating: 1 / Double(members), count: members)
    for _ in 0..<2_000 {
      var next = [Double](repeating: pull / Double(members), count: members)
      for row in 0..<rows {
        var sum = 0.0
        for member in 0..<members { sum += weights[member] * max(given[row * members + member], least) }
        for member in 0..<members {
          next[member] += rowWeights[row] * weights[member] * max(given[row * members + member], least) / sum
        }
      }
      let scale = next.reduce(0, +)
      var change = 0.0
      for member in 0..<members {
        next[member] /= scale
        change = max(change, abs(next[member] - weights[member]))
      }
      weights = next
      if change < 1e-10 { break }
    }
    var losses = [Double](repeating: 0, count: members)
    var mixture = [Double](repeating: 0, count: rows)
    for row in 0..<rows {
      var sum = 0.0
      for member in 0..<members {
        let p = max(given[row * members + member], least)
        sum += weights[member] * p
        losses[member] -= rowWeights[row] * log(p) / total
      }
      mixture[row] = -log(sum)
    }
    var best = 0
    for member in 0..<members where losses[member] < losses[best] { best = member }
    let mixtureLoss = (0..<rows).reduce(0) { $0 + rowWeights[$1] * mixture[$1] } / total
    let gain = losses[best] - mixtureLoss
    var variance = 0.0
    for row in 0..<rows {
      let difference = -log(max(given[row * members + best], least)) - mixture[row] - gain
      variance += rowWeights[row] * difference * difference / total
    }
    self.mixtureLoss = mixtureLoss
    memberLosses = losses
    self.gain = gain
    // Overlapping outcomes weigh less than one each, so the weight is how many independent ones they amount to.
    gainError = (variance / total).squareRoot()
    isMixed = members > 1 && gain > errors * gainError
    self.weights = isMixed ? weights : (0..<members).map { $0 == best ? 1 : 0 }
  }
}
