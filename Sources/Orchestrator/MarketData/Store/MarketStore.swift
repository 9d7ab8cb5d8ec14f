// The market store: folders of NumPy files, one per instrument, stream and day. Reading only.

import Foundation
package import TradingDomain

/// A market store on disk, at `root/<SYMBOL>/<stream>/<YYYY-MM-DD>.npy`.
package struct MarketStore: Sendable {
  package let root: String

  /// Opens the store at `root`, which must exist.
  package init(root: String) throws(StoreError) {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else {
      throw .missing(path: root)
    }
    self.root = root
  }

  /// Symbols with data, in alphabetical order.
  package func symbols() throws(StoreError) -> [String] {
    try MarketStore.names(in: root).filter { symbol in
      guard MarketStore.isSymbol(symbol) else { return false }
      return FileManager.default.fileExists(atPath: "\(root)/\(symbol)/\(InstrumentFile.fileName)")
    }
  }

  /// The constants of `symbol`; a symbol without a known family gets `fallbackID`.
  package func instrument(
    _ symbol: String, fallbackID: InstrumentID = InstrumentID(1000)
  ) throws(StoreError) -> Instrument {
    guard MarketStore.isSymbol(symbol) else { throw .badSymbol(symbol) }
    guard let file = try InstrumentFile.read(folder: "\(root)/\(symbol)") else {
      throw .unknownSymbol(symbol, present: try symbols())
    }
    return file.instrument(fallbackID: fallbackID)
  }

  /// Streams of `symbol` that hold at least one day: events first, then bars from short to long.
  package func streams(_ symbol: String) throws(StoreError) -> [StreamName] {
    _ = try instrument(symbol)
    var streams: [StreamName] = []
    for name in try MarketStore.names(in: "\(root)/\(symbol)") {
      guard let stream = StreamName(folder: name) else { continue }
      if try !days(symbol, stream).isEmpty { streams.append(stream) }
    }
    return streams.sorted()
  }

  /// Days of a stream in order; empty when the stream does not exist.
  package func days(_ symbol: String, _ stream: StreamName) throws(StoreError) -> [SessionDate] {
    let folder = "\(root)/\(symbol)/\(stream.folder)"
    guard FileManager.default.fileExists(atPath: folder) else { return [] }
    return try MarketStore.names(in: folder)
      .compactMap { $0.hasSuffix(".npy") ? SessionDate($0.dropLast(4)) : nil }
      .sorted()
  }

  /// Days of a stream from `from` to `to`, both included; an error when there is none.
  package func days(
    _ symbol: String, _ stream: StreamName, from: SessionDate, to: SessionDate
  ) throws(StoreError) -> [SessionDate] {
    let all = try days(symbol, stream)
    let chosen = all.filter { $0 >= from && $0 <= to }
    guard !chosen.isEmpty else {
      throw .noDays(symbol: symbol, stream: stream.folder, from: from, to: to, first: all.first, last: all.last)
    }
    return chosen
  }

  /// Path of a day's file.
  package func path(_ symbol: String, _ stream: StreamName, _ date: SessionDate) -> String {
    "\(root)/\(symbol)/\(stream.folder)/\(date).npy"
  }

  package func trades(_ symbol: String, _ date: SessionDate) throws(StoreError) -> StoredDay<StoredTrade> {
    try StoredDay(path: path(symbol, .trades, date), date: date)
  }

  package func quotes(_ symbol: String, _ date: SessionDate) throws(StoreError) -> StoredDay<StoredQuote> {
    try StoredDay(path: path(symbol, .quotes, date), date: date)
  }

  package func depth(_ symbol: String, _ date: SessionDate) throws(StoreError) -> StoredDay<StoredDepth> {
    try StoredDay(path: path(symbol, .depth, date), date: date)
  }

  package func bars(
    _ symbol: String, _ duration: Nanoseconds, _ date: SessionDate
  ) throws(StoreError) -> StoredDay<StoredBar> {
    try StoredDay(path: path(symbol, .bars(duration), date), date: date)
  }

  /// Whether `symbol` can name a folder of the store without leaving it.
  package static func isSymbol(_ symbol: String) -> Bool {
    let extra: Set<Character> = [".", "_", "$", "@", "-"]
    return (1...32).contains(symbol.utf8.count) && symbol.first != "."
      && symbol.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || extra.contains($0)) }
  }

  /// Names in `folder`, sorted.
  static func names(in folder: String) throws(StoreError) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
    } catch {
      throw .unreadable(path: folder, reason: "the folder cannot be listed")
    }
  }
}
