// `trader members`: which kinds of models forecast an instrument, and what a mixture of them adds.
import ArgumentParser
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
      calibrated on the folds before, and mixed: all alike, by weights from the folds before (stacked; one alone \
      where the mixture is not better by a standard error), and as the ensemble that would have run, whose weights go \
      on learning in each regime.
      Gains are in nats a label over the base rate, with standard errors that count overlapping labels once.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "Points per tick, for instruments that this product has no rules for.")
  var tickSize: Double?
  @Option(help: "First session, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Feature schema: a name that `trader features list` knows, or a schema file.")
  var schema = FeatureSchema.v2.name
  @Option(help: "Bars from decision to outcome.")
  var horizon = 5
  @Option(help: "Walk-forward folds; the first only teaches calibration and weights.")
  var folds = 4
  @OptionGroup var options: MemberOptions
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    guard (2...50).contains(folds) else { throw ValidationError("--folds is \(folds), but must be 2 to 50.") }
    guard (1...500).contains(horizon) else { throw ValidationError("--horizon is \(horizon), but must be 1 to 500.") }
  }

  func run() throws {
    let instrument = try studiedInstrument()
    let features = try barSchema(schema)
    let source = try TrainingBars(
      MarketStore(root: data), symbol: symbol, from: from.date, to: to.date, schema: features)
    let rows = try MemberRows(
      bars: source.bars, labelledFrom: source.first, schema: features, instrument: instrument, horizonBars: horizon,
      deadZoneTicks: options.flatTicks)
    guard rows.count >= EnsembleTrainer.leastRows else {
      throw CommandFailure(
        .badInput,
        "only \(rows.count) labelled rows; at least \(EnsembleTrainer.leastRows) are needed: widen the dates")
    }
    let plan = options.plan(horizon: horizon, folds: folds, seed: seed)
    let kinds = try options.kinds
    var bar = ProgressBar(
      label: "members", unit: "fits", total: UInt64(folds * kinds.count),
      terminal: json ? .silent : .standardError(), now: monotonicNow())
    let forecasts = try HeldOutForecasts(rows, kinds: kinds, plan: plan) { done, _ in
      bar.update(UInt64(done), now: monotonicNow())
    }
    bar.finish()
    let study = try MemberStudy(forecasts, rows, plan: plan)
    print(json ? try jsonText(MemberStudyOutput(study)) : text(study, rows))
  }

  /// One that can be traded, or one that is only looked at.
  private func studiedInstrument() throws -> Instrument {
    guard let tickSize else { return try tradableInstrument(symbol) }
    guard tickSize > 0, tickSize.isFinite else {
      throw CommandFailure(.badInput, "--tick-size \(tickSize): give the points of a tick, above 0.")
    }
    var instrument = Instrument.wdo
    (instrument.symbol, instrument.tickSize) = (symbol, tickSize)
    return instrument
  }

  private func text(_ study: MemberStudy, _ rows: MemberRows) -> String {
    let shares = (0..<3).map { place in
      DecimalText.percent(
        Double((0..<rows.count).count { rows.outcome($0) == place }) / Double(rows.count), digits: 1)
    }
    return """
      \(rows.count) labels, \(horizon) bars ahead: down \(shares[0]), flat \(shares[1]), up \(shares[2])
      \(MemberStudyText(study).text)
      """
  }
}
