// What is done with a finished backtest to find out whether it may be believed.
import Backtest
import Engine
import Foundation
import Monitoring
import Performance
import Simulation
import Synchronization
import TradingDomain

/// How much of the checking is done.
enum CheckLevel: String, CaseIterable {
  /// Only what the run itself tells.
  case basic
  /// Also the same sessions under other latencies, costs and fill rules, and through the stress scenarios.
  case full
}

/// Varies a backtest's assumptions and asks the doctor.
struct BacktestChecks {
  var level: CheckLevel
  /// Whether any session has bars only.
  var hasBarsOnly: Bool
  var terminal: Terminal
  var interruption: Interruption
  /// Runs the whole backtest under a variation.
  var vary: (BacktestVariation) throws -> VariationOutcome
  /// Runs the whole backtest, training included, on labels in the random order of a seed; nil where nothing is trained.
  var shuffled: ((UInt64) throws -> VariationOutcome)?

  /// Runs with shuffled labels.
  private static let shuffles: UInt64 = 3

  /// The report's extra parts for `result`.
  func extras(
    _ result: BacktestResult, setting: MarketSetting, settings: RunSettings, seenSessions: Int, trials: TrialCount?,
    subtitle: String
  ) throws -> ReportExtras {
    var curves: [SensitivityCurve] = []
    var stresses: [VariationOutcome] = []
    var shuffledNets: [Double]?
    var delayedNet: Double?
    if level == .full && !result.isPartial { (curves, stresses, shuffledNets, delayedNet) = try varied() }
    var evidence = BacktestEvidence(
      trades: result.trades, sessions: try result.curve.profits(sessions: result.sessions.map(\.date)),
      capital: settings.capital, isFree: settings.isFree, seenSessions: seenSessions, conditions: result.conditions)
    evidence.curves = curves
    evidence.stresses = stresses
    evidence.shuffledNets = shuffledNets
    evidence.delayedNet = delayedNet
    evidence.capacity = setting.capacity(result.trades)
    evidence.trials = trials?.configurations
    evidence.trialVariance = trials?.variance
    var extras = ReportExtras(subtitle: subtitle)
    if settings.isFree { extras.alarms.append(.noCosts) }
    if seenSessions > 0 { extras.alarms.append(.inSample) }
    extras.verdicts = BacktestDoctor.diagnose(evidence)
    if interruption.isRequested, !result.isPartial {
      extras.verdicts.append(
        ReportVerdict(
          severity: .warning, title: "Checks broken off",
          sentence: "The run is whole, but its checks were interrupted: what they would have found is not known."))
    }
    if !curves.isEmpty {
      extras.sections.append(ReportSection("Sensitivity", [.charts(curves.map(\.chart))]))
    }
    if !stresses.isEmpty {
      let base = try VariationOutcome("as recorded", result)
      extras.sections.append(
        ReportSection(
          "Stress",
          [.table(ReportTable(stress: stresses.map(\.stressOutcome), base: base.stressOutcome))]))
    }
    return extras
  }

  private func varied() throws -> ([SensitivityCurve], [VariationOutcome], [Double]?, Double?) {
    let axes = [SensitivityAxis.latency, .costs, hasBarsOnly ? .barFills : .queueFills]
    let scenarios = MarketStress.allCases.map { BacktestVariation($0) }
    let shuffles = shuffled == nil ? 0 : Int(Self.shuffles)
    let total = axes.reduce(scenarios.count + shuffles + 1) { $0 + $1.variations.count }
    var bar = ProgressBar(label: "checks", unit: "runs", total: UInt64(total), terminal: terminal, now: monotonicNow())
    defer { bar.finish() }
    var done: UInt64 = 0
    func outcomes<Variation>(
      _ variations: [Variation], _ run: (Variation) throws -> VariationOutcome
    ) throws -> [VariationOutcome] {
      var found: [VariationOutcome] = []
      for variation in variations where !interruption.isRequested {
        found.append(try run(variation))
        done += 1
        bar.update(done, now: monotonicNow())
      }
      return found
    }
    var curves: [SensitivityCurve] = []
    for axis in axes {
      let found = try outcomes(axis.variations, vary)
      // A curve that was broken off says nothing that can be relied on.
      guard found.count == axis.variations.count else { return (curves, [], nil, nil) }
      curves.append(SensitivityCurve(axis, outcomes: found))
    }
    let stresses = try outcomes(scenarios, vary)
    let nets = try shuffled.map { try outcomes(Array(1...Self.shuffles), $0).map(\.net.brl) }
    let late = try outcomes([.lateFeatures], vary).first
    return (curves, stresses, nets, late?.net.brl)
  }
}

/// Ctrl-C: the first asks the work to end where it can, the second ends the process.
final class Interruption: Sendable {
  private let requested = Atomic<Bool>(false)

  /// Whether the user asked for the end.
  var isRequested: Bool { requested.load(ordering: .relaxed) }

  /// Asks for the end.
  func request() { requested.store(true, ordering: .relaxed) }

  /// Listens for Ctrl-C while `work` runs.
  func listening<Result>(_ work: () throws -> Result) rethrows -> Result {
    signal(SIGINT, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global(qos: .userInitiated))
    source.setEventHandler { [self] in
      if isRequested { _exit(130) }
      request()
    }
    source.resume()
    defer {
      source.cancel()
      signal(SIGINT, SIG_DFL)
    }
    return try work()
  }
}
