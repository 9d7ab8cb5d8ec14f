// One stored day, open for replay: its files, its session, and the merge of its streams.

import TradingDomain

/// The files of one day and the order of their events.
struct StoredSession {
  /// How far a replay has come.
  struct Position {
    var trade = 0
    var quote = 0
    var depth = 0
    var bar = 0
    var phase = Phase.before
    enum Phase { case before, during, after }
    /// Time of the last event, so that the close never precedes it.
    var last = Timestamp.distantPast
  }

  let session: TradingSession
  /// The open files; the buffers below lie in them.
  private let files: [AnyObject]
  private let trades: UnsafeBufferPointer<StoredTrade>
  private let quotes: UnsafeBufferPointer<StoredQuote>
  private let depth: UnsafeBufferPointer<StoredDepth>
  private let bars: UnsafeBufferPointer<StoredBar>
  private let barDuration: Nanoseconds
  /// Whether `session` came from a rule: then hours decide, else the import's flags.
  private let hasRule: Bool

  /// Nil when the day has no trading session.
  init?(
    _ store: MarketStore, _ symbol: String, _ date: SessionDate, _ streams: [StreamName],
    rule: ((SessionDate) -> TradingSession?)?
  ) throws(StoreError) {
    var trades: StoredDay<StoredTrade>?
    var quotes: StoredDay<StoredQuote>?
    var depth: StoredDay<StoredDepth>?
    var bars: StoredDay<StoredBar>?
    var barDuration = Nanoseconds.zero
    for stream in streams {
      switch stream {
      case .trades: trades = try store.trades(symbol, date)
      case .quotes: quotes = try store.quotes(symbol, date)
      case .depth: depth = try store.depth(symbol, date)
      case .bars(let duration):
        bars = try store.bars(symbol, duration, date)
        barDuration = duration
      }
    }
    let session: TradingSession?
    if let rule {
      session = rule(date)
    } else {
      var span: (open: Timestamp, close: Timestamp)?
      StoredSession.extend(&span, trades, .zero)
      StoredSession.extend(&span, quotes, .zero)
      StoredSession.extend(&span, depth, .zero)
      StoredSession.extend(&span, bars, barDuration)
      session = span.map { TradingSession(date: date, open: $0.open, close: $0.close) }
    }
    guard let session else { return nil }
    self.session = session
    let opened: [AnyObject?] = [trades, quotes, depth, bars]
    files = opened.compactMap { $0 }
    self.trades = trades?.unownedRows ?? UnsafeBufferPointer(start: nil, count: 0)
    self.quotes = quotes?.unownedRows ?? UnsafeBufferPointer(start: nil, count: 0)
    self.depth = depth?.unownedRows ?? UnsafeBufferPointer(start: nil, count: 0)
    self.bars = bars?.unownedRows ?? UnsafeBufferPointer(start: nil, count: 0)
    self.barDuration = barDuration
    hasRule = rule != nil
  }

  private static func extend<Row: StoredRow>(
    _ span: inout (open: Timestamp, close: Timestamp)?, _ day: StoredDay<Row>?, _ duration: Nanoseconds
  ) {
    guard let day else { return }
    day.withRows { rows in
      guard let first = rows.first(where: { !$0.flags.contains(.offSession) }),
        let last = rows.last(where: { !$0.flags.contains(.offSession) })
      else { return }
      let open = min(first.time, span?.open ?? first.time)
      let close = max(last.time + duration, span?.close ?? last.time + duration)
      span = (open, close)
    }
  }

  /// The position before the opening.
  var start: Position { Position() }

  /// The event after `position`, which moves past it; nil after the close.
  func next(_ position: inout Position) -> (Timestamp, MarketUpdate)? {
    switch position.phase {
    case .before:
      position.phase = .during
      position.last = session.open
      return (session.open, .phase(.opened))
    case .during:
      if let event = bars.isEmpty ? nextTick(&position) : nextBar(&position) {
        position.last = event.0
        return event
      }
      position.phase = .after
      return (max(session.close, position.last), .phase(.closed))
    case .after: return nil
    }
  }

  private func admits(_ time: Timestamp, _ flags: RowFlags) -> Bool {
    if flags.contains(.cancelled) { return false }
    return hasRule ? session.contains(time) : !flags.contains(.offSession)
  }

  private func nextBar(_ position: inout Position) -> (Timestamp, MarketUpdate)? {
    while position.bar < bars.count {
      let row = bars[position.bar]
      position.bar += 1
      if admits(row.time, row.flags) { return (row.time + barDuration, .bar(row.bar(duration: barDuration))) }
    }
    return nil
  }

  private func nextTick(_ position: inout Position) -> (Timestamp, MarketUpdate)? {
    while true {
      let trade = position.trade < trades.count ? key(trades[position.trade]) : StoredSession.never
      let quote = position.quote < quotes.count ? key(quotes[position.quote]) : StoredSession.never
      let level = position.depth < depth.count ? key(depth[position.depth]) : StoredSession.never
      if quote <= trade, quote <= level {
        guard position.quote < quotes.count else { return nil }
        let row = quotes[position.quote]
        position.quote += 1
        if admits(row.time, row.flags) { return (row.time, .quote(row.quote)) }
      } else if trade <= level {
        let row = trades[position.trade]
        position.trade += 1
        if admits(row.time, row.flags) { return (row.time, .trade(row.trade)) }
      } else {
        let row = depth[position.depth]
        position.depth += 1
        if admits(row.time, row.flags), let update = row.update { return (row.time, .depth(update)) }
      }
    }
  }

  /// Order of a row among the streams of its day.
  private func key<Row: StoredRow>(_ row: Row) -> (Timestamp, UInt64) { (row.time, row.sequence) }

  private static let never = (Timestamp.distantFuture, UInt64.max)
}
