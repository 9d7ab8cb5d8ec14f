// One fall from a highest level to its recovery, counted in sessions.

package import TradingDomain

/// A stretch of sessions that all closed below the highest level before them.
package struct DrawdownEpisode: Hashable, Sendable {
  /// First session that closed under water.
  package let start: SessionDate
  /// Session with the deepest close, the earliest of equals.
  package let valley: SessionDate
  /// Last session that closed under water.
  package let end: SessionDate
  /// Session that regained the level; nil if the record ends under water.
  package let recovery: SessionDate?
  /// Sessions under water, `start` to `end`.
  package let sessions: Int
  /// Depth at the valley, in the terms of ``ResultSeries/depths``; positive.
  package let depth: Double

  /// Calendar days from `start` to `end`, both counted.
  package var calendarDays: Int { Int(end.dayNumber - start.dayNumber) + 1 }

  /// Every episode of a series, in order.
  package static func all(in series: ResultSeries) -> [DrawdownEpisode] {
    var episodes: [DrawdownEpisode] = []
    var start: Int?
    var valley = 0
    func close(at end: Int, recovery: Int?) {
      guard let first = start else { return }
      episodes.append(
        DrawdownEpisode(
          start: series.dates[first], valley: series.dates[valley], end: series.dates[end],
          recovery: recovery.map { series.dates[$0] }, sessions: end - first + 1, depth: series.depths[valley]))
      start = nil
    }
    for (index, depth) in series.depths.enumerated() {
      guard depth > 0 else {
        close(at: index - 1, recovery: index)
        continue
      }
      if start == nil {
        start = index
        valley = index
      }
      if depth > series.depths[valley] { valley = index }
    }
    close(at: series.count - 1, recovery: nil)
    return episodes
  }
}
