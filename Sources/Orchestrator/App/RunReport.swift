// What a run leaves in its folder for people and machines.
import Accounting
import Backtest
import Engine
import Foundation
import Performance
import TradingDomain

/// What a report says beyond the run's own numbers.
struct ReportExtras {
  var subtitle = ""
  var alarms: [PageAlarm] = []
  var verdicts: [ReportVerdict] = []
  var sections: [ReportSection] = []
  /// Name of the journal, or of the first and last of several.
  var journal = "journal.bin"
}

/// Writes a run's report in all its forms.
struct RunReport {
  var text: String
  var json: String

  init(
    title: String, result: BacktestResult, stamps: [ReportStamp], instruments: [Instrument], folder: String,
    extras: ReportExtras = ReportExtras()
  ) throws {
    let tax = try Self.tax(result)
    let taxStamp = ReportStamp(
      name: "income tax", value: "\(tax.brl) BRL estimated (20 % of each month's net gain), not deducted above")
    let report = try result.report(title: title, stamps: stamps + [taxStamp])
    let data = try Self.json(report, extras.verdicts)
    let costs = Self.costs(result, tax: tax)
    let page = report.page(
      subtitle: extras.subtitle, isPartial: result.isPartial, alarms: extras.alarms, verdicts: extras.verdicts,
      trades: result.trades, sections: [ReportSection("Costs", [.chart(costs)])] + extras.sections)
    func symbol(_ id: InstrumentID) -> String? { instruments.first { $0.id == id }?.symbol }
    do {
      try data.write(to: URL(fileURLWithPath: folder + "/report.json"))
      try Data(page.html().utf8).write(to: URL(fileURLWithPath: folder + "/report.html"))
      try Data(TradesCSV.text(result.trades, symbol: symbol).utf8).write(
        to: URL(fileURLWithPath: folder + "/trades.csv"))
      try Data(EquityArray.npy(result.curve)).write(to: URL(fileURLWithPath: folder + "/equity.npy"))
    } catch {
      throw CommandFailure(
        .environment, "\(folder): cannot write the report (\(error.localizedDescription)). Check space and permissions."
      )
    }
    let base = URL(fileURLWithPath: folder).relativePath
    let audit = result.audit
    let style = TerminalStyle(isTerminal: isatty(1) == 1, environment: ProcessInfo.processInfo.environment)
    let summary = style.hasColours ? TerminalSummary(page).text(style) + "\n" : ""
    let doctor = extras.verdicts.map { "\($0.severity.rawValue): \($0.title). \($0.sentence)" }
    text =
      summary + report.text()
      + (doctor.isEmpty ? "" : "\nThe doctor says:\n  " + doctor.joined(separator: "\n  ") + "\n")
      + "\norders     \(audit.orders) sent, \(audit.refusals) refused by risk, \(audit.decisions) decisions"
      + "\nreport     \(base)/report.html\njournal    \(base)/\(extras.journal)"
    json = String(decoding: data, as: UTF8.self)
  }

  /// The report with what the doctor says of it.
  private static func json(_ report: PerformanceReport, _ verdicts: [ReportVerdict]) throws -> Data {
    struct Verdict: Encodable {
      var severity: String
      var title: String
      var sentence: String
      var evidence: String
    }
    guard !verdicts.isEmpty else { return try report.json() }
    var object = try JSONSerialization.jsonObject(with: report.json()) as? [String: Any] ?? [:]
    let list = verdicts.map {
      Verdict(severity: $0.severity.rawValue, title: $0.title, sentence: $0.sentence, evidence: $0.evidence)
    }
    object["doctor"] = try JSONSerialization.jsonObject(with: JSONEncoder().encode(list))
    return try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
  }

  /// What the tax on the result would come to, month by month.
  private static func tax(_ result: BacktestResult) throws -> Money {
    let days = try result.curve.profits(sessions: result.sessions.map(\.date)).map { (date: $0.date, net: $0.profit) }
    return IncomeTaxEstimate(days: days).tax
  }

  /// From what the trades made to what is left of it.
  private static func costs(_ result: BacktestResult, tax: Money) -> CostWaterfallChart {
    let gross = result.trades.reduce(Money.zero) { $0 + $1.grossProfit }
    let fees = result.trades.reduce(Money.zero) { $0 + $1.fees }
    return CostWaterfallChart(
      grossBRL: gross.brl,
      costs: [
        CostWaterfallChart.Cost("fees", amountBRL: fees.brl),
        CostWaterfallChart.Cost("income tax (estimate)", amountBRL: tax.brl),
      ])
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
