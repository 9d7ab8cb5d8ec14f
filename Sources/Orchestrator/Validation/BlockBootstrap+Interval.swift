// How long blocks should be, and intervals by resampling.

import Glibc
import QuantMath

/// A statistic of a series with its interval by block bootstrap.
package struct BootstrapInterval: Hashable, Sendable {
  /// Of the series as it is.
  package var estimate: Double
  /// Deviation of the replicates.
  package var standardError: Double
  /// Percentiles of the replicates.
  package var lower: Double
  package var upper: Double
}

extension BlockBootstrap {
  /// Block lengths that make the variance of a bootstrapped mean most accurate, for the stationary and the circular
  /// scheme; at least 1, at most min(3 sqrt(n), n / 3).
  ///
  /// Source: D. Politis, H. White, "Automatic block-length selection for the dependent bootstrap", Econometric Reviews
  /// 23 (2004), with the correction by A. Patton, D. Politis, H. White (2009).
  ///
  /// - Throws: ``ValidationError`` below 10 values, for values that are not finite, or for a constant series.
  package static func automaticLengths(
    _ series: [Double]
  ) throws(ValidationError) -> (stationary: Double, circular: Double) {
    let count = series.count
    try require(count >= 10, "number of periods", count, "at least 10")
    for (period, value) in series.enumerated() { try require(value.isFinite, "period \(period)", value, "finite") }
    let n = Double(count)
    let mean = series.reduce(0, +) / n
    let centred = series.map { $0 - mean }
    let runs = max(5, Int(log10(n)))
    let longest = min(Int(n.squareRoot().rounded(.up)) + runs, count - 2)
    let critical = 2 * (log10(n) / n).squareRoot()
    var covariances: [Double] = []
    var correlations: [Double] = []
    var order: Int?
    for lag in 0...longest {
      let product = (lag..<count).reduce(0.0) { $0 + centred[$1] * centred[$1 - lag] }
      let late = centred[(lag + 1)...].reduce(0) { $0 + $1 * $1 }
      let early = centred[..<(count - lag - 1)].reduce(0) { $0 + $1 * $1 }
      try require(late > 0 && early > 0, "deviation of the series", 0, "positive")
      covariances.append(product / n)
      correlations.append(abs(product) / (late * early).squareRoot())
      if order == nil, lag >= runs, correlations[(lag - runs)..<lag].allSatisfy({ $0 < critical }) {
        order = lag - runs
      }
    }
    let bandwidth = min(order.map { 2 * max($0, 1) } ?? longest, longest)
    var slope = 0.0
    var variance = covariances[0]
    for lag in 1...bandwidth {
      let part = Double(lag) / Double(bandwidth)
      let weight = part <= 0.5 ? 1 : 2 * (1 - part)
      slope += 2 * weight * Double(lag) * covariances[lag]
      variance += 2 * weight * covariances[lag]
    }
    let most = min(3 * n.squareRoot(), n / 3).rounded(.up)
    func length(_ scale: Double) -> Double {
      min(max(1, cbrt(2 * slope * slope / (scale * variance * variance)) * cbrt(n)), most)
    }
    return (length(2), length(4.0 / 3))
  }

  /// `statistic` of `series` with a percentile interval.
  ///
  /// Percentiles are not corrected for bias or skewness. Replicate r depends on seed and r alone, so the interval does
  /// not depend on who computes which.
  ///
  /// - Parameter statistic: of a series of the same length; replicates for which it gives nil are left out.
  /// - Throws: ``ValidationError`` where the statistic of the series itself, or of fewer than half the replicates,
  ///   exists.
  package func interval(
    of series: [Double], confidence: Double = 0.95, replicates: Int = 1_000, statistic: ([Double]) -> Double?
  ) throws(ValidationError) -> BootstrapInterval {
    try require(confidence > 0 && confidence < 1, "confidence", confidence, "between 0 and 1")
    try require(replicates >= 100, "replicates", replicates, "at least 100")
    guard let estimate = statistic(series) else {
      throw .argument(name: "statistic", value: "nil", requirement: "a number for the series itself")
    }
    var found: [Double] = []
    for replicate in 0..<replicates {
      let drawn = try indices(count: series.count, replicate: replicate).map { series[$0] }
      if let value = statistic(drawn) { found.append(value) }
    }
    try require(2 * found.count >= replicates, "replicates with a statistic", found.count, "at least half")
    found.sort()
    var moments = RunningMoments()
    for value in found { moments.update(value) }
    let tail = (1 - confidence) / 2
    let last = Double(found.count - 1)
    return BootstrapInterval(
      estimate: estimate, standardError: moments.standardDeviation ?? 0, lower: found[Int((tail * last).rounded())],
      upper: found[Int(((1 - tail) * last).rounded())])
  }
}
