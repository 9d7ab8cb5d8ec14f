// The past, cut off: what a fitter is given has no future in it, so none can be used by mistake.

package import TradingDomain

/// Bars that were complete at an instant, and nothing that came later.
///
/// The bars are copied, so that the memory behind this value ends where the past does. Outcomes that reach beyond
/// ``end`` cannot be computed from it: labels made here are purged by construction.
package struct PastBars: Sendable {
  package let instrument: Instrument
  /// In order of time, all of them complete at ``end``. The first ``trainingStart`` only warm the features.
  package let bars: [Bar]
  /// Place in ``bars`` of the first bar that may be trained on.
  package let trainingStart: Int
  /// The sessions that may be trained on, in order, all of them closed at ``end``.
  package let sessions: [TapeSession]
  /// Nothing later is known.
  package let end: Timestamp

  /// What of `bars` and `sessions` was over at `end`.
  ///
  /// - Parameters:
  ///   - start: Bars from here on may be trained on; `warmUpBars` before them are kept for the features.
  ///   - bars: In order of time.
  package init(
    instrument: Instrument, bars: [Bar], sessions: [TapeSession], from start: Timestamp, before end: Timestamp,
    warmUpBars: Int
  ) {
    let upper = bars.partition { $0.end > end }
    let first = min(upper, bars.partition { $0.start >= start })
    let lower = max(0, first - max(0, warmUpBars))
    self.instrument = instrument
    self.bars = Array(bars[lower..<upper])
    trainingStart = first - lower
    self.sessions = sessions.filter { $0.session.open >= start && $0.session.close <= end }
    self.end = end
  }
}

extension Array {
  /// Place of the first element that satisfies `predicate`, where all after it do, too.
  func partition(_ predicate: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if predicate(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
