// Falls of the account from session to session, and what was earned for enduring them.

import QuantMath

/// Drawdowns by session closes and ratios made of them.
///
/// Amounts are in the terms of ``ResultSeries/depths``; falls within a session are seen by ``MaximumDrawdown``, not
/// here. Extremes of one path have no standard error: another path of the same strategy would have others.
package struct DrawdownStatistics: Hashable, Sendable {
  /// Every stretch under water, in order.
  package let episodes: [DrawdownEpisode]
  /// The deepest, the earliest of equals; nil if the account never closed below its highest level.
  package let worst: DrawdownEpisode?
  /// Depth of ``worst``; 0 if there is none, nil without sessions.
  package let maximum: Estimate?
  /// Mean depth over episodes.
  package let average: Estimate?
  /// Mean calendar days under water over episodes.
  package let averageDays: Estimate?
  /// Most calendar days under water in one episode.
  package let longestDays: Estimate?
  /// Most sessions under water in one episode.
  package let longestSessions: Estimate?
  /// Share of sessions that closed under water.
  package let timeUnderwater: Estimate?
  /// Root mean square depth over all sessions.
  ///
  /// Source: P. Martin, B. McCann, "The Investor's Guide to Fidelity Funds" (1989); quantstats divides by n - 1.
  package let ulcerIndex: Estimate?
  /// Growth per year over the maximum drawdown, per year. Source: see ``CalmarRatio``.
  package let calmar: Estimate?
  /// All that was earned over the maximum drawdown; negative for a loss (quantstats drops the sign).
  package let recoveryFactor: Estimate?
  /// Growth per year over the ulcer index.
  ///
  /// Source: as ``ulcerIndex``, there "Martin ratio"; quantstats takes the growth of the whole record.
  package let ulcerPerformance: Estimate?
  /// Growth per year over ulcer index times pitfall, the pitfall being the mean of the deepest twentieth of depths
  /// over the deviation of a session.
  ///
  /// Source: KeyQuant, "Introducing the serenity ratio" (2015). quantstats takes the growth of the whole record, and
  /// the shortfall of a normal distribution fitted to the depths, which are nothing like normal.
  package let serenity: Estimate?

  package init(_ series: ResultSeries, sessionsPerYear: Double, floor: SampleFloor = .standard) {
    let episodes = DrawdownEpisode.all(in: series)
    let (count, depths) = (series.count, series.depths)
    let worst = episodes.max { $0.depth < $1.depth || ($0.depth == $1.depth && $0.start > $1.start) }
    let isEnough = count >= floor.sessions
    self.episodes = episodes
    self.worst = worst
    func extreme(_ value: Double, _ unit: MetricUnit) -> Estimate? {
      count > 0 ? Estimate(value: value, unit: unit, observations: count) : nil
    }
    maximum = extreme(worst?.depth ?? 0, series.unit)
    longestDays = extreme(Double(episodes.map(\.calendarDays).max() ?? 0), .days)
    longestSessions = extreme(Double(episodes.map(\.sessions).max() ?? 0), .sessions)
    average = Self.mean(episodes.map(\.depth), unit: series.unit)
    averageDays = Self.mean(episodes.map { Double($0.calendarDays) }, unit: .days)
    timeUnderwater = extreme(Double(depths.count { $0 > 0 }) / Double(max(1, count)), .fraction)
    let ulcer = isEnough && count > 0 ? (depths.reduce(0) { $0 + $1 * $1 } / Double(count)).squareRoot() : nil
    ulcerIndex = ulcer.map { Estimate(value: $0, unit: series.unit, observations: count) }
    let yearly = series.yearlyGrowth(sessionsPerYear: sessionsPerYear)
    func ratio(_ numerator: Double?, _ denominator: Double?, _ unit: MetricUnit) -> Estimate? {
      guard isEnough, let numerator, let denominator, denominator > 0 else { return nil }
      return Estimate(value: numerator / denominator, unit: unit, observations: count)
    }
    calmar = ratio(yearly, worst?.depth, .perYear)
    recoveryFactor = ratio(series.total, worst?.depth, .ratio)
    ulcerPerformance = ratio(yearly, ulcer, .perYear)
    let pitfall = Self.pitfall(series)
    serenity = ratio(yearly, ulcer.flatMap { ulcer in pitfall.map { ulcer * $0 } }, .perYear)
  }

  private static func mean(_ values: [Double], unit: MetricUnit) -> Estimate? {
    guard !values.isEmpty else { return nil }
    var moments = RunningMoments()
    for value in values { moments.update(value) }
    return Estimate(
      value: moments.mean, unit: unit, standardError: moments.standardErrorOfMean, observations: moments.count)
  }

  private static func pitfall(_ series: ResultSeries) -> Double? {
    guard let deviation = SampleMoments(series.results)?.deviation,
      let edge = SampleQuantile.value(series.depths.sorted(), 0.95)
    else { return nil }
    let deepest = series.depths.filter { $0 >= edge }
    return deepest.reduce(0, +) / Double(deepest.count) / deviation
  }
}
