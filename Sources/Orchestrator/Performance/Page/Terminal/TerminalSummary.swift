// The report for a terminal: compact, with verdicts first and charts as lines of characters.

/// Prints a ``ReportPage`` as text.
package struct TerminalSummary: Sendable {
  /// What is printed.
  package var page: ReportPage

  /// A summary of `page`.
  package init(_ page: ReportPage) { self.page = page }

  /// Lines that end with a newline: alarms, verdicts, then each section's cards and charts. Tables stay on the page.
  package func text(_ style: TerminalStyle) -> String {
    var lines = [style.styled(page.title, .bold)]
    if !page.subtitle.isEmpty { lines += Self.wrapped(page.subtitle, style.columns).map { style.styled($0, .dim) } }
    for alarm in page.allAlarms {
      lines += ["", style.styled(" \(alarm.word) ", .alarm)] + Self.wrapped(alarm.sentence, style.columns)
    }
    lines += verdictLines(style)
    for section in page.sections { lines += sectionLines(section, style) }
    // Without block characters the text must hold for a terminal that knows ASCII only.
    return lines.map { style.hasUnicode ? $0 : Self.ascii($0) }.joined(separator: "\n") + "\n"
  }

  private func verdictLines(_ style: TerminalStyle) -> [String] {
    guard !page.verdicts.isEmpty else { return [] }
    var lines = ["", style.styled(page.verdictSummary, .bold)]
    for verdict in page.rankedVerdicts where verdict.severity != .pass {
      let mark = verdict.severity.word + String(repeating: " ", count: 9 - verdict.severity.word.count)
      let look: TerminalStyle.Look = verdict.severity == .fail ? .fail : verdict.severity == .warning ? .loss : .dim
      let text = Self.wrapped("\(verdict.title): \(verdict.sentence)", style.columns - 9)
      for (index, line) in text.enumerated() {
        lines.append((index == 0 ? style.styled(mark, look) : String(repeating: " ", count: 9)) + line)
      }
    }
    return lines
  }

  private func sectionLines(_ section: ReportSection, _ style: TerminalStyle) -> [String] {
    var lines: [String] = []
    for block in section.blocks {
      switch block {
      case .metrics(let cards): lines += metricLines(cards, style)
      case .chart(let chart): lines += chartLines(chart, style)
      case .charts(let charts): lines += charts.flatMap { chartLines($0, style) }
      case .text, .table, .details: break
      }
    }
    return lines.isEmpty ? [] : ["", style.styled(section.title, .bold)] + lines
  }

  private func metricLines(_ cards: [MetricCard], _ style: TerminalStyle) -> [String] {
    let names = cards.map(\.name.count).max() ?? 0
    let values = cards.map(\.valueText.count).max() ?? 0
    return cards.map { card in
      let name = card.name + String(repeating: " ", count: names - card.name.count)
      let value = String(repeating: " ", count: values - card.valueText.count) + card.valueText
      let look: TerminalStyle.Look = card.isGain.map { $0 ? .gain : .loss } ?? (card.estimate == nil ? .dim : .bold)
      let sure = [
        card.unitText, card.errorText.map { "\u{00B1} \($0)" } ?? "",
        card.estimate.map { "n = \(DecimalText.fixed(Double($0.observations), digits: 0))" } ?? "",
      ].filter { !$0.isEmpty }.joined(separator: "  ")
      return "  \(name)  \(style.styled(value, look))  \(style.styled(sure, .dim))"
    }
  }

  private func chartLines(_ chart: any ReportChart, _ style: TerminalStyle) -> [String] {
    var lines = Self.wrapped(chart.title, style.columns - 2).map { "  " + $0 }
    if let values = chart.sparkline {
      let line = Sparkline.text(values, width: min(72, style.columns - 4), unicode: style.hasUnicode)
      if !line.isEmpty { lines.append("  " + style.styled(line, .gain)) }
    }
    return lines + Self.wrapped(chart.summary, style.columns - 2).map { "  " + style.styled($0, .dim) }
  }

  /// Lines of at most `width` characters, broken at spaces; a longer word stands alone.
  static func wrapped(_ text: String, _ width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }

  /// `text` in ASCII: the few signs that the report sets itself are spelt, all else becomes a question mark.
  static func ascii(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\u{00B1}": result += "+-"
      case "\u{2212}": result += "-"
      case _ where scalar.isASCII: result.unicodeScalars.append(scalar)
      default: result += "?"
      }
    }
    return result
  }
}
