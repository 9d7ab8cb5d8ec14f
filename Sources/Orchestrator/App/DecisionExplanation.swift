// One decision of a journal, with everything behind it that can be known again.
import Backtest
import DecisionForests
import Ensemble
import Features
import Foundation
import MarketData
import ModelLifecycle
import Performance
import Risk
import Storage
import TradingDomain

/// Explains the decision that stands at `place` of a journal.
struct DecisionExplanation {
  let entries: [JournalEntry]
  let place: Int
  let decision: DecisionRecord

  /// - Throws: A place that holds no decision.
  init(_ entries: [JournalEntry], place: Int) throws {
    guard entries.indices.contains(place), case .decision(let decision) = entries[place].fact else {
      let places = entries.indices.filter { if case .decision = entries[$0].fact { true } else { false } }
      let known = places.isEmpty ? "the journal holds none" : "for example \(places[places.count / 2])"
      throw CommandFailure(.badInput, "--decision \(place): no decision stands there (\(known)). Give its number.")
    }
    self.entries = entries
    self.place = place
    self.decision = decision
  }

  /// What the journal alone tells.
  var lines: [String] {
    let wanted = decision.wanted == 0 ? "stay out" : decision.wanted > 0 ? "be long" : "be short"
    var lines = [
      "decision   \(wanted) at \(decision.price.ticks) ticks",
      "regime     \(decision.regime.words)",
      "forecast   up \(number(decision.probabilityUp)), down \(number(decision.probabilityDown)), expected move "
        + "\(number(decision.expectedTicks, digits: 2)) +- \(number(decision.spreadTicks, digits: 2)) ticks",
    ]
    if let reason = AbstentionReason(rawValue: decision.abstention) { lines.append("abstains   \(reason.words)") }
    if place + 1 < entries.count, case .votes(let votes) = entries[place + 1].fact {
      lines += (0..<votes.count).map { "vote       \(JournalText.vote(votes[$0]))" }
    }
    lines.append("risk       \(verdict)")
    return lines
  }

  /// What the gate said of the order that the decision led to.
  private var verdict: String {
    for entry in entries[(place + 1)...] {
      switch entry.fact {
      case .decision: return "no order was asked for"
      case .intent(let order) where order.intent.purpose == .entry: return "passed: " + JournalText.line(entry.fact)
      case .refusal(let refusal) where refusal.intent.purpose == .entry: return JournalText.line(entry.fact)
      default: continue
      }
    }
    return "no order was asked for"
  }

  private func number(_ value: Float, digits: Int = 4) -> String {
    value.isFinite ? DecimalText.fixed(Double(value), digits: digits) : "none"
  }

  /// What model and market tell again: features with their parts in the forecast.
  func lines(_ artifact: ModelArtifact, data: String) throws -> [String] {
    let model = try ModelLoader.load(artifact)
    let instrument = try tradableInstrument(artifact.manifest.symbol)
    let time = entries[place].time
    let date = BrasiliaTime.local(time).date
    let source = try TrainingBars(
      MarketStore(root: data), symbol: instrument.symbol, from: date, to: date, schema: model.schema)
    let tape = ForecastTape(
      matrix: FeatureMatrix(schema: model.schema, instrument: instrument, bars: source.bars), bars: source.bars,
      columns: StrategyColumns(bars: source.bars, instrument: instrument))
    guard let row = tape.matrix.endTimes.lastIndex(where: { $0 <= time }) else {
      throw CommandFailure(
        .badInput, "\(data): holds no bars of \(instrument.symbol) that a decision at \(date) could rest on")
    }
    let bar = source.bars[tape.matrix.barIndexes[row]]
    guard bar.close == decision.price else {
      throw CommandFailure(
        .badInput,
        "\(data): the bar before the decision closed at \(bar.close.ticks) ticks, the decision says "
          + "\(decision.price.ticks): this is not the market that the journal was written in")
    }
    var lines = ["model      \(artifact.id.hexadecimal.prefix(16)), " + (try again(model, tape, row: row))]
    if model.isEnsemble {
      for member in try ModelLoader.settings(of: artifact).members {
        lines.append("corrected  \(member.kind.words): \(member.calibration.words)")
      }
    }
    if let error = artifact.manifest.validation["calibration_error"] {
      lines.append("calibrated to \(DecimalText.fixed(error, digits: 4)) on labels that it had not seen")
    }
    return lines + (try contributions(artifact, model.schema, Array(tape.matrix.row(row))))
  }

  /// The forecast made again, beside the journal's.
  private func again(_ model: LoadedModel, _ tape: ForecastTape, row: Int) throws -> String {
    let forecaster = model.forecaster
    forecaster.reset()
    var again = Forecast.none(.noInput)
    let last = tape.matrix.barIndexes[row]
    tape.eachBar { place, input in
      guard place <= last else { return }
      forecaster.observe(input)
      if place == last { again = forecaster.forecast(input) }
    }
    if again.probabilityUp == decision.probabilityUp, again.probabilityDown == decision.probabilityDown {
      return "which says the same again, to the bit"
    }
    return "which says up \(number(again.probabilityUp)), down \(number(again.probabilityDown)) from the bars of this "
      + "and earlier days alone: weights that learn depend on where a run began"
  }

  /// The features that moved the trees most.
  private func contributions(_ artifact: ModelArtifact, _ schema: FeatureSchema, _ row: [Float]) throws -> [String] {
    let files = artifact.manifest.files
    guard let name = ["trees.ubj", "trees.txt", BaselineTrainer.directionFile].first(where: { files[$0] != nil }) else {
      return zip(schema.names, row).map { "feature    \($0) = \($1)" }
    }
    let forest = try Forest(bytes: Array(artifact.file(name)), named: name)
    let parts = try ForestContributions(forest).contributions(of: row)
    // Three classes: towards up rather than down; two: towards a rise.
    let towards = schema.names.indices.map { column in
      forest.groupCount == 3
        ? parts[2 * row.count + column] - parts[column] : parts[column]
    }
    let ranked = schema.names.indices.sorted { (abs(towards[$1]), $0) < (abs(towards[$0]), $1) }
    return ["SHAP of the trees, log odds of up against down:"]
      + ranked.map { column in
        "feature    \(schema.names[column].padded(to: 28)) \(DecimalText.signed(towards[column], digits: 5))  (value "
          + "\(row[column]))"
      }
  }
}
