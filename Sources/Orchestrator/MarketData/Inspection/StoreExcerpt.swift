// The first and last rows of a day, with a chart: `trader data show`.

package import TradingDomain

/// Some rows of one day of one stream, as text.
package struct StoreExcerpt: Codable, Sendable {
  package var symbol: String
  package var stream: String
  package var day: String
  package var rowCount: Int
  package var columns: [String]
  package var first: [[String]]
  package var last: [[String]]
  /// Candles of the day in plain text; empty where the stream has no prices to draw.
  package var chart: String

  /// The excerpt as a table below the chart.
  package var text: String {
    var lines = ["\(symbol) \(stream) \(day): \(grouped(rowCount)) rows"]
    if !chart.isEmpty { lines.append(chart) }
    let hidden = rowCount - first.count - last.count
    var table = [columns] + first
    if hidden > 0 { table.append(["..."] + columns.dropFirst().map { _ in "" }) }
    table += last
    lines.append(textTable(table, rightAligned: Set(1..<columns.count)))
    return lines.joined(separator: "\n")
  }
}

extension StoreInspection {
  /// Shows up to `rows` rows from each end of a day.
  ///
  /// - Parameters:
  ///   - stream: nil takes the first stream of the symbol (events before bars).
  ///   - date: nil takes the last day of the stream.
  package static func show(
    _ store: MarketStore, symbol: String, stream: StreamName? = nil, date: SessionDate? = nil, rows: Int = 5
  ) throws(StoreError) -> StoreExcerpt {
    let instrument = try store.instrument(symbol)
    let streams = try store.streams(symbol)
    guard let chosen = stream ?? streams.first, streams.contains(chosen) else {
      throw .noStream(symbol: symbol, wanted: stream?.folder ?? "stream", present: streams.map(\.folder))
    }
    let days = try store.days(symbol, chosen)
    guard let day = date ?? days.last, days.contains(day) else {
      let wanted = date ?? SessionDate(dayNumber: 0)
      throw .noDays(
        symbol: symbol, stream: chosen.folder, from: wanted, to: wanted, first: days.first, last: days.last)
    }
    func points(_ price: Price) -> String { text(price, instrument) }
    var result = StoreExcerpt(
      symbol: symbol, stream: chosen.folder, day: "\(day)", rowCount: 0, columns: [], first: [], last: [], chart: "")
    switch chosen {
    case .trades:
      result.columns = ["time", "price", "quantity", "kind", "number", "contract", "flags"]
      result.fill(try store.trades(symbol, day), rows) {
        [
          localText($0.time), points($0.price), "\($0.quantity.contracts)",
          "\(TradeKind(rawValue: $0.kind) ?? .other)", "\($0.number)", "\($0.contract)", "\($0.flags.rawValue)",
        ]
      }
    case .quotes:
      result.columns = ["time", "bid", "size", "ask", "size", "contract", "flags"]
      result.fill(try store.quotes(symbol, day), rows) {
        [
          localText($0.time), points($0.bid), "\($0.bidQuantity.contracts)", points($0.ask),
          "\($0.askQuantity.contracts)", "\($0.contract)", "\($0.flags.rawValue)",
        ]
      }
    case .depth:
      result.columns = ["time", "side", "price", "quantity", "orders", "flags"]
      result.fill(try store.depth(symbol, day), rows) {
        [
          localText($0.time), $0.side == Side.buy.rawValue ? "buy" : "sell", points($0.price),
          "\($0.quantity.contracts)", "\($0.orderCount)", "\($0.flags.rawValue)",
        ]
      }
    case .bars(let duration):
      result.columns = ["start", "open", "high", "low", "close", "volume", "contract", "status", "flags"]
      result.fill(try store.bars(symbol, duration, day), rows) {
        [
          localText($0.time), points($0.open), points($0.high), points($0.low), points($0.close),
          "\($0.volume.contracts)", "\($0.contract)", "\($0.status)", "\($0.flags.rawValue)",
        ]
      }
    }
    result.chart = CandleChart().text(try bars(store, symbol, chosen, day), instrument)
    return result
  }

  /// Bars to draw a stream's day with: its own, or 5-minute bars of its trades.
  private static func bars(
    _ store: MarketStore, _ symbol: String, _ stream: StreamName, _ day: SessionDate
  ) throws(StoreError) -> [Bar] {
    switch stream {
    case .bars(let duration): return try store.bars(symbol, duration, day).map { $0.bar(duration: duration) }
    case .trades:
      var aggregator = BarAggregator(.time(.minutes(5)))
      var bars: [Bar] = []
      for row in try store.trades(symbol, day) {
        if let bar = aggregator.add(row.trade, at: row.time) { bars.append(bar) }
      }
      if let bar = aggregator.finish() { bars.append(bar) }
      return bars
    case .quotes, .depth: return []
    }
  }

  private static func text(_ price: Price, _ instrument: Instrument) -> String {
    fixed(instrument.points(price), TickGrid(tickSize: instrument.tickSize)?.decimals ?? 2)
  }
}

extension StoreExcerpt {
  fileprivate mutating func fill<Row: StoredRow>(_ day: StoredDay<Row>, _ rows: Int, _ cells: (Row) -> [String]) {
    rowCount = day.count
    let shown = max(rows, 0)
    day.withRows { all in
      first = all.prefix(shown).map(cells)
      last = all.dropFirst(first.count).suffix(shown).map(cells)
    }
  }
}
