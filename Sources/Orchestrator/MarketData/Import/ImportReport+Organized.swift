// Making the report from what the import did.

import TradingDomain

extension ImportReport {
  init(
    _ organized: OrganizedRows, plan: ImportPlan, instrument: Instrument, options: ImportOptions, source: LineSource,
    daysReplaced: Int, storedBytes: Int64, secondsParsing: Double, secondsTotal: Double
  ) {
    let parsed = organized.parsed
    self.source = source.path
    format = plan.format
    compression = source.compression
    symbol = plan.symbol
    tickSize = instrument.tickSize
    timeZone = "\(options.timeZone)"
    numberStyle = plan.numberStyle
    barSeconds = organized.barDuration.map { $0.duration.count / 1_000_000_000 }
    barSecondsAgreement = organized.barDuration?.agreement
    isNewestFirst = organized.isNewestFirst
    rowsRead = parsed.rowsRead
    rowsKept = parsed.keptRows
    rowsRejected = parsed.tally.total(.rejected)
    rowsSkipped = parsed.tally.total(.skipped)
    blankLines = parsed.blankLines
    stored = [
      StreamCount(.trades, parsed.trades.count, organized.tradeDays),
      StreamCount(.quotes, parsed.quotes.count, organized.quoteDays),
      StreamCount(
        organized.barDuration.map { .bars($0.duration) } ?? .trades, parsed.bars.count, organized.barDays),
    ].compactMap { $0 }
    contracts = ImportReport.contracts(parsed)
    rejections = parsed.tally.entries([.rejected, .skipped])
    remarks = parsed.tally.entries([.kept])
    self.daysReplaced = daysReplaced
    warnings = ImportReport.warnings(parsed, plan, source)
    sourceBytes = source.totalBytes
    self.storedBytes = storedBytes
    self.secondsParsing = secondsParsing
    self.secondsTotal = secondsTotal
  }

  private static func contracts(_ parsed: ParsedRows) -> [ContractCount] {
    var counts: [(code: ContractCode, rows: Int)] = []
    func add<Row: StoredRow>(_ rows: [Row]) {
      var current = 0
      for row in rows {
        if counts.indices.contains(current), counts[current].code == row.contract {
          counts[current].rows += 1
        } else if let index = counts.firstIndex(where: { $0.code == row.contract }) {
          current = index
          counts[index].rows += 1
        } else {
          current = counts.count
          counts.append((row.contract, 1))
        }
      }
    }
    add(parsed.bars)
    add(parsed.trades)
    add(parsed.quotes)
    return counts.map { ContractCount(contract: "\($0.code)", rows: $0.rows) }
  }

  private static func warnings(_ parsed: ParsedRows, _ plan: ImportPlan, _ source: LineSource) -> [String] {
    var warnings: [String] = []
    let rounded = parsed.tally.count(.roundedToTick)
    if rounded > 0 {
      let share = fixed(100 * Double(rounded) / Double(max(parsed.rowsRead, 1)), 1)
      let tickSize = decimal(plan.instrument?.tickSize ?? 0)
      warnings.append(
        "\(grouped(rounded)) rows (\(share) %) had prices off the tick grid of \(tickSize); they are kept at the "
          + "nearest tick and flagged. Most likely the series is back-adjusted: its prices were never traded. "
          + "--off-grid reject leaves such rows out")
    }
    let rejected = parsed.tally.total(.rejected)
    if rejected > 0 { warnings.append("\(grouped(rejected)) rows were rejected; they are not in the store") }
    let others = parsed.tally.count(.otherSymbol)
    if others > 0, plan.format != "B3 trades (NEG)" {
      let names = parsed.otherSymbols.joined(separator: ", ")
      warnings.append("\(grouped(others)) rows belong to other symbols (\(names)) and were left out")
    }
    if source.endsInsideLine { warnings.append("the last line has no line feed; the file may have been cut off") }
    if let name = otherFamilyInName(of: source.path, symbol: plan.symbol) {
      warnings.append("the file is named like \(name) but was imported as \(plan.symbol); its content does not tell")
    }
    return warnings
  }

  /// A known family other than the symbol's that the file's name begins with; names are a hint, not evidence.
  private static func otherFamilyInName(of path: String, symbol: String) -> String? {
    let name = (path.split(separator: "/").last ?? "").uppercased()
    guard !name.hasPrefix(symbol.uppercased()) else { return nil }
    return Instrument.families.map(\.symbol).first { name.hasPrefix($0) && !SymbolRule.belongs(symbol, to: $0) }
  }
}

extension ImportReport.StreamCount {
  /// Nil when nothing was stored in the stream.
  fileprivate init?(_ stream: StreamName, _ rows: Int, _ days: [DaySlice]) {
    guard rows > 0, let first = days.first, let last = days.last else { return nil }
    self.init(
      stream: stream.folder, rows: rows, days: days.count, firstDay: "\(first.date)", lastDay: "\(last.date)")
  }
}
