// Everything that a search may change, by name.

import Backtest
package import Ensemble
import Engine
package import Execution
import Features
package import Optimization
package import Risk
package import TradingDomain

/// A model, a strategy, limits and the handling of orders, as one thing that a trial sets.
package struct SearchPlan: Sendable {
  package var fitter: FitterPlan
  /// Members of an ensemble in place of the trees alone; nil for the trees.
  package var members: MemberChoice?
  package var limits: RiskLimits
  package var execution: ExecutionConfiguration
  /// What the limits' bounds depend on.
  package let instrument: Instrument

  package init(
    fitter: FitterPlan, members: MemberChoice? = nil, limits: RiskLimits, execution: ExecutionConfiguration,
    instrument: Instrument
  ) {
    self.fitter = fitter
    self.members = members
    self.limits = limits
    self.execution = execution
    self.instrument = instrument
  }

  /// Which members there are, and how they are trained.
  package struct MemberChoice: Sendable {
    package var kinds: [MemberKind]
    package var plan: MemberPlan
    package var deadZoneTicks: Double

    package init(kinds: [MemberKind], plan: MemberPlan, deadZoneTicks: Double) {
      self.kinds = kinds
      self.plan = plan
      self.deadZoneTicks = deadZoneTicks
    }

    /// How members are trained where the trees and the horizon are those of `training`.
    func memberPlan(_ training: TrainingPlan) -> MemberPlan {
      var plan = plan
      let folds = plan.forest.folds
      plan.forest = training
      plan.forest.folds = folds
      // Trials and splits are worked on side by side already.
      plan.workers = 1
      return plan
    }
  }

  /// What fits a model of this plan to the past.
  func modelFitter(_ name: String, fills: BarFillModel) throws -> any ModelFitter {
    guard let members else {
      return try BaselineFitter(name: name, plan: fitter, fills: fills, limits: limits, execution: execution)
    }
    return try EnsembleFitter(
      name: name, plan: fitter, members: members.kinds, memberPlan: members.memberPlan(fitter.training),
      deadZoneTicks: members.deadZoneTicks, fills: fills, limits: limits, execution: execution)
  }

  /// Names that a space may have besides those of ``RiskSetting``, with what they set, for help and errors.
  package static let searchable: [(name: String, meaning: String)] = [
    ("rounds", "most boosting rounds"), ("patience", "rounds without improvement before training stops"),
    ("depth", "depth of the trees"), ("learning_rate", "of the trees"), ("least_leaf", "least weight of a leaf"),
    ("row_sample", "part of the rows a tree sees"), ("column_sample", "part of the features a tree sees"),
    ("lambda", "quadratic penalty of leaves"), ("alpha", "absolute penalty of leaves"),
    ("horizon", "bars from decision to outcome"), ("window_scale", "factor on the windows of all features"),
    ("feature_count", "features that the selection keeps"), ("epochs", "most epochs of the networks"),
    ("width", "units of the networks, a multiple of 8"), ("dropout", "of the networks"),
    ("network_rate", "learning rate of the networks"), ("flat_ticks", "ticks that count as no move"),
    ("style", "what is traded on: regimes, forecast or edge"),
    ("probability", "least probability of the side taken"), ("exit_probability", "below which a position is left"),
    ("confidence", "least confidence of the regime"), ("edge_margin", "times the cost that a move must be"),
    ("exit_ticks", "expected ticks below which a position is left"), ("stop_points", "stop of a trade"),
    ("target_points", "target of a trade"), ("entries_per_session", "most entries a day"),
    ("entry_reach", "ticks that an entry may go through the price"), ("exit_reach", "the same of an exit"),
    ("stop_limit_offset", "ticks from a stop to its limit"), ("entry_lifetime", "seconds that an entry waits"),
    ("exit_lifetime", "seconds that an exit waits"),
  ]

  /// What is wrong with a space for this plan; nil if nothing is.
  package func problem(with space: SearchSpace) -> String? {
    let known = Set(Self.searchable.map(\.name))
    for parameter in space.parameters where !known.contains(parameter.name) {
      guard let setting = RiskSetting.named(parameter.name) else {
        return "'\(parameter.name)' is nothing that can be searched; known are "
          + Self.searchable.map(\.name).joined(separator: ", ") + ", and the limits of docs/reference/risk-controls.md"
      }
      let bounds = setting.bounds(for: instrument)
      guard case .integer(let low, let high, _) = parameter.domain, bounds.contains(Int64(low)),
        bounds.contains(Int64(high))
      else {
        return "'\(parameter.name)' is a limit: declare it as an int within \(bounds.lowerBound) to "
          + "\(bounds.upperBound), its compiled bounds"
      }
    }
    let ofNetworks: Set = ["epochs", "width", "dropout", "network_rate", "flat_ticks"]
    if members == nil, let parameter = space.parameters.first(where: { ofNetworks.contains($0.name) }) {
      return "'\(parameter.name)' belongs to members of an ensemble: name them with --members"
    }
    return nil
  }

  /// The plan with a trial's values; names that the trial does not have keep theirs.
  package func applying(_ set: ParameterSet) throws -> SearchPlan {
    var plan = self
    for entry in set.entries { try plan.apply(entry.name, entry.value) }
    // Both ends are searched on their own, so the ratio that the strategy asks for must not forbid half of them.
    let strategy = plan.fitter.strategy
    plan.fitter.strategy.leastRewardToRisk = min(
      strategy.leastRewardToRisk, strategy.trendTargetPoints / strategy.trendStopPoints)
    try plan.fitter.training.validate()
    try plan.fitter.strategy.validate()
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
    case "rounds": fitter.training.rounds = try integer()
    case "patience": fitter.training.patience = try integer()
    case "depth": fitter.training.maximumDepth = try integer()
    case "learning_rate": fitter.training.learningRate = try number()
    case "least_leaf": fitter.training.minimumChildWeight = try number()
    case "row_sample": fitter.training.rowSample = try number()
    case "column_sample": fitter.training.columnSample = try number()
    case "lambda": fitter.training.lambda = try number()
    case "alpha": fitter.training.alpha = try number()
    case "horizon": fitter.training.horizonBars = try integer()
    case "style":
      guard case .category(let text) = value, let style = StrategyStyle(rawValue: text) else {
        throw TrainingError.setting(
          name: name, value: "\(value)", mend: "Give the categories regimes, forecast or edge.")
      }
      fitter.strategy.style = style
    case "probability":
      let probability = Float(try number())
      fitter.strategy.trend.probability = probability
      fitter.strategy.range.probability = probability
      fitter.strategy.leastSignalProbability = probability
    case "exit_probability": fitter.strategy.exitProbability = Float(try number())
    case "confidence":
      fitter.strategy.trend.confidence = Float(try number())
      fitter.strategy.range.confidence = fitter.strategy.trend.confidence
    case "edge_margin": fitter.strategy.edgeMargin = try number()
    case "exit_ticks": fitter.strategy.exitTicks = try number()
    case "stop_points": fitter.strategy.trendStopPoints = try number()
    case "target_points": fitter.strategy.trendTargetPoints = try number()
    case "entries_per_session": fitter.strategy.entriesPerSession = try integer()
    case "window_scale": fitter.schema = try fitter.schema.scalingWindows(by: number())
    case "feature_count":
      var selection = fitter.selection ?? SelectionPlan()
      selection.ceiling = try integer()
      selection.counts = [selection.ceiling]
      selection.seed = fitter.training.seed
      selection.workers = 1
      fitter.selection = selection
    case "epochs": members?.plan.epochs = try integer()
    case "width": members?.plan.width = try integer()
    case "dropout": members?.plan.dropout = try number()
    case "network_rate": members?.plan.rate = try number()
    case "flat_ticks": members?.deadZoneTicks = try number()
    case "entry_reach": execution.entryReach = Price(ticks: Int64(try integer()))
    case "exit_reach": execution.exitReach = Price(ticks: Int64(try integer()))
    case "stop_limit_offset": execution.stopLimitOffset = Price(ticks: Int64(try integer()))
    case "entry_lifetime": execution.entryLifetime = .seconds(Int64(try integer()))
    case "exit_lifetime": execution.exitLifetime = .seconds(Int64(try integer()))
    default:
      if let setting = RiskSetting.named(name) {
        limits[keyPath: setting.path] = Int64(try integer())
        return
      }
      throw TrainingError.setting(
        name: name, value: "\(value)", mend: "Known are \(Self.searchable.map(\.name).joined(separator: ", ")).")
    }
  }
}
