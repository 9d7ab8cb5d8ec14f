// Whether a store can be trusted: `trader data check`.

import TradingDomain

/// What a check found.
package struct StoreCheck: Codable, Sendable {
  /// How much a finding matters.
  package enum Severity: String, Codable, Sendable {
    /// The file must not be used.
    case error
    /// The data may be right but deserve a look.
    case warning
  }

  /// One finding about one day of one stream.
  package struct Finding: Codable, Hashable, Sendable {
    package var severity: Severity
    package var symbol: String
    package var stream: String
    package var day: String
    package var message: String
  }

  package var root: String
  package var filesChecked: Int
  package var rowsChecked: Int
  package var findings: [Finding]

  /// Whether no error was found; warnings are allowed.
  package var isSound: Bool { !findings.contains { $0.severity == .error } }

  /// The result as text: errors first.
  package var text: String {
    let errors = findings.filter { $0.severity == .error }
    let warnings = findings.filter { $0.severity == .warning }
    var lines = [
      "market store \(root): \(grouped(filesChecked)) files, \(grouped(rowsChecked)) rows, "
        + "\(grouped(errors.count)) errors, \(grouped(warnings.count)) warnings"
    ]
    lines += (errors + warnings).map { "  \($0.severity.rawValue)  \($0.symbol) \($0.stream) \($0.day): \($0.message)" }
    return lines.joined(separator: "\n")
  }
}

extension StoreInspection {
  /// Reads every row of the store, or of one symbol, and reports what does not hold.
  ///
  /// Errors: unreadable or truncated files, time or sequence going back, rows of another day, prices of zero, bars with
  /// high below low, bars of one start. Warnings: missing bars, rows off the tick grid in the source, rows outside the
  /// session, crossed quotes, cancelled trades.
  package static func check(_ store: MarketStore, symbol: String? = nil) throws(StoreError) -> StoreCheck {
    var result = StoreCheck(root: store.root, filesChecked: 0, rowsChecked: 0, findings: [])
    if let symbol { _ = try store.instrument(symbol) }
    let names = if let symbol { [symbol] } else { try store.symbols() }
    for name in names {
      for stream in try store.streams(name) {
        for date in try store.days(name, stream) {
          var messages = DayFindings()
          do throws(StoreError) {
            result.rowsChecked += try examine(store, name, stream, date, &messages)
          } catch {
            messages.errors.append(error.description)
          }
          result.filesChecked += 1
          result.findings += messages.findings(symbol: name, stream: stream.folder, day: "\(date)")
        }
      }
    }
    return result
  }

  /// Examines one file and returns its rows.
  private static func examine(
    _ store: MarketStore, _ symbol: String, _ stream: StreamName, _ date: SessionDate, _ findings: inout DayFindings
  ) throws(StoreError) -> Int {
    switch stream {
    case .trades:
      let day = try store.trades(symbol, date)
      findings.examine(day) { $0.price.ticks <= 0 ? "price of zero" : ($0.quantity <= .zero ? "no quantity" : nil) }
      return day.count
    case .quotes:
      let day = try store.quotes(symbol, date)
      findings.examine(day) { $0.bid.ticks < 0 || $0.ask.ticks < 0 ? "negative price" : nil }
      return day.count
    case .depth:
      let day = try store.depth(symbol, date)
      findings.examine(day) { $0.update == nil ? "neither bid nor ask" : ($0.price.ticks <= 0 ? "price of zero" : nil) }
      return day.count
    case .bars(let duration):
      let day = try store.bars(symbol, duration, date)
      findings.examine(day) { bar in
        if bar.low.ticks <= 0 { return "price of zero" }
        let isConsistent = bar.high >= max(bar.open, bar.close) && bar.low <= min(bar.open, bar.close)
        return isConsistent ? nil : "high or low contradicts open or close"
      }
      day.withRows { findings.examineGaps($0, duration) }
      return day.count
    }
  }
}
