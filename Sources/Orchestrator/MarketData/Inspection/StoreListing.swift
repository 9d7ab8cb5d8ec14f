// What a market store holds: `trader data list`.

import TradingDomain

/// The contents of a store, stream by stream.
package struct StoreListing: Codable, Sendable {
  /// One stream of one symbol.
  package struct Entry: Codable, Hashable, Sendable {
    package var symbol: String
    package var stream: String
    package var days: Int
    package var rows: Int
    package var bytes: Int
    package var firstDay: String
    package var lastDay: String
  }

  package var root: String
  package var entries: [Entry]

  /// The listing as a table.
  package var text: String {
    guard !entries.isEmpty else { return "market store \(root): empty" }
    let table =
      [["symbol", "stream", "days", "rows", "bytes", "first", "last"]]
      + entries.map {
        [$0.symbol, $0.stream, grouped($0.days), grouped($0.rows), grouped($0.bytes), $0.firstDay, $0.lastDay]
      }
    return "market store \(root)\n" + textTable(table, rightAligned: [2, 3, 4])
  }
}

/// Looks into a market store.
package enum StoreInspection {
  /// Lists every stream; a file that cannot be read is an error, because a listing without it would mislead.
  package static func list(_ store: MarketStore) throws(StoreError) -> StoreListing {
    var listing = StoreListing(root: store.root, entries: [])
    for symbol in try store.symbols() {
      for stream in try store.streams(symbol) {
        let days = try store.days(symbol, stream)
        var entry = StoreListing.Entry(
          symbol: symbol, stream: stream.folder, days: days.count, rows: 0, bytes: 0,
          firstDay: days.first.map { "\($0)" } ?? "", lastDay: days.last.map { "\($0)" } ?? "")
        for date in days {
          let size = try size(store, symbol, stream, date)
          entry.rows += size.rows
          entry.bytes += size.bytes
        }
        listing.entries.append(entry)
      }
    }
    return listing
  }

  private static func size(
    _ store: MarketStore, _ symbol: String, _ stream: StreamName, _ date: SessionDate
  ) throws(StoreError) -> (rows: Int, bytes: Int) {
    func size<Row: StoredRow>(_ day: StoredDay<Row>) -> (rows: Int, bytes: Int) { (day.count, day.byteCount) }
    switch stream {
    case .trades: return size(try store.trades(symbol, date))
    case .quotes: return size(try store.quotes(symbol, date))
    case .depth: return size(try store.depth(symbol, date))
    case .bars(let duration): return size(try store.bars(symbol, duration, date))
    }
  }
}
