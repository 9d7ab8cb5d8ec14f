// How straight the account grew.

import Glibc

/// The least-squares line of the account's level against the number of sessions.
package struct EquityTrend: Hashable, Sendable {
  /// Share of the level's variance that the line explains, 0 to 1. Levels of even a worthless random walk often lie
  /// close to some line, so no error is given: a high value alone is no evidence.
  ///
  /// Source: empyrical, `stability_of_timeseries` (there of compounded returns).
  package let rSquared: Estimate
  /// Slope per session: in the unit of the series (additive), or of log wealth (compounded).
  package let slope: Double

  /// Nil below three sessions or `floor`, or for a level that never moved after the first session.
  package init?(_ series: ResultSeries, floor: SampleFloor = .standard) {
    guard series.count >= max(3, floor.sessions) else { return nil }
    let levels = series.levels.dropFirst().map { series.growth == .additive ? $0 : log($0) }
    let n = Double(levels.count)
    let middle = (n - 1) / 2
    let mean = levels.reduce(0, +) / n
    var (times, products, squares) = (0.0, 0.0, 0.0)
    for (index, level) in levels.enumerated() {
      let time = Double(index) - middle
      times += time * time
      products += time * (level - mean)
      squares += (level - mean) * (level - mean)
    }
    guard squares > 0 else { return nil }
    rSquared = Estimate(
      value: min(1, products * products / (times * squares)), unit: .ratio, observations: levels.count)
    slope = products / times
  }
}
