// The spread of results over the paths of a combinatorial cross-validation.

import QuantMath
package import TradingDomain

/// Results of one configuration over all paths.
package struct PathDistribution: Hashable, Sendable, Codable {
  /// Name of the configuration.
  package var name: String
  /// Sharpe ratio over a year of 252 sessions of every path, in order of the paths; nil for one without deviation,
  /// such as one that never trades.
  package var sharpes: [Double?]
  /// Net profit of every path in reais.
  package var nets: [Double]
  /// Trades of every path.
  package var trades: [Int]
  /// The ratios at 5, 25, 50, 75 and 95 %, interpolated; nil where no path has one.
  package var quantiles: [Double]?
  /// Share of the paths with a ratio in which it is below 0; nil where no path has one.
  package var shareBelowZero: Double?
  package var mean: Double?
  package var deviation: Double?
  /// Cumulative net profit of every path in reais, one value a session.
  package var curves: [[Double]]

  package static let levels = [0.05, 0.25, 0.5, 0.75, 0.95]

  /// - Parameter profits: Net profit of every session of every path.
  init(name: String, profits: [[Money]], trades counts: [Int]) {
    let scores = zip(profits, counts).map { WindowScore(profits: $0, trades: $1) }
    self.name = name
    curves = profits.map { path in
      var sum = Money.zero
      return path.map {
        sum += $0
        return sum.brl
      }
    }
    sharpes = scores.map { $0.sharpe.map { $0 * 252.0.squareRoot() } }
    nets = scores.map(\.net)
    trades = scores.map(\.trades)
    let sorted = sharpes.compactMap { $0 }.sorted()
    guard !sorted.isEmpty else { return }
    quantiles = Self.levels.map { level in
      let place = level * Double(sorted.count - 1)
      let lower = Int(place)
      let upper = min(lower + 1, sorted.count - 1)
      return sorted[lower] + (place - Double(lower)) * (sorted[upper] - sorted[lower])
    }
    shareBelowZero = Double(sorted.count { $0 < 0 }) / Double(sorted.count)
    var moments = RunningMoments()
    for value in sorted { moments.update(value) }
    mean = moments.mean
    deviation = moments.standardDeviation
  }
}

/// What a combinatorial backtest found.
package struct CombinatorialResult: Sendable {
  /// In the order of the fitter's configurations.
  package var distributions: [PathDistribution]
  /// Models that were fitted: splits times configurations.
  package var fits: Int
  package var paths: Int
  package var splits: Int
  /// Probability that the configuration which looks best is below the median elsewhere; nil for one configuration, or
  /// where results do not allow it, with the reason.
  package var overfitting: Double?
  package var overfittingNote: String?
  /// Probability that the configuration which looks best loses elsewhere; nil as before.
  package var lossOfBest: Double?
  /// Net profit of each session by configuration, in reais, averaged over the paths: (sessions, configurations).
  package var sessions: [[Double]]
  package var dates: [SessionDate]
  /// Mean net profit a session of the first configuration under other fill models, in reais.
  package var alternatives: [String: Double]
  /// Expected calibration error of each configuration; nil where no label moved.
  package var calibrationErrors: [Double?]
}
