// What an import may be told; everything but the file and the store has a default.

package import TradingDomain

/// What to do with a price that is not a whole number of ticks.
package enum OffGridPolicy: String, Codable, Sendable, CaseIterable {
  /// Keep the row at the nearest tick, flag it, and say so loudly. Back-adjusted exports are off the grid nearly
  /// everywhere, and a store without them would silently have fewer rows than the file.
  case round
  /// Reject the row.
  case reject
}

/// Times of day between which rows are expected.
package struct SessionHours: Hashable, Sendable {
  /// Local time of day at which trading opens and closes.
  package var open: Nanoseconds
  package var close: Nanoseconds

  package init(open: Nanoseconds, close: Nanoseconds) {
    self.open = open
    self.close = close
  }

  /// 09:00 to 18:30, the widest regular hours of the dollar and index futures.
  package static let futures = SessionHours(open: .minutes(9 * 60), close: .minutes(18 * 60 + 30))

  /// The session of `date`; none on Saturdays and Sundays.
  package func session(on date: SessionDate) -> TradingSession? {
    guard date.weekday <= 5 else { return nil }
    return TradingSession(
      date: date, open: BrasiliaTime.timestamp(date, timeOfDay: open),
      close: BrasiliaTime.timestamp(date, timeOfDay: close))
  }
}

/// Options of ``MarketImporter``.
package struct ImportOptions: Sendable {
  /// The file to import.
  package var source: String
  /// Folder of the market store; created if absent.
  package var store: String
  /// The symbol to import and to store under; nil takes it from the file, if the file tells exactly one.
  package var symbol: String?
  package var timeZone: SourceTimeZone = .saoPaulo
  /// Needed for symbols outside ``Instrument/families``.
  package var tickSize: Double?
  /// For symbols outside the families: default is one BRL per point and unit, lot 1, exchange `B` (shares).
  package var tickValue: Money?
  package var lot: Quantity?
  package var exchange: Character?
  /// Duration of the bars; nil infers it.
  package var barDuration: Nanoseconds?
  /// Marks in numbers; nil infers them.
  package var numberStyle: NumberStyle?
  package var offGrid: OffGridPolicy = .round
  /// Session of a day, nil for a day without one. Default: ``SessionHours/futures`` for the families, no check for
  /// other symbols.
  package var session: (@Sendable (SessionDate) -> TradingSession?)?
  /// Examples kept of each issue.
  package var exampleLimit = 5

  package init(source: String, store: String, symbol: String? = nil) {
    self.source = source
    self.store = store
    self.symbol = symbol
  }
}

/// How far an import has come.
package struct ImportProgress: Sendable {
  /// Bytes of the file on disk consumed, and its size.
  package var bytesDone: Int
  package var bytesTotal: Int
  package var rowsRead: Int
}
