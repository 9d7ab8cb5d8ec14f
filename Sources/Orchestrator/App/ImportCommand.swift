// `trader import`: market data files into the store, every row accounted for.
import ArgumentParser
import Foundation
import MarketData
import Monitoring
import TradingDomain

struct ImportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Imports market data files into the store.",
    discussion: """
      The format is told by the content: Profit exports, MetaTrader tab files (bars and ticks), the exchange's trade
      files, and plain CSV or tab files with a header; .zst and .gz are read as they are. A day that the store already
      holds is replaced. Every row ends up stored, rejected with a reason, or skipped with a reason.
      """)

  @Argument(help: "Files to import.")
  var files: [String]
  @Option(help: "Instrument the rows belong to: WDO, DOL, WIN, IND or another name (then give --tick-size).")
  var symbol: String?
  @Option(help: "Folder of the market store; made if absent.")
  var into: String
  @Option(help: "Points per tick, for instruments this product has no rules for.")
  var tickSize: Double?
  @Option(help: "Time zone of the file: America/Sao_Paulo, UTC, or an offset such as -03:00.")
  var timeZone = "America/Sao_Paulo"
  @Option(help: "Duration of the bars in seconds, where the rows do not tell.")
  var barDuration: Int64?
  @Option(help: "How numbers are written, where the rows do not tell: point or comma (the decimal mark).")
  var numbers: String?
  @Option(help: "Prices off the tick grid: round (kept, flagged) or reject.")
  var offGrid = "round"
  @Flag(help: "Print the reports as JSON.")
  var json = false

  func validate() throws {
    if files.isEmpty { throw ValidationError("Name at least one file to import.") }
    if SourceTimeZone(timeZone) == nil {
      throw ValidationError(
        "Time zone '\(timeZone)' is not known: use America/Sao_Paulo, UTC, or an offset like -03:00.")
    }
    if let barDuration, !(1...86_400 * 31).contains(barDuration) {
      throw ValidationError("--bar-duration must be a positive number of seconds.")
    }
    if let numbers, NumberStyle(rawValue: numbers) == nil {
      throw ValidationError("--numbers '\(numbers)' is not known: use point or comma.")
    }
    if OffGridPolicy(rawValue: offGrid) == nil {
      let known = OffGridPolicy.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--off-grid '\(offGrid)' is not known: use one of \(known).")
    }
  }

  func run() throws {
    var reports: [ImportReport] = []
    for file in files {
      var options = ImportOptions(source: file, store: into, symbol: symbol)
      options.tickSize = tickSize
      if let zone = SourceTimeZone(timeZone) { options.timeZone = zone }
      options.barDuration = barDuration.map(Nanoseconds.seconds)
      options.numberStyle = numbers.flatMap(NumberStyle.init)
      if let policy = OffGridPolicy(rawValue: offGrid) { options.offGrid = policy }
      let terminal = json ? Terminal.silent : Terminal.standardError()
      var bar: ProgressBar?
      let report = try MarketImporter.run(options) { progress in
        if bar == nil {
          bar = ProgressBar(
            label: URL(fileURLWithPath: file).lastPathComponent, unit: "bytes", total: UInt64(progress.bytesTotal),
            terminal: terminal, now: monotonicNow())
        }
        bar?.update(UInt64(progress.bytesDone), now: monotonicNow())
      }
      bar?.finish()
      if !json { print(report.text) }
      reports.append(report)
    }
    if json { print(try jsonText(reports)) }
  }
}
