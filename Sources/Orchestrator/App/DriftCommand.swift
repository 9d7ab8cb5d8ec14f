// `trader features drift`: are a model's inputs still what it learned from?
import ArgumentParser
import Features
import Foundation
import MarketData
import ModelLifecycle
import Monitoring
import Performance
import TradingDomain

struct DriftCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "drift", abstract: "Holds the newer values of all features against those of a reference period.",
    discussion: """
      Each feature's alarm is set, on the reference period resampled in blocks of a session, to one in --run-length \
      sessions without change. A feature has drifted where more alarms came than chance explains, after correction for \
      the number of features. The last row throws dice: that is what chance looks like.
      """)

  @Option(help: "Folder of the market store.")
  var data: String
  @Option(help: "Instrument.")
  var symbol: String
  @Option(help: "First session of the reference, YYYY-MM-DD.")
  var referenceFrom: DateArgument
  @Option(help: "Last session of the reference, YYYY-MM-DD.")
  var referenceTo: DateArgument
  @Option(help: "First session in question, YYYY-MM-DD.")
  var from: DateArgument
  @Option(help: "Last session in question, YYYY-MM-DD.")
  var to: DateArgument
  @Option(help: "Feature schema: v2, candidates, or a schema file.")
  var schema = "v2"
  @Option(help: "Sessions between two alarms of a feature that does not change.")
  var runLength = 20.0
  @Option(help: "Part of the features called drifting that may be false.")
  var rate = 0.1
  @Option(help: "Seed of everything random.")
  var seed: UInt64 = 1
  @Flag(help: "Print the result as JSON.")
  var json = false

  func validate() throws {
    if referenceTo.date < referenceFrom.date { throw ValidationError("--reference-to lies before --reference-from.") }
    if to.date < from.date { throw ValidationError("--to lies before --from.") }
    if from.date <= referenceTo.date {
      throw ValidationError("--from must lie after --reference-to: what is judged must not be its own reference.")
    }
    guard runLength >= 2, runLength <= 1_000 else {
      throw ValidationError("--run-length is \(runLength), but must be 2 to 1000.")
    }
    guard rate > 0, rate < 1 else { throw ValidationError("--rate is \(rate), but must lie between 0 and 1.") }
  }

  func run() throws {
    let instrument = try tradableInstrument(symbol)
    let features = try barSchema(schema)
    let store = try MarketStore(root: data)
    func bars(_ first: SessionDate, _ last: SessionDate) throws -> [Bar] {
      Array(
        try store.barSeries(symbol, from: first, to: last, duration: .seconds(Int64(features.barSeconds))).bars)
    }
    let (past, present) = (try bars(referenceFrom.date, referenceTo.date), try bars(from.date, to.date))
    let reference = FeatureMatrix(schema: features, instrument: instrument, bars: past)
    let newer = FeatureMatrix(schema: features, instrument: instrument, bars: present)
    var review = DriftReview()
    let session = max(2, 32_400 / features.barSeconds)
    (review.window, review.meanBlock) = (session, Double(session))
    review.stride = max(1, session / 27)
    review.runLength = runLength * Double(session)
    (review.rate, review.seed) = (rate, seed)
    let least = 4 * session
    guard reference.rows >= least, newer.rows >= session else {
      throw CommandFailure(
        .badInput,
        "\(reference.rows) bars of reference and \(newer.rows) in question have all features; at least \(least) and "
          + "\(session) are needed. Name more sessions.")
    }
    var bar = ProgressBar(
      label: "features", unit: "features", total: UInt64(features.count),
      terminal: json ? .silent : .standardError(), now: monotonicNow())
    let rows = try review.rows(reference: reference, newer: newer) { bar.update(UInt64($0), now: monotonicNow()) }
    bar.finish()
    if json { return print(try jsonText(rows)) }
    let width = (rows.map(\.feature.count).max() ?? 0) + 2
    func padded(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    print("feature".padding(toLength: width, withPad: " ", startingAt: 0) + "     psi  alarms  by chance      p")
    for row in rows.sorted(by: { ($0.probability, $0.feature) < ($1.probability, $1.feature) }) {
      print(
        row.feature.padding(toLength: width, withPad: " ", startingAt: 0)
          + padded(DecimalText.fixed(row.stabilityIndex, digits: 3), 8) + padded("\(row.alarms)", 8)
          + padded(DecimalText.fixed(row.expected, digits: 1), 11)
          + padded(DecimalText.fixed(row.probability, digits: 4), 7) + (row.hasDrifted ? "  drifted" : ""))
    }
    print("\(rows.count(where: \.hasDrifted)) of \(features.count) features have drifted")
    if let joint = jointly(sessions(reference, past), sessions(newer, present)) { print(joint) }
  }

  /// Tests of all features at once; nil where there are too few sessions.
  private func jointly(_ reference: [[[Double]]], _ newer: [[[Double]]]) -> String? {
    guard reference.count >= 4, newer.count >= 4 else { return nil }
    let kernel = MaximumMeanDiscrepancy.test(reference: reference, newer: newer, seed: seed)
    let classifier = ClassifierTwoSample.test(reference: reference, newer: newer, seed: seed)
    return "all at once: kernel discrepancy \(DecimalText.fixed(kernel.value, digits: 4)), p "
      + "\(DecimalText.fixed(kernel.probability, digits: 3)); a classifier tells the periods apart with area "
      + "\(DecimalText.fixed(classifier.area, digits: 3)), p \(DecimalText.fixed(classifier.probability, digits: 3))"
  }

  /// The rows of each session.
  private func sessions(_ matrix: FeatureMatrix, _ bars: [Bar]) -> [[[Double]]] {
    var sessions: [[[Double]]] = []
    var newest: SessionDate?
    for (row, bar) in matrix.barIndexes.enumerated() {
      let date = BrasiliaTime.local(bars[bar].end).date
      if date != newest {
        sessions.append([])
        newest = date
      }
      sessions[sessions.count - 1].append(matrix.row(row).map(Double.init))
    }
    return sessions
  }
}
