// Stored days as the event stream that a replay needs: one day after the other, streams merged, phases around them.

package import TradingDomain

/// Replays stored days of one symbol.
///
/// A day with trades, quotes or depth is replayed from them, merged in the order of time and sequence; any other day
/// from bars, each published at its end. `.phase(.opened)` and `.phase(.closed)` stand around every session, and
/// sequence numbers start at 1 in each. Cancelled trades and rows outside the session are left out.
package final class StoredMarketStream: MarketEventStream {
  /// What to replay.
  package enum Source: Hashable, Sendable {
    /// Trades, quotes and depth where the day has them, else bars of that duration (nil: the shortest of the day).
    case eventsElseBars(Nanoseconds?)
    /// Bars of that duration only.
    case bars(Nanoseconds)
  }

  package let instrument: Instrument
  /// The sessions that will be replayed, in order.
  package let sessions: [TradingSession]
  private let days: [StoredSession]
  private var day = 0
  private var position: StoredSession.Position
  private var sequence: UInt64 = 0

  /// Opens every file of the range, so that a replay cannot fail half-way.
  ///
  /// - Parameters:
  ///   - id: the instrument id in the events; nil takes the family's.
  ///   - session: trading hours of a day, nil for a day without trading. Without this rule, a session spans the rows
  ///     that the import did not flag as outside it, and days of such rows only are left out.
  package init(
    _ store: MarketStore, symbol: String, from: SessionDate, to: SessionDate, source: Source = .eventsElseBars(nil),
    id: InstrumentID? = nil, session: ((SessionDate) -> TradingSession?)? = nil
  ) throws(StoreError) {
    var instrument = try store.instrument(symbol)
    if let id { instrument.id = id }
    self.instrument = instrument
    var days: [StoredSession] = []
    for (date, streams) in try StoredMarketStream.plan(store, symbol, from, to, source) {
      if let day = try StoredSession(store, symbol, date, streams, rule: session) { days.append(day) }
    }
    guard !days.isEmpty else {
      var all: [SessionDate] = []
      for stream in try store.streams(symbol) { all += try store.days(symbol, stream) }
      throw .noDays(
        symbol: symbol, stream: "trading sessions", from: from, to: to, first: all.min(), last: all.max())
    }
    self.days = days
    sessions = days.map(\.session)
    position = days[0].start
  }

  /// The next event; nil after the last session has closed.
  package func next() -> MarketEvent? {
    while day < days.count {
      if let (time, update) = days[day].next(&position) {
        sequence += 1
        return MarketEvent(instrument: instrument.id, sequence: sequence, exchangeTime: time, update: update)
      }
      day += 1
      sequence = 0
      if day < days.count { position = days[day].start }
    }
    return nil
  }

  /// The streams to open on each day of the range.
  private static func plan(
    _ store: MarketStore, _ symbol: String, _ from: SessionDate, _ to: SessionDate, _ source: Source
  ) throws(StoreError) -> [(SessionDate, [StreamName])] {
    let present = try store.streams(symbol)
    var chosen = present
    switch source {
    case .bars(let duration): chosen = present.filter { $0 == .bars(duration) }
    case .eventsElseBars(let duration?): chosen = present.filter { !$0.isBars || $0 == .bars(duration) }
    case .eventsElseBars(nil): break
    }
    guard !chosen.isEmpty else {
      throw .noStream(symbol: symbol, wanted: source.wanted, present: present.map(\.folder))
    }
    var byDay: [SessionDate: [StreamName]] = [:]
    var all: [SessionDate] = []
    for stream in chosen {
      let days = try store.days(symbol, stream)
      all += days
      for date in days where date >= from && date <= to { byDay[date, default: []].append(stream) }
    }
    guard !byDay.isEmpty else {
      throw .noDays(
        symbol: symbol, stream: chosen.map(\.folder).joined(separator: ", "), from: from, to: to, first: all.min(),
        last: all.max())
    }
    return byDay.sorted { $0.key < $1.key }.map { date, streams in
      let events = streams.filter { !$0.isBars }
      return (date, events.isEmpty ? [streams[0]] : events)
    }
  }
}

extension StoredMarketStream.Source {
  fileprivate var wanted: String {
    switch self {
    case .bars(let duration): return StreamName.bars(duration).folder
    case .eventsElseBars(let duration?): return "trades, quotes, depth or \(StreamName.bars(duration).folder)"
    case .eventsElseBars(nil): return "stream"
    }
  }
}
