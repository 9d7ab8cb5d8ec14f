// Gradient boosting on bins that were made once: hundreds of small forests on column subsets of the same rows.

import Glibc
import QuantMath

/// How ``HistogramBooster`` grows a forest.
package struct BoostingParameters: Hashable, Sendable, Codable {
  /// Trees.
  package var rounds = 60
  /// Splits on the longest path, 1 to 8.
  package var maximumDepth = 4
  /// Share of each tree's step that is taken.
  package var learningRate: Float = 0.1
  /// Least sum of hessians in a child.
  package var minimumChildWeight: Float = 10
  /// L2 penalty of leaf values.
  package var lambda: Float = 1
  /// Share of rows drawn anew for each tree, above 0 and up to 1.
  package var rowSample = 0.5
  /// Share of columns that each tree may ask for, above 0 and up to 1.
  package var columnSample = 0.5

  package init() {}
}

/// Grows boosted trees for a probability, by histograms of gradients.
///
/// The objective, gain and leaf formulas are XGBoost's (Chen, Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD
/// 2016, eq. 5 and 7, gamma 0), so that without draws the trees equal those of its histogram method. What the library
/// cannot do is bin a matrix once and then train on any rows and columns of it without copying floats and sketching
/// quantiles again; feature selection does that a thousand times.
///
/// The same input and seed give the same bits on one core or many: a run is single-threaded, callers run many at once.
package enum HistogramBooster {
  /// Trains on the rows at `positions` whose weight is above 0.
  ///
  /// - Parameters:
  ///   - targets: 0 or 1, one a row of `rows`.
  ///   - weights: At least 0, one a row of `rows`.
  ///   - positions: Ascending.
  /// - Returns: A forest without trees when the rows hold one class only.
  package static func train(
    _ rows: BinnedRows, targets: [Float], weights: [Float], at positions: [Int32], parameters: BoostingParameters,
    seed: UInt64
  ) -> BinnedForest {
    precondition(targets.count == rows.rowCount && weights.count == rows.rowCount, "one target and weight a row")
    precondition((1...8).contains(parameters.maximumDepth), "depth must be from 1 to 8")
    let used = positions.filter { weights[Int($0)] > 0 }
    var weight = 0.0
    var sum = 0.0
    for position in used {
      weight += Double(weights[Int(position)])
      sum += Double(weights[Int(position)]) * Double(targets[Int(position)])
    }
    guard weight > 0, sum > 0, sum < weight else {
      return BinnedForest(baseMargin: sum > 0 ? 16 : weight > 0 ? -16 : 0, columnCount: rows.columnCount)
    }
    var forest = BinnedForest(baseMargin: Float(log(sum / (weight - sum))), columnCount: rows.columnCount)
    var margins = [Float](repeating: forest.baseMargin, count: used.count)
    let grower = HistogramTreeGrower(rows: rows, parameters: parameters, capacity: used.count)
    var draws = CounterRandom(seed: seed, purpose: "histogram booster")
    for round in 0..<parameters.rounds {
      for (index, position) in used.enumerated() {
        let probability = BinnedForest.probability(margins[index])
        let weight = weights[Int(position)]
        grower.gradients[Int(position)] = SIMD2(
          weight * (probability - targets[Int(position)]), max(weight * probability * (1 - probability), 1e-16))
      }
      grower.draw(from: used, share: parameters.rowSample, with: &draws)
      grower.grow(into: &forest, columns: columnMask(rows.columnCount, parameters.columnSample, with: &draws))
      forest.add(tree: round, rows, at: used, to: &margins)
    }
    return forest
  }

  /// A random subset of the columns, at least one.
  private static func columnMask(_ count: Int, _ share: Double, with draws: inout CounterRandom) -> [Bool] {
    guard share < 1 else { return [Bool](repeating: true, count: count) }
    var order = Array(0..<count)
    draws.shuffle(&order)
    var mask = [Bool](repeating: false, count: count)
    for column in order.prefix(max(1, Int((Double(count) * share).rounded(.up)))) { mask[column] = true }
    return mask
  }
}
