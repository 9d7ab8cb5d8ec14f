// `trader features select`: from the candidates of a schema to the few that are worth their place.
import ArgumentParser
import Backtest
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Synchronization
import TradingDomain

struct FeatureSelectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "select", abstract: "Chooses features that gain out of sample, and says when none does.",
    discussion: """
      Every fold clusters, ranks and tests the candidates on its own training part; the curve of out-of-sample gain
      against the number of features then says how many to keep. Writes selection.json, selection.html and, when
      anything is worth keeping, schema.json, which `trader train --schema` takes.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Folder for the result; made if absent.")
  var out: String
  @Option(help: "Schema whose features are the candidates: a name that `trader features list` knows, or a file.")
  var candidates = FeatureSchema.candidates.name
  @Option(help: "Schema to compare the selection with on the same rows; none for no comparison.")
  var against = FeatureSchema.v2.name
  @Option(help: "Bars from decision to outcome.")
  var horizon = 5
  @Option(help: "Walk-forward test windows.")
  var folds = 5
  @Option(help: "Block bootstraps of the contest with the probes, a fold.")
  var bootstraps = 20
  @Option(help: "Most features that may be chosen.")
  var ceiling = 32
  @Option(help: "Bars between training and test labels beyond the purge.")
  var embargo = 0
  @Option(help: "Forests that grow at the same time; any number gives the same result.")
  var workers = 2
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
  }

  func run() throws {
    var plan = SelectionPlan()
    plan.folds = .walkForward(count: folds, firstPart: 0.4)
    plan.bootstraps = bootstraps
    plan.ceiling = ceiling
    plan.embargoBars = embargo
    plan.workers = workers
    plan.seed = seed
    try plan.validate()
    let schema = try barSchema(candidates)
    let baseline = against == "none" ? nil : try barSchema(against)
    if let baseline, baseline.barSeconds != schema.barSeconds {
      throw CommandFailure(
        .badInput,
        "--against \(against) is made for bars of \(baseline.barSeconds) s, the candidates for \(schema.barSeconds) s: "
          + "compare with a schema of the same bars, or with none.")
    }
    let (rows, compared) = try rows(of: schema, baseline: baseline)
    try makeFolder(out)
    let selection = try select(rows, plan: plan, baseline: compared)
    let text = try jsonText(selection)
    let title = "Feature selection: \(symbol), \(schema.name), \(from.date) to \(to.date)"
    try write(text, to: "selection.json")
    try write(selection.html(title: title), to: "selection.html")
    var files = "\(out)/selection.html"
    if !selection.chosen.isEmpty {
      let chosen = try schema.selecting(selection.chosen, name: "selected")
      try write(String(decoding: try FeatureSchemaFile(chosen).data(), as: UTF8.self), to: "schema.json")
      files += "\n\(out)/schema.json (hash \(chosen.hashText))"
    }
    print(json ? text : selection.summary + "\n" + files)
  }

  /// Candidates and baseline on the same labelled bars: both are computed as one schema, so that a bar counts only
  /// where both have values.
  private func rows(
    of schema: FeatureSchema, baseline: FeatureSchema?
  ) throws -> (SelectionRows, baseline: (name: String, rows: SelectionRows)?) {
    let others = baseline?.declarations.map {
      FeatureDeclaration("baseline_" + $0.name, $0.expression, unit: $0.unit, source: $0.source, note: $0.note)
    }
    let both = try FeatureSchema(
      name: schema.name, version: schema.version, barSeconds: schema.barSeconds,
      declarations: schema.declarations + (others ?? []))
    let duration = Nanoseconds.seconds(Int64(schema.barSeconds))
    let store = try MarketStore(root: data)
    let bars = try store.barSeries(symbol, from: from.date, to: to.date, duration: duration).bars
    let earlier = try? store.barSeries(
      symbol, from: from.date.advanced(by: -MarketPlan.warmUpDays(for: both)), to: from.date.advanced(by: -1),
      duration: duration)
    let warmUp = (earlier?.bars ?? []).suffix(MarketPlan.warmUpBars(for: both))
    let all = try SelectionRows(
      LabelledRows(
        bars: warmUp + bars, labelledFrom: warmUp.count, schema: both, instrument: try tradableInstrument(symbol),
        horizonBars: horizon))
    let compared = try baseline.map { baseline in
      (name: baseline.name, rows: try all.columns(baseline.names.map { "baseline_" + $0 }))
    }
    return (try all.columns(schema.names), compared)
  }

  /// Selects under a progress bar.
  private func select(
    _ rows: SelectionRows, plan: SelectionPlan, baseline: (name: String, rows: SelectionRows)?
  ) throws -> FeatureSelection {
    let bar = Mutex(
      ProgressBar(
        label: "selecting", unit: "%", total: 100, terminal: json ? .silent : .standardError(), now: monotonicNow()))
    defer { bar.withLock { $0.finish() } }
    return try FeatureSelector.select(rows, plan: plan, baseline: baseline) { part in
      bar.withLock { $0.update(UInt64(part * 100), now: monotonicNow()) }
    }
  }

  private func write(_ text: String, to name: String) throws {
    let path = "\(out)/\(name)"
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure(.environment, "\(path): cannot write the file (\(error)). Check space and permissions.")
    }
  }
}
