// One number with its name, as large as a card or as a row of a table.

/// A metric for display: the value with its uncertainty and the number of observations behind it.
package struct MetricCard: Hashable, Sendable {
  /// Whether the sign of the value is good or bad news.
  package enum Tone: Hashable, Sendable {
    /// Neither; most metrics.
    case neutral
    /// Above 0 is a gain, below a loss.
    case signed
  }

  /// What is measured.
  package var name: String
  /// Unit of the value.
  package var unit: MetricUnit
  /// Nil where the metric is undefined for this run.
  package var estimate: Estimate?
  /// How the value is coloured; the sign is always written, too.
  package var tone: Tone

  /// Every field as given.
  package init(name: String, unit: MetricUnit, estimate: Estimate?, tone: Tone = .neutral) {
    self.name = name
    self.unit = unit
    self.estimate = estimate
    self.tone = tone
  }

  /// A metric of a performance report.
  package init(_ metric: ReportedMetric, tone: Tone = .neutral) {
    self.init(name: metric.name, unit: metric.unit, estimate: metric.estimate, tone: tone)
  }

  /// The value as it is read at a glance: two decimals for ratios, percent for shares; or `undefined`.
  var valueText: String { estimate.map { glance($0.value) } ?? "undefined" }

  /// The unit after the value; empty where the name or the percent sign says it all.
  var unitText: String {
    switch unit {
    case .perPeriod, .perYear, .ratio, .fraction, .count: return ""
    default: return unit.rawValue
    }
  }

  /// The standard error in the form of the value; nil where none is known.
  var errorText: String? { estimate?.standardError.map(glance) }

  /// `95 %: 0.10 to 4.90` in the form of the value; nil where no interval is known.
  var intervalText: String? {
    estimate?.interval.map { "\(DecimalText.percent($0.level, digits: 0)): \(glance($0.lower)) to \(glance($0.upper))" }
  }

  private func glance(_ value: Double) -> String {
    switch unit {
    case .perPeriod, .perYear, .ratio: return DecimalText.fixed(value, digits: 2)
    case .fraction: return DecimalText.percent(value)
    default: return PerformanceReport.number(value, unit: unit)
    }
  }

  /// Whether the value is coloured as a gain (true), a loss (false) or not at all (nil).
  var isGain: Bool? {
    guard tone == .signed, let value = estimate?.value, value != 0 else { return nil }
    return value > 0
  }
}
