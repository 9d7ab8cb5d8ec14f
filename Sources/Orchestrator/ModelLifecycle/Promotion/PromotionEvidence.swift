// Everything that is known of a challenger before it may watch the market, as numbers that can be stored.

package import Validation

/// Evidence on one model. Collected once, stored with the decision that was made on it: ``PromotionGate`` reads nothing
/// else.
package struct PromotionEvidence: Hashable, Sendable, Codable {
  /// Identity of the model.
  package var model: String
  /// Net profit in reais of every session, one list a path of the combinatorial purged cross-validation.
  package var paths: [[Double]]
  /// Round trips over all paths.
  package var trades: Int
  /// Independent trials that the model was chosen from, all searches before it included, at least 1.
  package var effectiveTrials: Double
  /// Variance over trials of the Sharpe ratio a session.
  package var trialVariance: Double
  /// Probability of backtest overfitting; nil where nothing was chosen between.
  package var overfitting: Double?
  /// Probability that what looks best loses elsewhere; nil as before.
  package var overfittingLoss: Double?
  /// Mean net profit a session under each fill model, pessimistic ones included.
  package var byFillModel: [String: Double]
  /// What each probe for leaks found: an empty text where nothing.
  package var leakProbes: [String: String]
  /// Time of one whole forecast, 99th of 100, in microseconds; measured on this machine.
  package var latencyP99Microseconds: Double
  /// Hash of the feature schema that the model reads, and of the one it was trained on.
  package var schemaRead: String
  package var schemaTrained: String
  /// Forecasts of the evaluation that were no forecasts (NaN, probabilities outside 0...1).
  package var invalidForecasts: Int
  /// Expected calibration error of the probabilities out of sample, 0...1; nil where not measured.
  package var calibrationError: Double?
  /// Newest session learned from, and newest session that was over when the evidence was made (`YYYY-MM-DD`).
  package var trainedUntil: String
  package var madeOn: String

  package init(model: String, trainedUntil: String, madeOn: String) {
    self.model = model
    self.trainedUntil = trainedUntil
    self.madeOn = madeOn
    paths = []
    trades = 0
    effectiveTrials = 1
    trialVariance = 0
    overfitting = nil
    overfittingLoss = nil
    byFillModel = [:]
    leakProbes = [:]
    latencyP99Microseconds = .infinity
    schemaRead = ""
    schemaTrained = ""
    invalidForecasts = 0
    calibrationError = nil
  }

  /// Mean over the paths, a session.
  package var sessions: [Double] {
    guard let first = paths.first else { return [] }
    return first.indices.map { session in paths.reduce(0) { $0 + $1[session] } / Double(paths.count) }
  }

  /// The standard deviation of a session's result over all paths; what ``ProfitEvidence/scale`` is set by.
  package var sessionDeviation: Double {
    let all = paths.flatMap { $0 }
    guard all.count > 1 else { return 0 }
    let mean = all.reduce(0, +) / Double(all.count)
    return (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count - 1)).squareRoot()
  }
}

extension PromotionEvidence {
  /// JSON has no infinity: an unmeasured latency is left out.
  private enum CodingKeys: String, CodingKey {
    case model, paths, trades, effectiveTrials, trialVariance, overfitting, overfittingLoss, byFillModel
    case leakProbes
    case latencyP99Microseconds, schemaRead, schemaTrained, invalidForecasts, calibrationError, trainedUntil, madeOn
  }

  package init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      model: try values.decode(String.self, forKey: .model),
      trainedUntil: try values.decode(String.self, forKey: .trainedUntil),
      madeOn: try values.decode(String.self, forKey: .madeOn))
    paths = try values.decode([[Double]].self, forKey: .paths)
    trades = try values.decode(Int.self, forKey: .trades)
    effectiveTrials = try values.decode(Double.self, forKey: .effectiveTrials)
    trialVariance = try values.decode(Double.self, forKey: .trialVariance)
    overfitting = try values.decodeIfPresent(Double.self, forKey: .overfitting)
    overfittingLoss = try values.decodeIfPresent(Double.self, forKey: .overfittingLoss)
    byFillModel = try values.decode([String: Double].self, forKey: .byFillModel)
    leakProbes = try values.decode([String: String].self, forKey: .leakProbes)
    latencyP99Microseconds = try values.decodeIfPresent(Double.self, forKey: .latencyP99Microseconds) ?? .infinity
    schemaRead = try values.decode(String.self, forKey: .schemaRead)
    schemaTrained = try values.decode(String.self, forKey: .schemaTrained)
    invalidForecasts = try values.decode(Int.self, forKey: .invalidForecasts)
    calibrationError = try values.decodeIfPresent(Double.self, forKey: .calibrationError)
  }

  package func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(model, forKey: .model)
    try values.encode(paths, forKey: .paths)
    try values.encode(trades, forKey: .trades)
    try values.encode(effectiveTrials, forKey: .effectiveTrials)
    try values.encode(trialVariance, forKey: .trialVariance)
    try values.encodeIfPresent(overfitting, forKey: .overfitting)
    try values.encodeIfPresent(overfittingLoss, forKey: .overfittingLoss)
    try values.encode(byFillModel, forKey: .byFillModel)
    try values.encode(leakProbes, forKey: .leakProbes)
    try values.encodeIfPresent(
      latencyP99Microseconds.isFinite ? latencyP99Microseconds : nil, forKey: .latencyP99Microseconds)
    try values.encode(schemaRead, forKey: .schemaRead)
    try values.encode(schemaTrained, forKey: .schemaTrained)
    try values.encode(invalidForecasts, forKey: .invalidForecasts)
    try values.encodeIfPresent(calibrationError, forKey: .calibrationError)
    try values.encode(trainedUntil, forKey: .trainedUntil)
    try values.encode(madeOn, forKey: .madeOn)
  }
}
