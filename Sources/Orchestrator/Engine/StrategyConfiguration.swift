// Thresholds, stops and limits of the baseline strategy, with the old system's values as defaults.
package import TradingDomain

/// What regime and forecast must reach before they are acted on.
package struct EntryThresholds: Hashable, Sendable {
  /// Least confidence of the regime detector in its verdict.
  package var confidence: Float
  /// Least probability of the direction taken.
  package var probability: Float

  package init(confidence: Float, probability: Float) {
    self.confidence = confidence
    self.probability = probability
  }
}

/// What a strategy acts on.
package enum StrategyStyle: String, Hashable, Sendable, CaseIterable {
  /// The predecessor's rules: the forecast confirms what regime and range propose; stop and target end a trade.
  case regimes
  /// The forecast alone: in on the likelier side, out when it is that no longer. The trend's thresholds, stop and
  /// target apply whatever the regime, but for stress.
  case forecast
  /// The forecast's expected move: in where it pays more than a trade costs, out when it points the other way. The
  /// trend's stop and target apply whatever the regime, but for stress.
  case edge

  /// Whether a position is held for as long as the forecast carries it.
  package var followsForecast: Bool { self != .regimes }
}

/// Settings of ``BaselineStrategy``.
///
/// Defaults: the thresholds, stops and limits of the system that this product replaces (ML Trading v2.0). That system
/// also had thresholds on "direction" and "magnitude"; its direction was always -1 or +1 and its magnitude a constant
/// above the threshold, so neither ever refused anything, and neither is kept.
package struct StrategyConfiguration: Hashable, Sendable {
  package var style = StrategyStyle.regimes
  /// Under ``StrategyStyle/forecast`` a position is left when the probability of its side falls below this.
  package var exitProbability: Float = 0.5
  /// Under ``StrategyStyle/edge``: what entering and leaving cost, fees, spread and slippage together, in ticks; how
  /// many times that the expected move must be; and the expected ticks to its side below which a position is left.
  package var costTicks = 2.0
  package var edgeMargin = 1.0
  package var exitTicks = 0.0
  package var trend = EntryThresholds(confidence: 0.60, probability: 0.60)
  package var range = EntryThresholds(confidence: 0.60, probability: 0.55)
  /// Least probability of any signal, whatever the regime; the old signal generator asked for it once more.
  package var leastSignalProbability: Float = 0.60
  /// Average true range relative to the price: below the first the market is dead, above the second wild.
  package var leastRelativeRange = 0.0001
  package var largestRelativeRange = 0.01
  /// Stop and target in a trend, in points.
  package var trendStopPoints = 5.0
  package var trendTargetPoints = 10.0
  /// In a range the stop is the average true range, but at least this, in points.
  package var rangeStopFloorPoints = 3.0
  /// Target in a range as a multiple of its stop.
  package var rangeTargetMultiple = 1.5
  /// Least ratio of target to stop.
  package var leastRewardToRisk = 1.5
  package var quantity: Quantity = 1
  package var entriesPerSession = 10
  /// Entries only from this time of day on, local.
  package var firstEntry = Nanoseconds.seconds(9 * 3600)
  /// No entries from this time of day on, local.
  package var lastEntry = Nanoseconds.seconds(17 * 3600 + 55 * 60)

  package init() {}

  /// Refuses settings that cannot be meant.
  package func validate() throws(StrategyConfigurationError) {
    for (name, value) in [
      ("trend.confidence", trend.confidence), ("trend.probability", trend.probability),
      ("range.confidence", range.confidence), ("range.probability", range.probability),
      ("least_signal_probability", leastSignalProbability), ("exit_probability", exitProbability),
    ] where !(value >= 0 && value <= 1) {
      throw StrategyConfigurationError(name: name, value: "\(value)", mend: "Give a number from 0 to 1.")
    }
    for (field, value) in [
      ("trend_stop_points", trendStopPoints), ("trend_target_points", trendTargetPoints),
      ("range_stop_floor_points", rangeStopFloorPoints), ("range_target_multiple", rangeTargetMultiple),
      ("least_reward_to_risk", leastRewardToRisk), ("least_relative_range", leastRelativeRange),
      ("largest_relative_range", largestRelativeRange), ("edge_margin", edgeMargin),
    ] where !(value > 0 && value < 10_000) {
      throw StrategyConfigurationError(name: field, value: "\(value)", mend: "Give a positive number below 10000.")
    }
    guard costTicks >= 0, costTicks < 10_000 else {
      throw StrategyConfigurationError(
        name: "cost_ticks", value: "\(costTicks)", mend: "Give 0 or more, below 10000.")
    }
    guard abs(exitTicks) < 10_000 else {
      throw StrategyConfigurationError(
        name: "exit_ticks", value: "\(exitTicks)", mend: "Give a number between -10000 and 10000.")
    }
    // Decisions record the wanted contracts in 32 bits; the risk gate's limits are far below.
    guard quantity > .zero, quantity.contracts <= Int64(Int32.max) else {
      throw StrategyConfigurationError(
        name: "quantity", value: "\(quantity.contracts)", mend: "Give at least one contract, and fewer than 2^31.")
    }
    guard entriesPerSession >= 0 else {
      throw StrategyConfigurationError(
        name: "entries_per_session", value: "\(entriesPerSession)", mend: "Give 0 or more.")
    }
  }
}

/// A setting of the strategy that cannot be meant.
package struct StrategyConfigurationError: Error, CustomStringConvertible, Sendable {
  package var name: String
  package var value: String
  package var mend: String
  package var description: String { "strategy setting \(name) = \(value) is out of range. \(mend)" }
}
