// Which names a search may use, and what each of them sets.

import Engine
package import Optimization

extension FitterPlan {
  /// Names that a space may have, with what they set, for help and errors.
  package static let searchable: [(name: String, meaning: String)] = [
    ("rounds", "most boosting rounds"), ("patience", "rounds without improvement before training stops"),
    ("depth", "depth of the trees"), ("learning_rate", "of the trees"), ("least_leaf", "least weight of a leaf"),
    ("row_sample", "part of the rows a tree sees"), ("column_sample", "part of the features a tree sees"),
    ("lambda", "quadratic penalty of leaves"), ("alpha", "absolute penalty of leaves"),
    ("horizon", "bars from decision to outcome"), ("style", "what is traded on: regimes, forecast or edge"),
    ("probability", "least probability of the side taken"), ("exit_probability", "below which a position is left"),
    ("confidence", "least confidence of the regime"), ("edge_margin", "times the cost that a move must be"),
    ("exit_ticks", "expected ticks below which a position is left"), ("stop_points", "stop of a trade"),
    ("target_points", "target of a trade"), ("entries_per_session", "most entries a day"),
  ]

  /// What is wrong with a space for this plan; nil if nothing is.
  package static func problem(with space: SearchSpace) -> String? {
    let known = Set(searchable.map(\.name))
    guard let stranger = space.parameters.first(where: { !known.contains($0.name) }) else { return nil }
    return "'\(stranger.name)' is nothing that can be searched; known are "
      + searchable.map(\.name).joined(separator: ", ")
  }

  /// The plan with a trial's values; names that the trial does not have keep theirs.
  package func applying(_ set: ParameterSet) throws -> FitterPlan {
    var plan = self
    for entry in set.entries { try plan.apply(entry.name, entry.value) }
    // Both ends are searched on their own, so the ratio that the strategy asks for must not forbid half of them.
    plan.strategy.leastRewardToRisk = min(
      plan.strategy.leastRewardToRisk, plan.strategy.trendTargetPoints / plan.strategy.trendStopPoints)
    try plan.training.validate()
    try plan.strategy.validate()
    return plan
  }

  private mutating func apply(_ name: String, _ value: ParameterValue) throws {
    func number() throws -> Double {
      switch value {
      case .float(let value): return value
      case .integer(let value): return Double(value)
      case .category:
        throw TrainingError.setting(name: name, value: "\(value)", mend: "Declare it as a number in the space.")
      }
    }
    func integer() throws -> Int {
      guard case .integer(let value) = value else {
        throw TrainingError.setting(name: name, value: "\(value)", mend: "Declare it as an int in the space.")
      }
      return value
    }
    switch name {
    case "rounds": training.rounds = try integer()
    case "patience": training.patience = try integer()
    case "depth": training.maximumDepth = try integer()
    case "learning_rate": training.learningRate = try number()
    case "least_leaf": training.minimumChildWeight = try number()
    case "row_sample": training.rowSample = try number()
    case "column_sample": training.columnSample = try number()
    case "lambda": training.lambda = try number()
    case "alpha": training.alpha = try number()
    case "horizon": training.horizonBars = try integer()
    case "style":
      guard case .category(let text) = value, let style = StrategyStyle(rawValue: text) else {
        throw TrainingError.setting(
          name: name, value: "\(value)", mend: "Give the categories regimes, forecast or edge.")
      }
      strategy.style = style
    case "probability":
      let probability = Float(try number())
      strategy.trend.probability = probability
      strategy.range.probability = probability
      strategy.leastSignalProbability = probability
    case "exit_probability": strategy.exitProbability = Float(try number())
    case "confidence":
      strategy.trend.confidence = Float(try number())
      strategy.range.confidence = strategy.trend.confidence
    case "edge_margin": strategy.edgeMargin = try number()
    case "exit_ticks": strategy.exitTicks = try number()
    case "stop_points": strategy.trendStopPoints = try number()
    case "target_points": strategy.trendTargetPoints = try number()
    case "entries_per_session": strategy.entriesPerSession = try integer()
    default:
      throw TrainingError.setting(
        name: name, value: "\(value)", mend: "Known are \(Self.searchable.map(\.name).joined(separator: ", ")).")
    }
  }
}
