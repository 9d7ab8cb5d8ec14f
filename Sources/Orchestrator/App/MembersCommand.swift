// `trader members`: which kinds of models forecast an instrument, and what a mixture of them adds.
import ArgumentParser
import Backtest
import Engine
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Performance
import TradingDomain

struct MembersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "members", abstract: "Compares kinds of models, and mixtures of them, in a purged walk-forward.",
    discussion: """
      Base rate, logistic regression, boosted trees, LSTM and transformer learn from what lies before each fold and \
      forecast it: down, flat or up by more than --flat-ticks, so many bars ahead. From the second fold on, each is \
      calibrated on the folds before, and mixed: all alike, by weights from the folds before (stacking; one alone \
      where the mixture is not better by a standard error), and by weights that learn online in each regime.
      Gains are in nats a label over the base rate, with standard errors that count overlapping labels once.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Feature schema: a name that `trader features list` knows, or a schema file.")
  var schema = FeatureSchema.v2.name
  @Option(help: "Bars from decision to outcome.")
  var horizon = 5
  @Option(help: "Ticks either way that count as no move.")
  var flatTicks = 2.0
  @Option(help: "Walk-forward folds; the first only teaches calibration and weights.")
  var folds = 4
  @Option(help: "Epochs of the networks, at most.")
  var epochs = 12
  @Option(help: "Units of the LSTM and width of the transformer; a multiple of 8.")
  var width = 32
  @Option(help: "Members beside the base rate: logistic, trees, lstm, transformer, separated by commas.")
  var members = "logistic,trees,lstm,transformer"
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    guard (2...50).contains(folds) else { throw ValidationError("--folds is \(folds), but must be 2 to 50.") }
    guard (1...1_000).contains(epochs) else { throw ValidationError("--epochs is \(epochs), but must be 1 to 1000.") }
    guard (8...512).contains(width), width % 8 == 0 else {
      throw ValidationError("--width is \(width), but must be a multiple of 8, 8 to 512.")
    }
    guard flatTicks >= 0, flatTicks <= 10_000 else {
      throw ValidationError("--flat-ticks is \(flatTicks), but must be 0 to 10000.")
    }
    _ = try kinds()
  }

  private func kinds() throws -> [MemberKind] {
    let names = members.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    let kinds = try names.map { name in
      guard let kind = MemberKind(rawValue: name), kind != .base else {
        throw ValidationError("--members names '\(name)'; there are logistic, trees, lstm and transformer.")
      }
      return kind
    }
    guard !kinds.isEmpty, Set(kinds).count == kinds.count else {
      throw ValidationError("--members must name each member once, and at least one.")
    }
    return [.base] + kinds
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let features = try barSchema(schema)
    let store = try MarketStore(root: data)
    let duration = Nanoseconds.seconds(Int64(features.barSeconds))
    let bars = try store.barSeries(symbol, from: from.date, to: to.date, duration: duration).bars
    let earlier = try? store.barSeries(
      symbol, from: from.date.advanced(by: -MarketPlan.warmUpDays(for: features)), to: from.date.advanced(by: -1),
      duration: duration)
    let warmUp = Array((earlier?.bars ?? []).suffix(MarketPlan.warmUpBars(for: features)))
    let all = warmUp + bars
    let rows = try MemberRows(
      bars: all, labelledFrom: warmUp.count, schema: features, instrument: instrument,
      regimes: StrategyColumns(bars: all, instrument: instrument).contexts.map(\.regime), horizonBars: horizon,
      deadZone: flatTicks * instrument.tickSize)
    guard rows.count >= 1_000 else {
      throw CommandFailure(.badInput, "only \(rows.count) labelled rows; at least 1000 are needed: widen the dates")
    }
    var plan = MemberPlan()
    plan.forest.seed = seed
    plan.forest.folds = folds
    plan.epochs = epochs
    plan.width = width
    var bar = ProgressBar(
      label: "members", unit: "fits", total: UInt64(folds * (try kinds().count)),
      terminal: json ? .silent : .standardError(), now: monotonicNow())
    let study = try MemberStudy(rows, members: kinds(), plan: plan) { done, _ in
      bar.update(UInt64(done), now: monotonicNow())
    }
    bar.finish()
    print(json ? try jsonText(Output(study)) : text(study, rows))
  }

  private func text(_ study: MemberStudy, _ rows: MemberRows) -> String {
    let shares = (0..<MemberRows.classes).map { place in
      DecimalText.percent(Double(rows.outcomes.count { $0 == place }) / Double(rows.count), digits: 1)
    }
    func row(_ score: MemberScore) -> String {
      [
        score.name.padded(to: 14), DecimalText.fixed(score.logLoss, digits: 5),
        "\(DecimalText.signed(score.gain, digits: 5)) +- \(DecimalText.fixed(score.gainError, digits: 5))",
        DecimalText.percent(score.accuracy, digits: 1), DecimalText.fixed(score.calibrationError, digits: 4),
      ].joined(separator: "  ")
    }
    let weights = zip(study.members, study.weights).map { "\($0.words) \(DecimalText.fixed($1, digits: 2))" }
    let regimes = study.regimeWeights.map { entry in
      "  \(entry.regime.words.padded(to: 12))  "
        + zip(study.members, entry.weights).map { "\($0.words) \(DecimalText.fixed($1, digits: 2))" }
        .joined(separator: ", ")
    }
    return """
      \(rows.count) labels, \(horizon) bars ahead: down \(shares[0]), flat \(shares[1]), up \(shares[2])
      judged: \(study.labels) labels worth \(DecimalText.fixed(study.independent, digits: 0)) independent ones

      member          log loss   gain over the base rate  accuracy  calibration error
      \(study.scores.map(row).joined(separator: "\n"))

      stacked weights: \(weights.joined(separator: ", "))
      by regime at the end:
      \(regimes.joined(separator: "\n"))
      """
  }

  /// As JSON.
  private struct Output: Encodable {
    struct Score: Encodable {
      var name: String
      var logLoss: Double
      var gain: Double
      var gainError: Double
      var accuracy: Double
      var calibrationError: Double
    }
    var scores: [Score]
    var labels: Int
    var independent: Double
    var stackedWeights: [String: Double]

    init(_ study: MemberStudy) {
      scores = study.scores.map {
        Score(
          name: $0.name, logLoss: $0.logLoss, gain: $0.gain, gainError: $0.gainError, accuracy: $0.accuracy,
          calibrationError: $0.calibrationError)
      }
      labels = study.labels
      independent = study.independent
      stackedWeights = Dictionary(uniqueKeysWithValues: zip(study.members.map(\.rawValue), study.weights))
    }
  }
}

extension String {
  /// With spaces behind, at least so long.
  fileprivate func padded(to length: Int) -> String { self + String(repeating: " ", count: max(0, length - count)) }
}
