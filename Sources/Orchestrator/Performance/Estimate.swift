// A measured number with its unit and its uncertainty.

/// What one unit of a metric is.
package enum MetricUnit: String, Hashable, Sendable, Codable {
  /// A ratio per period of the underlying series (a session for daily results).
  case perPeriod = "per period"
  case perYear = "per year"
  /// A plain ratio without dimension.
  case ratio = "ratio"
  /// A share between 0 and 1.
  case fraction = "fraction"
  case brl = "BRL"
  case brlPerTrade = "BRL/trade"
  case contractsPerSession = "contracts/session"
  case seconds = "s"
  case days = "days"
  /// Trading sessions.
  case sessions = "sessions"
  case contracts = "contracts"
  case count = "count"
  /// A t statistic: standard errors away from 0.
  case standardErrors = "std errors"
}

/// A range that covers the true value with probability ``level``, if the assumptions of the metric hold.
package struct ConfidenceInterval: Hashable, Sendable, Codable {
  package var lower: Double
  package var upper: Double
  /// Between 0 and 1.
  package var level: Double

  package init(lower: Double, upper: Double, level: Double) {
    self.lower = lower
    self.upper = upper
    self.level = level
  }

  /// The two-sided 95 % point of the standard normal distribution.
  static let normal95 = 1.959_963_984_540_054

  /// `value` plus and minus 1.96 standard errors.
  static func normal(_ value: Double, standardError: Double) -> ConfidenceInterval {
    ConfidenceInterval(
      lower: value - normal95 * standardError, upper: value + normal95 * standardError, level: 0.95)
  }
}

/// A value of a metric. What is undefined has no estimate at all: it is neither 0 nor infinite, and must not be ranked.
package struct Estimate: Hashable, Sendable {
  package var value: Double
  package var unit: MetricUnit
  /// Nil where no standard error is known, as for extremes of a path.
  package var standardError: Double?
  /// Nil where no interval is known.
  package var interval: ConfidenceInterval?
  /// How many observations the value rests on.
  package var observations: Int

  /// A value with a normal 95 % interval, or with none if there is no standard error.
  package init(value: Double, unit: MetricUnit, standardError: Double? = nil, observations: Int) {
    self.value = value
    self.unit = unit
    self.standardError = standardError
    self.observations = observations
    interval = standardError.map { .normal(value, standardError: $0) }
  }

  /// A value with an interval of its own form.
  package init(
    value: Double, unit: MetricUnit, standardError: Double?, interval: ConfidenceInterval?, observations: Int
  ) {
    self.value = value
    self.unit = unit
    self.standardError = standardError
    self.interval = interval
    self.observations = observations
  }
}
