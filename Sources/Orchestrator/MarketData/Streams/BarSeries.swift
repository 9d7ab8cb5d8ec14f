// Bars of many days in one array, for research and training.

package import TradingDomain

/// Consecutive bars with the places where the contract changed.
package struct BarSeries: Sendable {
  package var bars: [Bar] = []
  /// Contract of each run of bars: index of its first bar and its code. The price step into a new run is the roll
  /// between two contracts and never a profit.
  package var contracts: [(firstBar: Int, code: ContractCode)] = []
  /// Index of the first bar of each day.
  package var dayStarts: [Int] = []

  mutating func append(_ bar: Bar, _ code: ContractCode) {
    if contracts.last?.code != code { contracts.append((bars.count, code)) }
    bars.append(bar)
  }
}

extension MarketStore {
  /// Bars of `duration` from `from` to `to`, both included.
  ///
  /// Each day comes from the first of these that it has: bars of that duration, the longest shorter bars whose duration
  /// divides it, trades (with quotes, if present, for the signed volume). Rows outside the session and cancelled trades
  /// are left out.
  package func barSeries(
    _ symbol: String, from: SessionDate, to: SessionDate, duration: Nanoseconds
  ) throws(StoreError) -> BarSeries {
    let present = try streams(symbol)
    let sources = present.filter { stream in
      if case .bars(let length) = stream { return length <= duration && duration.count % length.count == 0 }
      return stream == .trades
    }.sorted(by: >)
    guard !sources.isEmpty else {
      throw .noStream(
        symbol: symbol, wanted: "bars of \(duration.count / 1_000_000_000) s, nor anything to make them of",
        present: present.map(\.folder))
    }
    var chosen: [SessionDate: StreamName] = [:]
    var all: [SessionDate] = []
    for stream in sources {
      let days = try self.days(symbol, stream)
      all += days
      for date in days where date >= from && date <= to && chosen[date] == nil { chosen[date] = stream }
    }
    guard !chosen.isEmpty else {
      throw .noDays(
        symbol: symbol, stream: StreamName.bars(duration).folder, from: from, to: to, first: all.min(), last: all.max())
    }
    var series = BarSeries()
    for (date, stream) in chosen.sorted(by: { $0.key < $1.key }) {
      let before = series.bars.count
      if case .bars(let length) = stream {
        try append(bars(symbol, length, date), length, duration, to: &series)
      } else {
        let hasQuotes = try days(symbol, .quotes).contains(date)
        try append(trades(symbol, date), hasQuotes ? quotes(symbol, date) : nil, duration, to: &series)
      }
      if series.bars.count > before { series.dayStarts.append(before) }
    }
    return series
  }

  private func append(
    _ day: StoredDay<StoredBar>, _ length: Nanoseconds, _ duration: Nanoseconds, to series: inout BarSeries
  ) {
    var aggregator = BarAggregator(.time(duration))
    var code = ContractCode.empty
    for row in day where !row.flags.contains(.offSession) {
      if length == duration {
        series.append(row.bar(duration: duration), row.contract)
        continue
      }
      if let bar = aggregator.add(row.bar(duration: length)) { series.append(bar, code) }
      code = row.contract
    }
    if let bar = aggregator.finish() { series.append(bar, code) }
  }

  private func append(
    _ trades: StoredDay<StoredTrade>, _ quotes: StoredDay<StoredQuote>?, _ duration: Nanoseconds,
    to series: inout BarSeries
  ) {
    var aggregator = BarAggregator(.time(duration))
    var code = ContractCode.empty
    var quote = 0
    for row in trades where row.flags.isDisjoint(with: [.offSession, .cancelled]) {
      while let quotes, quote < quotes.count, quotes[quote].precedes(row) {
        aggregator.update(quotes[quote].quote)
        quote += 1
      }
      if row.flags.contains(.gapBefore), let bar = aggregator.noteGap(at: row.time) { series.append(bar, code) }
      if let bar = aggregator.add(row.trade, at: row.time) { series.append(bar, code) }
      code = row.contract
    }
    if let bar = aggregator.finish() { series.append(bar, code) }
  }
}

extension StoredQuote {
  fileprivate func precedes(_ trade: StoredTrade) -> Bool { (time, sequence) < (trade.time, trade.sequence) }
}
