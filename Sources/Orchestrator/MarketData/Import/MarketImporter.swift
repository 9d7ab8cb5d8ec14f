// The import of one file into the market store: detect, parse, order, store, account.

import Glibc
import TradingDomain

/// Imports market data files.
package enum MarketImporter {
  /// Imports one file.
  ///
  /// Days that the store already holds for a stream are replaced by this file's rows of those days, never merged with
  /// them. Nothing changes in the store when an error is thrown.
  ///
  /// - Parameter progress: called after every few megabytes.
  package static func run(
    _ options: ImportOptions, progress: ((ImportProgress) -> Void)? = nil
  ) throws(ImportError) -> ImportReport {
    let started = monotonicSeconds()
    let source = try LineSource(path: options.source)
    guard var run = try source.next(after: 0) else { throw .emptyFile(path: options.source) }
    if run.starts(with: [0xEF, 0xBB, 0xBF]) { run = UnsafeRawBufferPointer(rebasing: run[3...]) }
    let format: SourceFormat
    do throws(ImportError) {
      format = try FormatDetector(path: options.source, options: options).detect(run)
    } catch .noRows where source.hasMore {
      // Megabytes follow the header without one line feed.
      throw .lineTooLong(path: options.source, line: 2)
    }
    let plan = try ImportPlan(format, options)
    var parsed: ParsedRows
    switch format {
    case .delimited(let layout):
      guard let grid = plan.grid else { throw .symbolNeeded(path: options.source, examples: [], distinct: 0) }
      let width = run.firstIndex(of: 10).map { $0 + 1 } ?? 80
      parsed = try parse(
        source, run,
        DelimitedParser(
          layout: layout, symbol: plan.symbol, grid: grid, options: options,
          expectedRows: source.totalBytes * (source.compression == .none ? 1 : 6) / max(width, 40)), progress)
    case .exchangeTrades(let declaredLines):
      parsed = try parse(
        source, run,
        ExchangeTradesParser(
          symbol: options.symbol, grid: plan.grid, declaredLines: declaredLines, options: options), progress)
    }
    let secondsParsing = monotonicSeconds() - started
    try refuseUseless(parsed, plan, options)
    let organized = try RowOrganizer(options: options, session: plan.session).organize(
      consume parsed, path: options.source)
    guard let instrument = plan.instrument else {
      throw .symbolNeeded(path: options.source, examples: [], distinct: 0)
    }
    let writer = try write(organized, instrument, options)
    return ImportReport(
      organized, plan: plan, instrument: instrument, options: options, source: source,
      daysReplaced: writer.replacedDays, storedBytes: writer.bytesWritten, secondsParsing: secondsParsing,
      secondsTotal: monotonicSeconds() - started)
  }

  private static func parse<Parser: RowParser>(
    _ source: LineSource, _ first: UnsafeRawBufferPointer, _ parser: Parser, _ progress: ((ImportProgress) -> Void)?
  ) throws(ImportError) -> ParsedRows {
    var parser = parser
    var run: UnsafeRawBufferPointer? = first
    while let lines = run {
      parser.parse(lines)
      progress?(
        ImportProgress(
          bytesDone: source.consumedBytes, bytesTotal: source.totalBytes, rowsRead: parser.rows.rowsRead))
      run = try source.next(after: parser.rows.lines)
    }
    try parser.finish(path: source.path)
    return parser.rows
  }

  /// Refuses files of which nothing, or nothing certain, would be stored.
  private static func refuseUseless(
    _ parsed: ParsedRows, _ plan: ImportPlan, _ options: ImportOptions
  ) throws(ImportError) {
    let others = parsed.tally.count(.otherSymbol)
    if options.symbol == nil, others > 0 {
      let all = [plan.symbol] + parsed.otherSymbols
      throw .symbolNeeded(path: options.source, examples: Array(all.prefix(6)), distinct: all.count)
    }
    guard parsed.keptRows == 0 else { return }
    if others > 0 { throw .wrongSymbol(path: options.source, wanted: plan.symbol, found: parsed.otherSymbols) }
    let reasons = parsed.tally.entries([.rejected, .skipped]).map { entry in
      "\(grouped(entry.count)) \(entry.issue.rawValue)"
        + (entry.examples.first.map { " (line \($0.line): \($0.text))" } ?? "")
    }
    throw .noRows(path: options.source, rejected: reasons.joined(separator: "; "))
  }

  private static func write(
    _ organized: OrganizedRows, _ instrument: Instrument, _ options: ImportOptions
  ) throws(ImportError) -> MarketStoreWriter {
    do throws(StoreError) {
      let writer = try MarketStoreWriter(root: options.store, instrument: instrument)
      if let duration = organized.barDuration {
        try write(organized.parsed.bars, organized.barDays, .bars(duration.duration), writer)
      }
      try write(organized.parsed.trades, organized.tradeDays, .trades, writer)
      try write(organized.parsed.quotes, organized.quoteDays, .quotes, writer)
      try writer.commit()
      return writer
    } catch {
      throw .store(error)
    }
  }

  private static func write<Row: StoredRow>(
    _ rows: [Row], _ days: [DaySlice], _ stream: StreamName, _ writer: MarketStoreWriter
  ) throws(StoreError) {
    for day in days {
      let result = rows.withUnsafeBufferPointer { rows in
        Result { () throws(StoreError) in
          try writer.write(UnsafeBufferPointer(rebasing: rows[day.rows]), stream: stream, date: day.date)
        }
      }
      try result.get()
    }
  }

  private static func monotonicSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}
