// Out-of-sample score against the number of features, and how many of them are worth having.

import Glibc
import QuantMath

/// The Hughes curve: what a model gains over the base rate out of sample as features are added in order of merit.
///
/// With few rows a classifier first gains from more features and then loses by them (G. Hughes (1968), "On the mean
/// accuracy of statistical pattern recognizers", IEEE Trans. Inf. Theory 14(1)). The number kept is the smallest whose
/// shortfall from the best is within one standard error of that shortfall (the one-standard-error rule of L. Breiman et
/// al. (1984), "Classification and Regression Trees", section 3.4.3, for paired scores: all points are scored on the
/// same rows, so what matters is the error of their difference, not the error that they share).
package struct HughesCurve: Hashable, Sendable, Codable {
  /// The score with one number of features.
  package struct Point: Hashable, Sendable, Codable {
    /// Features.
    package var count: Int
    /// Weighted mean of (log loss of the base rate - log loss of the model) over all test rows, in nats a label.
    package var gain: Double
    /// Of ``gain``, by block bootstrap.
    package var standardError: Double
    /// 95 % interval of ``gain``: percentiles of the block bootstrap.
    package var lower: Double
    package var upper: Double
    /// How far below the best point this one lies, and the standard error of that difference.
    package var shortfall: Double
    package var shortfallStandardError: Double
    /// Gain of each fold's test rows.
    package var foldGains: [Double]
  }

  /// In rising order of count.
  package let points: [Point]
  /// Index of the point of most gain; the smaller count of equals.
  package let best: Int
  /// Index of the point that the rule chooses.
  package let chosen: Int

  /// Replicates of the block bootstrap.
  private static let replicates = 1_000

  /// - Parameters:
  ///   - counts: Numbers of features, rising.
  ///   - gains: For each count the gain of every test row, in order of time.
  ///   - weights: Of the test rows.
  ///   - folds: Rows of each fold, as ranges of the test rows.
  ///   - blockLength: Rows a block of the bootstrap.
  ///   - ceiling: Most features that may be chosen.
  package init(
    counts: [Int], gains: [[Double]], weights: [Double], folds: [Range<Int>], blockLength: Int, ceiling: Int,
    seed: UInt64
  ) {
    precondition(!counts.isEmpty && counts.count == gains.count, "one list of gains a count of features")
    precondition(zip(counts, counts.dropFirst()).allSatisfy(<), "counts must rise")
    let means = gains.map { Self.mean($0, weights, 0..<weights.count) }
    // The same seed for every count: the same blocks, so that differences are paired.
    let replicates = gains.map { rows in
      var random = CounterRandom(seed: seed, purpose: "Hughes curve")
      return BlockDraws.means(
        of: rows, weights: weights, blockLength: blockLength, replicates: Self.replicates, with: &random)
    }
    var best = 0
    for index in means.indices where means[index] > means[best] { best = index }
    points = counts.indices.map { index in
      let sorted = replicates[index].sorted()
      let differences = zip(replicates[best], replicates[index]).map { $0 - $1 }
      return Point(
        count: counts[index], gain: means[index], standardError: Self.deviation(replicates[index]),
        lower: sorted[Int(0.025 * Double(sorted.count - 1))], upper: sorted[Int(0.975 * Double(sorted.count - 1))],
        shortfall: means[best] - means[index], shortfallStandardError: Self.deviation(differences),
        foldGains: folds.map { Self.mean(gains[index], weights, $0) })
    }
    self.best = best
    let points = points
    let allowed = points.indices.filter { counts[$0] <= max(ceiling, counts[0]) }
    chosen =
      allowed.first { points[$0].shortfall <= points[$0].shortfallStandardError } ?? allowed[allowed.count - 1]
  }

  /// Whether the chosen point's gain is above 0 by its interval.
  package var isGain: Bool { points[chosen].lower > 0 }

  /// Counts to try up to `count`: each step about a third more than the last, so that the curve is fine where it bends.
  package static func grid(upTo count: Int) -> [Int] {
    let usual = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 96, 128, 192, 256, 384, 512, 768, 1_024]
    return usual.filter { $0 < count } + [count]
  }

  private static func mean(_ values: [Double], _ weights: [Double], _ range: Range<Int>) -> Double {
    var sum = 0.0
    var total = 0.0
    for row in range {
      sum += values[row] * weights[row]
      total += weights[row]
    }
    return total > 0 ? sum / total : 0
  }

  private static func deviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(max(1, values.count))
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return values.count > 1 ? (square / Double(values.count - 1)).squareRoot() : 0
  }
}
