// `trader backtest`: recorded sessions through the engine that trades, with a report that says how sure it is.
import Accounting
import ArgumentParser
import Backtest
import Engine
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Performance
import Storage
import TradingDomain

struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Replays stored sessions through the engine and reports the result net of costs.",
    discussion: """
      Writes report.html, report.json and journal.bin. The journal must not exist yet: name a new folder.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "A model artifact, or a folder of them (its newest is used).")
  var model: String
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Folder for the report; made if absent.")
  var report: String
  @Option(help: "Configuration file (TOML).")
  var config: String?
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the report as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let settings = try RunSettings(
      instrument: instrument, file: try config.map(ConfigurationFile.read), seed: seed)
    let loaded = try ModelLoader.load(try ModelArtifact.find(model))
    let plan = try MarketPlan.stored(
      MarketStore(root: data), instrument: instrument, from: from.date, to: to.date,
      barDuration: .seconds(Int64(loaded.artifact.manifest.barSeconds)), latency: settings.latency,
      schema: loaded.schema)
    try makeFolder(report)
    let journal = try JournalWriter(path: report + "/journal.bin", capacity: 1 << 18)
    let backtester = AdvancedMLBacktester(
      configuration: settings.engineConfiguration(model: loaded, barsOnly: plan.hasBarsOnly),
      ensemble: loaded.ensemble, capital: settings.capital)
    var bar = ProgressBar(
      label: "backtest", unit: "sessions", total: UInt64(plan.sessions.count),
      terminal: json ? .silent : .standardError(), now: monotonicNow())
    let result = try backtester.run(plan.sessions, warmUp: plan.warmUp, journal: journal) { done in
      bar.update(UInt64(done), now: monotonicNow())
    }
    bar.finish()
    try journal.close()
    let output = try RunReport(
      title: "Backtest of \(symbol), \(from.date) to \(to.date)", result: result,
      stamps: plan.stamps + settings.stamps(model: loaded, seed: seed) + loaded.overlapStamps(with: plan),
      folder: report)
    print(json ? output.json : output.text)
    try output.verdict(result)
  }
}

/// Writes a run's report in all its forms.
struct RunReport {
  var text: String
  var json: String

  init(title: String, result: BacktestResult, stamps: [ReportStamp], folder: String) throws {
    let report = try result.report(title: title, stamps: stamps + [try Self.taxStamp(result)])
    let data = try report.json()
    do {
      try data.write(to: URL(fileURLWithPath: folder + "/report.json"))
      try Data(report.html().utf8).write(to: URL(fileURLWithPath: folder + "/report.html"))
    } catch {
      throw CommandFailure(
        .environment, "\(folder): cannot write the report (\(error.localizedDescription)). Check space and permissions."
      )
    }
    let base = URL(fileURLWithPath: folder).relativePath
    let audit = result.audit
    text =
      report.text()
      + "\norders     \(audit.orders) sent, \(audit.refusals) refused by risk, \(audit.decisions) decisions"
      + "\nreport     \(base)/report.html\njournal    \(base)/journal.bin"
    json = String(decoding: data, as: UTF8.self)
  }

  /// What the tax on the result would come to, month by month.
  private static func taxStamp(_ result: BacktestResult) throws -> ReportStamp {
    let days = try result.curve.profits(sessions: result.sessions.map(\.date)).map { (date: $0.date, net: $0.profit) }
    let tax = IncomeTaxEstimate(days: days).tax
    return ReportStamp(
      name: "income tax", value: "\(tax.brl) BRL estimated (20 % of each month's net gain), not deducted above")
  }

  /// Fails loudly where the result cannot be trusted.
  func verdict(_ result: BacktestResult) throws {
    if result.journalFailed {
      throw CommandFailure(.environment, "the journal could not keep every record; do not trust this result")
    }
    if result.executionFlaws > 0 {
      throw CommandFailure(
        .internalError, "\(result.executionFlaws) reports did not fit any order; do not trust this result")
    }
  }
}
