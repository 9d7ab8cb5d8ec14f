// Checks on the bars that labels are made from, and where their sessions end.

import TradingDomain

/// For every bar, the index of the last bar of the same session day.
///
/// A session day is the calendar day in Sao Paulo on which the bar starts: an intraday position does not live past it.
struct BarTimeline {
  /// `lastOfSession[i]` >= i.
  let lastOfSession: [Int]

  /// - Throws: ``ValidationError/unsortedBars(index:)`` when a bar does not end later than the one before it.
  init(_ bars: [Bar]) throws(ValidationError) {
    var last = [Int](repeating: 0, count: bars.count)
    var next: SessionDate?
    for index in bars.indices.reversed() {
      if index > 0, bars[index].end <= bars[index - 1].end { throw .unsortedBars(index: index) }
      let date = BrasiliaTime.local(bars[index].start).date
      last[index] = date == next ? last[index + 1] : index
      next = date
    }
    lastOfSession = last
  }
}
