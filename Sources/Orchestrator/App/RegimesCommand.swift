// `trader features regimes`: fits a regime model and says what its regimes do on bars it has not seen.
import ArgumentParser
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import TradingDomain

struct RegimesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "regimes", abstract: "Fits trend, range and stress regimes, and measures them out of sample.",
    discussion: """
      Each window of the second half of the bars is filtered by a model fitted to everything before it. Printed are how
      long regimes last, against independent draws and against the same bars in random order, and how volatility,
      autocorrelation and drift differ after them. With --out: regimes.json, regimes.html, and regime-model.json, the
      model fitted to all bars.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Folder for the report and the model; made if absent.")
  var out: String?
  @Option(help: "Test windows in the second half of the bars.")
  var windows = 3
  @Option(help: "Starts of a fit.")
  var restarts = 6
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    if !(1...100).contains(windows) { throw ValidationError("--windows must be 1 to 100.") }
    if !(1...1_000).contains(restarts) { throw ValidationError("--restarts must be 1 to 1000.") }
  }

  func run() throws {
    let store = try MarketStore(root: data)
    let bars = try store.barSeries(symbol, from: from.date, to: to.date, duration: .seconds(60)).bars
    if let out { try makeFolder(out) }
    let study = try study(bars)
    let text = try jsonText(study)
    if let out {
      try write(Data(text.utf8), to: out + "/regimes.json")
      let title = "Regimes: \(symbol), \(from.date) to \(to.date)"
      try write(Data(study.html(title: title).utf8), to: out + "/regimes.html")
      try write(study.model.json(), to: out + "/regime-model.json")
    }
    print(json ? text : study.text)
  }

  /// Studies under a progress bar; too little or unusable data is bad input.
  private func study(_ bars: [Bar]) throws -> RegimeStudy {
    var plan = RegimeFitPlan()
    plan.restarts = restarts
    plan.seed = seed
    var bar = ProgressBar(
      label: "fitting", unit: "%", total: 100, terminal: json ? .silent : .standardError(), now: monotonicNow())
    defer { bar.finish() }
    do {
      return try RegimeStudy(bars, plan: plan, windows: windows) { part in
        bar.update(UInt64(part * 100), now: monotonicNow())
      }
    } catch let error as RegimeFitError {
      throw CommandFailure(.badInput, "\(error)")
    }
  }

  private func write(_ data: Data, to path: String) throws {
    do {
      try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw CommandFailure(.environment, "\(path): cannot write the file (\(error)). Check space and permissions.")
    }
  }
}
