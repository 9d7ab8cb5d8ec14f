// The probability that picking the best backtest picked noise.

import Glibc
package import QuantMath

/// Probability of backtest overfitting by combinatorially symmetric cross-validation (CSCV).
///
/// The periods are cut into S blocks. For each choice of S/2 blocks as in-sample half, the configuration with the best
/// in-sample Sharpe ratio is looked up in the other half: with its out-of-sample rank r among N (1 worst, ties share
/// their mean rank), w = r / (N + 1) and the logit ln(w / (1 - w)) is negative when the winner falls below the median.
///
///     PBO = share of choices with logit <= 0
///
/// Source: D. Bailey, J. Borwein, M. Lopez de Prado, Q. Zhu, "The probability of backtest overfitting", Journal of
/// Computational Finance 20(4) (2017, preprint 2015), section 2.
package struct BacktestOverfitting: Hashable, Sendable {
  /// PBO in 0...1; 0.5 is what selection among equals gives.
  package var probability: Double
  /// One logit per choice of in-sample blocks, choices in lexicographic order.
  package var logits: [Double]
  /// Slope of the winner's out-of-sample on its in-sample Sharpe ratio; nil if all in-sample ratios are equal. Negative
  /// slopes say that a better backtest promised a worse future.
  package var degradationSlope: Double?
  /// Share of choices in which the winner lost money out of sample.
  package var probabilityOfLoss: Double

  /// - Parameters:
  ///   - results: (periods, configurations): the result of every configuration tried in every period.
  ///   - blocks: S, even, 2...20; blocks differ in length by at most one period. 16 is the paper's choice.
  /// - Throws: ``ValidationError`` for impossible sizes, values that are not finite, or a configuration whose results
  ///   are one constant other than 0: its Sharpe ratio has no value. A configuration that does nothing counts as ratio
  /// 0.
  package init(results: Matrix<Double>, blocks: Int = 16) throws(ValidationError) {
    try require(blocks >= 2 && blocks <= 20 && blocks % 2 == 0, "blocks", blocks, "even and in 2...20")
    try require(results.columns >= 2, "number of configurations", results.columns, "at least 2")
    try require(
      results.rows >= 2 * blocks, "number of periods", results.rows, "at least 2 per block (\(2 * blocks))")
    let moments = try Self.momentsByBlock(results, blocks: blocks)
    logits = []
    var points: [(inSample: Double, outOfSample: Double)] = []
    for choice in Combinations.all(of: blocks, choose: blocks / 2) {
      var isChosen = [Bool](repeating: false, count: blocks)
      for block in choice { isChosen[block] = true }
      let inside = try Self.ratios(moments, configurations: results.columns) { isChosen[$0] }
      let outside = try Self.ratios(moments, configurations: results.columns) { !isChosen[$0] }
      var winner = 0
      for (configuration, ratio) in inside.enumerated() where ratio > inside[winner] { winner = configuration }
      let relativeRank = Self.rank(of: winner, in: outside) / Double(results.columns + 1)
      logits.append(log(relativeRank / (1 - relativeRank)))
      points.append((inside[winner], outside[winner]))
    }
    let count = Double(points.count)
    probability = Double(logits.count { $0 <= 0 }) / count
    probabilityOfLoss = Double(points.count { $0.outOfSample < 0 }) / count
    degradationSlope = Self.slope(points)
  }

  /// `result[block][configuration]`: moments can be merged, so no half is summed twice.
  private static func momentsByBlock(
    _ results: Matrix<Double>, blocks: Int
  ) throws(ValidationError) -> [[RunningMoments]] {
    var moments: [[RunningMoments]] = []
    for run in Purge.runs(count: results.rows, parts: blocks) {
      var row = [RunningMoments](repeating: RunningMoments(), count: results.columns)
      for period in run {
        for configuration in 0..<results.columns {
          let value = results[period, configuration]
          try require(value.isFinite, "result of configuration \(configuration) in period \(period)", value, "finite")
          row[configuration].update(value)
        }
      }
      moments.append(row)
    }
    return moments
  }

  private static func ratios(
    _ moments: [[RunningMoments]], configurations: Int, including: (Int) -> Bool
  ) throws(ValidationError) -> [Double] {
    var total = [RunningMoments](repeating: RunningMoments(), count: configurations)
    for block in moments.indices where including(block) {
      for configuration in 0..<configurations { total[configuration].merge(moments[block][configuration]) }
    }
    var ratios = [Double](repeating: 0, count: configurations)
    for (configuration, moments) in total.enumerated() {
      let deviation = moments.standardDeviation ?? 0
      if deviation > 0 {
        ratios[configuration] = moments.mean / deviation
      } else {
        try require(
          moments.mean == 0, "constant result of configuration \(configuration)", moments.mean,
          "0 or varying: a constant has no Sharpe ratio")
      }
    }
    return ratios
  }

  /// Rank from 1 (lowest); equal values share the mean of their ranks.
  private static func rank(of index: Int, in values: [Double]) -> Double {
    let below = values.count { $0 < values[index] }
    let equal = values.count { $0 == values[index] }
    return Double(below) + Double(equal + 1) / 2
  }

  private static func slope(_ points: [(inSample: Double, outOfSample: Double)]) -> Double? {
    let count = Double(points.count)
    let meanIn = points.reduce(0) { $0 + $1.inSample } / count
    let meanOut = points.reduce(0) { $0 + $1.outOfSample } / count
    var cross = 0.0
    var square = 0.0
    for point in points {
      cross += (point.inSample - meanIn) * (point.outOfSample - meanOut)
      square += (point.inSample - meanIn) * (point.inSample - meanIn)
    }
    return square > 0 ? cross / square : nil
  }
}
