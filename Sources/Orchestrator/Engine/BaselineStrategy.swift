// The old system's rules for acting on a forecast: what every improvement is compared with.
package import Ensemble
package import Execution
package import Features
package import TradingDomain

/// What the strategy wants after a bar.
@frozen package struct StrategyDecision: Hashable, Sendable {
  /// Direction to enter; nil = stay out.
  package var side: Side?
  package var bracket: Bracket
  /// Whether what is held is to be closed.
  package var leaves: Bool
  /// Why the strategy stays out of what the forecast allows, where it has a reason of that kind.
  package var abstention: AbstentionReason?

  @inlinable package static func stay(leaving: Bool = false, _ abstention: AbstentionReason? = nil) -> StrategyDecision
  {
    StrategyDecision(
      side: nil, bracket: Bracket(stopDistance: Price(ticks: 0), targetDistance: Price(ticks: 0)), leaves: leaving,
      abstention: abstention)
  }

  @inlinable package init(side: Side?, bracket: Bracket, leaves: Bool = false, abstention: AbstentionReason? = nil) {
    self.side = side
    self.bracket = bracket
    self.leaves = leaves
    self.abstention = abstention
  }
}

/// What the strategy is told after each completed bar.
@frozen package struct StrategyContext {
  package var forecast: Forecast
  package var regime: Regime
  /// Confidence of the regime detector in its verdict, 0 to 1.
  package var regimeConfidence: Float
  /// Whether the price is near the edge of its range; matters in a range only.
  package var proximity: RangeBoundaries.Proximity
  /// Average true range over 14 bars, and the last close, in points.
  package var averageTrueRange: Double
  package var price: Double
  /// Local time of day.
  package var timeOfDay: Nanoseconds
  /// Signed contracts held.
  package var position: Int64
  /// How much more than usual is asked of a forecast: by this part a move must be larger, and what a probability lacks
  /// to 1 must be smaller. 0 for the configured thresholds.
  package var caution: Double

  @inlinable package init(
    forecast: Forecast, regime: Regime, regimeConfidence: Float, proximity: RangeBoundaries.Proximity,
    averageTrueRange: Double, price: Double, timeOfDay: Nanoseconds, position: Int64 = 0, caution: Double = 0
  ) {
    self.forecast = forecast
    self.regime = regime
    self.regimeConfidence = regimeConfidence
    self.proximity = proximity
    self.averageTrueRange = averageTrueRange
    self.price = price
    self.timeOfDay = timeOfDay
    self.position = position
    self.caution = caution
  }
}

/// Acts on forecasts by the rules of its ``StrategyStyle``. The v2.0 rules: act only in a named regime, in a trend only
/// with it, in a range only from its edges inward.
package struct BaselineStrategy {
  package let configuration: StrategyConfiguration
  private let tickSize: Double
  private var entries = 0

  package init(configuration: StrategyConfiguration, tickSize: Double) {
    self.configuration = configuration
    self.tickSize = tickSize
  }

  /// Begins a session in which `entries` were made so far.
  package mutating func beginSession(entries: Int = 0) { self.entries = entries }

  /// Counts an entry that passed the gate.
  package mutating func noteEntry() { entries += 1 }

  /// The decision for one bar; pure.
  package func decide(_ context: StrategyContext) -> StrategyDecision {
    if configuration.style.followsForecast, context.position != 0 { return .stay(leaving: leaves(context)) }
    let relativeRange = context.averageTrueRange / context.price
    guard entries < configuration.entriesPerSession, context.timeOfDay >= configuration.firstEntry,
      context.timeOfDay < configuration.lastEntry, context.forecast.mayAct,
      relativeRange >= configuration.leastRelativeRange, relativeRange <= configuration.largestRelativeRange
    else { return .stay() }
    switch configuration.style {
    case .regimes: return confirm(context)
    case .forecast: return follow(context)
    case .edge: return seize(context)
    }
  }

  /// What regime and range propose, where the forecast confirms it.
  private func confirm(_ context: StrategyContext) -> StrategyDecision {
    switch context.regime {
    // In stress the predecessor had no rule, and none of its stops was meant for it: stay out.
    case .undefined, .stress: return .stay()
    case .trendUp, .trendDown:
      let side: Side = context.regime == .trendUp ? .buy : .sell
      guard passes(context, side, configuration.trend) else { return .stay() }
      let ratio = configuration.trendTargetPoints / configuration.trendStopPoints
      return entry(side, stop: configuration.trendStopPoints, rewardToRisk: ratio)
    case .range:
      let side: Side
      switch context.proximity {
      case .neutral: return .stay()
      case .nearSupport: side = .buy
      case .nearResistance: side = .sell
      }
      guard passes(context, side, configuration.range) else { return .stay() }
      let stop = max(configuration.rangeStopFloorPoints, context.averageTrueRange)
      return entry(side, stop: stop, rewardToRisk: configuration.rangeTargetMultiple)
    }
  }

  /// The likelier side while it is likely enough.
  private func follow(_ context: StrategyContext) -> StrategyDecision {
    guard context.regime != .stress else { return .stay() }
    let least = careful(max(configuration.trend.probability, configuration.leastSignalProbability), context)
    let (up, down) = (context.forecast.probabilityUp, context.forecast.probabilityDown)
    guard max(up, down) >= least, up != down else { return .stay() }
    return trendEntry(up > down ? .buy : .sell)
  }

  /// The side of the expected move, where it is worth its costs.
  private func seize(_ context: StrategyContext) -> StrategyDecision {
    let move = Double(context.forecast.expectedTicks)
    guard context.regime != .stress else { return .stay() }
    guard abs(move) > (1 + context.caution) * configuration.edgeMargin * configuration.costTicks else {
      return .stay(.tooSmall)
    }
    return trendEntry(move > 0 ? .buy : .sell)
  }

  private func trendEntry(_ side: Side) -> StrategyDecision {
    entry(
      side, stop: configuration.trendStopPoints,
      rewardToRisk: configuration.trendTargetPoints / configuration.trendStopPoints)
  }

  /// Whether the forecast no longer carries what is held; without one nothing is known against it.
  private func leaves(_ context: StrategyContext) -> Bool {
    guard context.forecast.isValid else { return false }
    if configuration.style == .edge {
      return Double(context.forecast.expectedTicks) * Double(context.position.signum()) < configuration.exitTicks
    }
    let probability = context.position > 0 ? context.forecast.probabilityUp : context.forecast.probabilityDown
    return probability < configuration.exitProbability
  }

  private func passes(_ context: StrategyContext, _ side: Side, _ thresholds: EntryThresholds) -> Bool {
    let probability = side == .buy ? context.forecast.probabilityUp : context.forecast.probabilityDown
    return context.regimeConfidence >= thresholds.confidence
      && probability >= careful(max(thresholds.probability, configuration.leastSignalProbability), context)
  }

  /// A threshold as it stands under the context's caution.
  private func careful(_ threshold: Float, _ context: StrategyContext) -> Float {
    context.caution == 0 ? threshold : 1 - (1 - threshold) * Float(1 - context.caution)
  }

  /// Rounds the stop up to whole ticks and the target up to its multiple of that stop.
  private func entry(_ side: Side, stop: Double, rewardToRisk: Double) -> StrategyDecision {
    let stopTicks = (stop / tickSize).rounded(.up)
    let targetTicks = (stopTicks * rewardToRisk).rounded(.up)
    guard rewardToRisk >= configuration.leastRewardToRisk, stopTicks >= 1, stopTicks < 1e6, targetTicks < 1e6 else {
      return .stay()
    }
    return StrategyDecision(
      side: side,
      bracket: Bracket(
        stopDistance: Price(ticks: Int64(stopTicks)), targetDistance: Price(ticks: Int64(targetTicks))))
  }
}
