// New corrections for an ensemble whose probabilities no longer come true, without training anything anew.

package import Backtest
import Engine
package import Ensemble
import Features
import Foundation
import Glibc
import Storage
package import TradingDomain
import Validation

/// What is known of an ensemble with new corrections and of the one that it descends from, on sessions to which
/// neither's were fitted.
package struct RecalibrationEvidence: Hashable, Sendable, Codable {
  package var model: String
  package var parent: String
  /// Mean over a session's outcomes of the gain in log loss, new less old, in nats; one a session.
  package var gains: [Double]
  /// Forecasts that were none.
  package var invalidForecasts: Int

  package init(model: String, parent: String, gains: [Double], invalidForecasts: Int) {
    self.model = model
    self.parent = parent
    self.gains = gains
    self.invalidForecasts = invalidForecasts
  }

  /// Passes where the mean gain lies above 0 by 1.645 of its standard errors: one in twenty corrections that gain
  /// nothing does, and it loses little, for its members' order stays.
  package var decision: PromotionDecision {
    let count = Double(gains.count)
    let mean = gains.reduce(0, +) / max(1, count)
    let squares = gains.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = count > 1 ? (squares / (count - 1) / count).squareRoot() : .infinity
    func rounded(_ value: Double) -> Double { (value * 1e5).rounded() / 1e5 }
    return PromotionDecision(checks: [
      GateCheck(
        name: "sessions", passes: gains.count >= Self.leastSessions,
        finding: "\(gains.count) held out, at least \(Self.leastSessions)"),
      GateCheck(
        name: "numbers", passes: invalidForecasts == 0 && gains.allSatisfy(\.isFinite),
        finding: "\(invalidForecasts) forecasts that were none"),
      GateCheck(
        name: "gain", passes: mean > 1.645 * error,
        finding: "\(rounded(mean)) +- \(rounded(error)) nats an outcome on sessions held out"),
    ])
  }

  package static let leastSessions = 3
}

/// An ensemble with new corrections.
package struct Recalibration {
  package let model: FittedModel
  package let evidence: RecalibrationEvidence

  /// Fits corrections to the first two thirds of the sessions, and compares on the last third.
  ///
  /// - Parameters:
  ///   - parent: Its name in the evidence.
  ///   - past: Sessions that the model was not trained on, with bars before them to warm up on.
  /// - Throws: ``TrainingError`` for a model without corrections or too few sessions, ``CalibrationError`` for too few
  ///   outcomes.
  package init(
    of model: FittedModel, parent: String, past: PastBars, method: CalibrationMethod = .temperature
  ) throws {
    guard let ensemble = try model.forecaster() as? MultiModalEnsemble else {
      throw TrainingError.imported(name: parent, problem: "it is no ensemble, it has no corrections")
    }
    let count = past.sessions.count
    let fitted = count - max(RecalibrationEvidence.leastSessions, count / 3)
    guard fitted >= RecalibrationEvidence.leastSessions else {
      throw TrainingError.tooFewSessions(count: count, needed: 2 * RecalibrationEvidence.leastSessions)
    }
    let tape = ForecastTape(
      matrix: FeatureMatrix(schema: model.schema, instrument: past.instrument, bars: past.bars), bars: past.bars,
      columns: StrategyColumns(bars: past.bars, instrument: past.instrument))
    let begin = past.sessions[0].session.open
    let end = past.sessions[fitted].session.open
    func place(_ time: Timestamp) -> Int { past.bars.firstIndex { $0.start >= time } ?? past.bars.count }
    ensemble.reset()
    // Bars before the first session only fill the members' memory.
    tape.eachBar(in: 0..<place(begin)) { _, input in ensemble.observe(input) }
    ensemble.forgetOutcomes()
    tape.eachBar(in: place(begin)..<place(end)) { _, input in ensemble.observe(input) }
    let maps = try ensemble.recalibrate(method)
    var anew = model
    let make = model.forecaster
    anew.forecaster = {
      let forecaster = try make()
      (forecaster as? MultiModalEnsemble)?.correct(by: maps)
      return forecaster
    }
    anew.column = StreamedColumn(schemaHash: model.schema.hash, anew.forecaster)
    ensemble.correct(by: maps)
    let settings = try EnsembleModel.encoded(ensemble.settings)
    anew.files[EnsembleModel.settingsFile] = [UInt8](settings)
    anew.hash = ContentHash(of: settings).prefix64 ^ model.hash
    let labeler = FixedHorizonLabeler(
      horizonBars: ensemble.settings.horizonBars, target: .magnitude, staysInSession: true)
    let judged = try labeler.labels(bars: past.bars, tickSize: past.instrument.tickSize).filter {
      past.bars[$0.startIndex].start >= end
    }
    let before = try Self.losses(model, tape, judged, past.instrument, ensemble.settings)
    let after = try Self.losses(anew, tape, judged, past.instrument, ensemble.settings)
    var gains: [SessionDate: (sum: Double, count: Double)] = [:]
    for (label, (old, new)) in zip(judged, zip(before.losses, after.losses)) {
      guard let old, let new else { continue }
      let date = BrasiliaTime.local(past.bars[label.startIndex].start).date
      gains[date, default: (0, 0)].sum += old - new
      gains[date, default: (0, 0)].count += 1
    }
    self.model = anew
    evidence = RecalibrationEvidence(
      model: PromotionEvidence.identity(anew.hash), parent: parent,
      gains: gains.sorted { $0.key < $1.key }.map { $0.value.sum / $0.value.count },
      invalidForecasts: after.invalid)
  }

  /// Log loss of the model's forecasts at `labels`; nil where it kept still.
  private static func losses(
    _ model: FittedModel, _ tape: ForecastTape, _ labels: [Label], _ instrument: Instrument,
    _ settings: EnsembleSettings
  ) throws -> (losses: [Double?], invalid: Int) {
    let column = try ForecastColumn.make(model.column, tape)
    var invalid = 0
    let losses = labels.map { label -> Double? in
      let forecast = column[label.startIndex]
      guard forecast.isValid else {
        if forecast.abstention == nil { invalid += 1 }
        return nil
      }
      let p: [Float] = [forecast.probabilityDown, forecast.probabilityFlat, forecast.probabilityUp]
      return -log(max(Double(p[settings.outcome(ticks: (label.value / instrument.tickSize).rounded())]), 1e-9))
    }
    return (losses, invalid)
  }
}
