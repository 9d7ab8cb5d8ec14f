// What a detector said, bar by bar, with the sessions the bars belong to.

package import TradingDomain

/// Regimes at the closes of consecutive bars. All from the forward filter: entry t knows bars up to t.
package struct RegimeTrack: Sendable {
  package let bars: [Bar]
  /// The regime at each bar's close.
  package let regimes: [Regime]
  /// Bars of each session, in order.
  package let sessions: [Range<Int>]

  /// Runs `detector`, which may have seen earlier bars, over `bars`; a pause of `sessionBreak` begins a session.
  package init(_ bars: [Bar], detector: RegimeDetector, sessionBreak: Nanoseconds) {
    var detector = detector
    self.bars = bars
    regimes = bars.map { detector.update($0) }
    let starts = bars.indices.filter { $0 == 0 || bars[$0].start - bars[$0 - 1].end >= sessionBreak }
    sessions = starts.indices.map { starts[$0]..<($0 + 1 < starts.count ? starts[$0 + 1] : bars.count) }
  }

  /// Regimes that are given, for tests of what is computed from them.
  package init(bars: [Bar], regimes: [Regime], sessions: [Range<Int>]) {
    precondition(bars.count == regimes.count, "a regime for each bar")
    (self.bars, self.regimes, self.sessions) = (bars, regimes, sessions)
  }
}
