// The report as one self-contained page: no scripts, no external files.

import TradingDomain

/// Text made safe for HTML.
enum HTML {
  /// `text` with the five characters that mean something to HTML replaced.
  static func escaped(_ text: String) -> String {
    var result = ""
    for character in text {
      switch character {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.append(character)
      }
    }
    return result
  }
}

extension PerformanceReport {
  /// A complete HTML document with stamps, metrics, equity and drawdown charts and the profit of each session.
  package func html() -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>\(HTML.escaped(title))</title>
    <style>
    \(Self.style)
    </style>
    </head>
    <body>
    <h1>\(HTML.escaped(title))</h1>
    \(stampTable())
    \(equityChart().svg())
    \(drawdownChart().svg())
    <h2>Metrics</h2>
    \(metricTable())
    <h2>Sessions</h2>
    \(sessionTable())
    </body>
    </html>

    """
  }

  private static let style = """
    body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #ffffff; }
    body { max-width: 60em; margin: 2em auto; padding: 0 1em; }
    h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; }
    table { border-collapse: collapse; } td, th { padding: 0.2em 0.9em 0.2em 0; border-bottom: 1px solid #dddddd; \
    text-align: left; vertical-align: top; }
    td.number { text-align: right; font-variant-numeric: tabular-nums; }
    svg { width: 100%; height: auto; margin: 1em 0; } svg text { fill: #1a1a1a; font-size: 12px; }
    svg text.heading { font-size: 14px; font-weight: 600; }
    svg line.grid { stroke: #e3e3e3; } svg line.zero { stroke: #777777; }
    """

  private func stampTable() -> String {
    let rows = stamps.map { "<tr><th>\(HTML.escaped($0.name))</th><td>\(HTML.escaped($0.value))</td></tr>" }
    return "<table class=\"stamps\">\n\(rows.joined(separator: "\n"))\n</table>"
  }

  private func metricTable() -> String {
    let rows = metrics.map { metric in
      let value = metric.estimate.map { Self.number($0.value, unit: metric.unit) } ?? "undefined"
      let uncertainty = metric.estimate.map(Self.uncertainty) ?? ""
      return """
        <tr><td>\(HTML.escaped(metric.name))</td><td class="number">\(value)</td>\
        <td>\(HTML.escaped(metric.unit.rawValue))</td><td>\(HTML.escaped(uncertainty))</td></tr>
        """
    }
    return """
      <table>
      <tr><th>Metric</th><th>Value</th><th>Unit</th><th>Standard error, interval</th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private func sessionTable() -> String {
    let rows = sessions.map { session in
      "<tr><td>\(session.date)</td><td class=\"number\">\(DecimalText.fixed(session.profit.brl, digits: 2))</td></tr>"
    }
    return """
      <table>
      <tr><th>Session</th><th>Net profit (BRL)</th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private func equityChart() -> TimeSeriesChart {
    // Less the capital: on an axis that starts at 0, a large account's profit would be a flat line.
    let points = ([curve.opening] + curve.points).map {
      TimeSeriesChart.Point(time: $0.time, value: ($0.equity - curve.opening.equity).brl)
    }
    return TimeSeriesChart(
      title: "Profit since the start, net of costs", unit: "BRL", points: points, colour: "#1f5fa8")
  }

  private func drawdownChart() -> TimeSeriesChart {
    var peak = curve.opening.equity
    let points = ([curve.opening] + curve.points).map { point in
      peak = max(peak, point.equity)
      return TimeSeriesChart.Point(time: point.time, value: (point.equity - peak).brl)
    }
    return TimeSeriesChart(
      title: "Drawdown from the highest equity so far", unit: "BRL", points: points, colour: "#b03030")
  }
}
