// Watches the order and the age of a feed, instrument by instrument, in constant time and memory.

package import TradingDomain

/// What the sequence number of an event says.
@frozen package enum SequenceVerdict: Hashable, Sendable {
  case inOrder
  /// `missing` numbers were skipped just before this event.
  case gap(missing: UInt64)
  /// The number was seen before: drop the event.
  case duplicate
  /// The number fills an earlier gap, `behind` places late: state built since may lack it.
  case late(behind: UInt64)
}

/// Detects gaps, duplicates, late events and silence. Owned by one thread; allocates only when made.
///
/// The last 64 numbers of each instrument are remembered one bit each; a number older than that counts as a duplicate,
/// because it can no longer be told from one and replaying it would be worse than losing it.
package final class FeedSequencer {
  /// State of one instrument.
  @usableFromInline struct Line {
    /// The number expected next; 0 before the first event.
    @usableFromInline var next: UInt64 = 0
    /// Bit k set: number next - 1 - k was seen.
    @usableFromInline var seen: UInt64 = 0
    @usableFromInline var hasBegun = false
    @usableFromInline var lastArrival = Timestamp.distantPast
    @usableFromInline var lastExchangeTime = Timestamp.distantPast
    @usableFromInline var counts = FeedCounts()

    @usableFromInline init() {}
  }

  @usableFromInline let lines: UnsafeMutablePointer<Line>
  package let capacity: Int

  /// - Parameter capacity: instruments have raw ids below it.
  package init(capacity: Int) {
    precondition(capacity > 0 && capacity <= 65_536, "instrument ids have 16 bits")
    self.capacity = capacity
    lines = .allocate(capacity: capacity)
    lines.initialize(repeating: Line(), count: capacity)
  }

  deinit { lines.deallocate() }

  /// Notes an event that arrived at `localTime`.
  @inlinable package func accept(_ event: MarketEvent, localTime: Timestamp) -> SequenceVerdict {
    let line = self.line(event.instrument)
    line.pointee.lastArrival = max(line.pointee.lastArrival, localTime)
    if event.exchangeTime < line.pointee.lastExchangeTime {
      line.pointee.counts.backwardTimes &+= 1
    } else {
      line.pointee.lastExchangeTime = event.exchangeTime
    }
    return judge(event.sequence, line)
  }

  /// Time since the instrument's last event; nil before the first.
  @inlinable package func age(_ instrument: InstrumentID, now: Timestamp) -> Nanoseconds? {
    let line = self.line(instrument)
    return line.pointee.hasBegun ? now - line.pointee.lastArrival : nil
  }

  /// Whether the instrument has been silent for longer than `limit`; one that never spoke is stale.
  @inlinable package func isStale(_ instrument: InstrumentID, now: Timestamp, limit: Nanoseconds) -> Bool {
    guard let age = age(instrument, now: now) else { return true }
    return age > limit
  }

  /// What happened so far.
  package func counts(_ instrument: InstrumentID) -> FeedCounts { line(instrument).pointee.counts }

  /// Forgets an instrument's numbers, as at the start of a session or after a snapshot; counts stay.
  package func reset(_ instrument: InstrumentID) {
    let line = self.line(instrument)
    let counts = line.pointee.counts
    line.pointee = Line()
    line.pointee.counts = counts
  }

  @inlinable func line(_ instrument: InstrumentID) -> UnsafeMutablePointer<Line> {
    precondition(Int(instrument.rawValue) < capacity, "instrument id beyond the sequencer's capacity")
    return lines + Int(instrument.rawValue)
  }

  @inlinable func judge(_ sequence: UInt64, _ line: UnsafeMutablePointer<Line>) -> SequenceVerdict {
    line.pointee.counts.events &+= 1
    guard line.pointee.hasBegun else {
      line.pointee.hasBegun = true
      line.pointee.next = sequence &+ 1
      // What came before the first event is not missing: were it to arrive, it would count as seen.
      line.pointee.seen = .max
      return .inOrder
    }
    let next = line.pointee.next
    if sequence >= next {
      let missing = sequence - next
      line.pointee.seen = missing >= 63 ? 1 : line.pointee.seen &<< (missing &+ 1) | 1
      line.pointee.next = sequence &+ 1
      if missing == 0 { return .inOrder }
      line.pointee.counts.gaps &+= 1
      line.pointee.counts.missing &+= missing
      return .gap(missing: missing)
    }
    let behind = next - 1 - sequence
    if behind >= 64 || line.pointee.seen & (1 &<< behind) != 0 {
      line.pointee.counts.duplicates &+= 1
      return .duplicate
    }
    line.pointee.seen |= 1 &<< behind
    line.pointee.counts.late &+= 1
    line.pointee.counts.missing &-= 1
    return .late(behind: behind)
  }
}

/// Totals of one instrument's feed.
@frozen package struct FeedCounts: Hashable, Sendable {
  package var events: UInt64 = 0
  package var gaps: UInt64 = 0
  /// Numbers skipped and not yet seen late.
  package var missing: UInt64 = 0
  package var duplicates: UInt64 = 0
  package var late: UInt64 = 0
  /// Events whose exchange time lies before that of an earlier one.
  package var backwardTimes: UInt64 = 0

  @inlinable package init() {}
}
