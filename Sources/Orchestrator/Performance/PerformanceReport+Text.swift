// The report as a table for a terminal.

extension PerformanceReport {
  /// A table of stamps and metrics, lines ending with a newline, ASCII only.
  package func text() -> String {
    let width = max(stamps.map(\.name.count).max() ?? 0, metrics.map(\.name.count).max() ?? 0)
    var lines = [title, String(repeating: "=", count: title.count)]
    lines += stamps.map { Self.padded($0.name, width) + "  " + $0.value }
    lines.append("")
    // The rest is in the page and in the JSON: a screen holds the headlines.
    for metric in metrics where metric.group == .result || metric.group == .trades {
      var line = Self.padded(metric.name, width) + "  "
      if let estimate = metric.estimate {
        line += Self.leftPadded(Self.number(estimate.value, unit: metric.unit), 16) + "  "
        line += Self.padded(metric.unit.rawValue, 17)
        line += Self.uncertainty(estimate)
      } else {
        line += Self.leftPadded("undefined", 16) + "  " + metric.unit.rawValue
      }
      while line.last == " " { line.removeLast() }
      lines.append(line)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The value with as many decimals as its unit deserves.
  static func number(_ value: Double, unit: MetricUnit) -> String {
    switch unit {
    case .count, .sessions, .contracts: return DecimalText.fixed(value, digits: 0)
    case .brl, .brlPerTrade, .standardErrors, .contractsPerSession: return DecimalText.fixed(value, digits: 2)
    case .seconds, .days: return DecimalText.fixed(value, digits: 1)
    case .perPeriod, .perYear, .ratio, .fraction: return DecimalText.fixed(value, digits: 4)
    }
  }

  /// `+/- 1.20 (95 %: 0.10 to 4.90)`, or less where less is known.
  static func uncertainty(_ estimate: Estimate) -> String {
    var parts: [String] = []
    if let error = estimate.standardError { parts.append("+/- " + number(error, unit: estimate.unit)) }
    if let interval = estimate.interval {
      let level = DecimalText.fixed(interval.level * 100, digits: 0)
      let lower = number(interval.lower, unit: estimate.unit)
      let upper = number(interval.upper, unit: estimate.unit)
      parts.append("(\(level) %: \(lower) to \(upper))")
    }
    return parts.joined(separator: " ")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }

  private static func leftPadded(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }
}
