// Bars laid out for the research loop: prices, and what the session's hours allow at each of them.

package import Risk
package import TradingDomain

/// What is allowed at a bar.
@frozen package struct BarPermission: OptionSet, Hashable, Sendable {
  package let rawValue: UInt8
  @inlinable package init(rawValue: UInt8) { self.rawValue = rawValue }
  /// A decision after this bar may enter at the next one's open.
  @inlinable package static var entry: BarPermission { BarPermission(rawValue: 1) }
  /// Whatever is held is closed at this bar's open.
  @inlinable package static var flatten: BarPermission { BarPermission(rawValue: 2) }
  /// The first bar of its session.
  @inlinable package static var opening: BarPermission { BarPermission(rawValue: 4) }
  /// The last bar of its session.
  @inlinable package static var closing: BarPermission { BarPermission(rawValue: 8) }
}

/// One bar as the loop reads it; prices in ticks.
@frozen package struct TapeBar: Hashable, Sendable {
  package var open: Int32
  package var high: Int32
  package var low: Int32
  package var close: Int32
  /// Place of the session, or -1 outside all of them.
  package var session: Int32
  package var permission: BarPermission
}

/// A session that a tape covers.
package struct TapeSession: Sendable {
  package var session: TradingSession
  /// Whether the gate would let an entry of the day's contract through.
  package var isTradable: Bool

  package init(session: TradingSession, isTradable: Bool = true) {
    self.session = session
    self.isTradable = isTradable
  }
}

/// Bars with the permissions that sessions and limits give; made once, read by any number of runs at a time.
package final class BarTape: Sendable {
  /// The bars as they came.
  package let bars: [Bar]
  package let sessions: [TapeSession]
  package let limits: RiskLimits
  /// One for each of ``bars``.
  package let tape: [TapeBar]

  /// - Parameters:
  ///   - bars: Of one instrument and length, in order of time. Those outside `sessions` are never traded.
  ///   - sessions: In order of time.
  ///   - entryLifetime: An entry is withdrawn after this time, so that a pause in the bars forgoes it.
  package init(
    bars: [Bar], sessions: [TapeSession], limits: RiskLimits, entryLifetime: Nanoseconds
  ) throws(BarResearchError) {
    for index in bars.indices.dropFirst() {
      if bars[index].end <= bars[index - 1].end { throw .unsortedBars(index: index) }
      if bars[index].duration != bars[0].duration { throw .mixedDurations(index: index) }
    }
    self.bars = bars
    self.sessions = sessions
    self.limits = limits
    let places = Self.places(bars, sessions)
    var tape: [TapeBar] = []
    tape.reserveCapacity(bars.count)
    for (index, bar) in bars.enumerated() {
      let place = places[index]
      var permission: BarPermission = []
      if place >= 0 {
        let session = sessions[place].session
        let isLast = index + 1 == bars.count || places[index + 1] != place
        if index == 0 || places[index - 1] != place { permission.insert(.opening) }
        if isLast { permission.insert(.closing) }
        if bar.start >= session.close - .minutes(limits.flattenStartMinutes) { permission.insert(.flatten) }
        if !isLast, sessions[place].isTradable, bars[index + 1].start - bar.end < entryLifetime,
          bar.end >= session.open + .minutes(limits.entryAfterOpenMinutes),
          bar.end < session.close - .minutes(limits.entryBeforeCloseMinutes)
        {
          permission.insert(.entry)
        }
      }
      tape.append(
        TapeBar(
          open: Int32(clamping: bar.open.ticks), high: Int32(clamping: bar.high.ticks),
          low: Int32(clamping: bar.low.ticks), close: Int32(clamping: bar.close.ticks), session: Int32(place),
          permission: permission))
    }
    self.tape = tape
  }

  /// The session that each bar starts in, or -1.
  private static func places(_ bars: [Bar], _ sessions: [TapeSession]) -> [Int] {
    var next = 0
    return bars.map { bar in
      while next < sessions.count, sessions[next].session.close <= bar.start { next += 1 }
      return next < sessions.count && sessions[next].session.contains(bar.start) ? next : -1
    }
  }

  /// Places of the bars of the sessions in `range`; empty where they have none.
  package func bars(ofSessions range: Range<Int>) -> Range<Int> {
    let first = tape.firstIndex { range.contains(Int($0.session)) } ?? 0
    let last = tape.lastIndex { range.contains(Int($0.session)) } ?? -1
    return first..<max(first, last + 1)
  }
}
