// Sections of the page as HTML: paragraphs, cards, tables and figures.

extension ReportPage {
  /// A section under its heading.
  static func section(_ section: ReportSection) -> String {
    """
    <section id="\(HTML.anchor(section.title))">
    <h2>\(HTML.escaped(section.title))</h2>
    \(section.blocks.map(block).joined(separator: "\n"))
    </section>
    """
  }

  private static func block(_ block: ReportSection.Block) -> String {
    switch block {
    case .text(let text): return "<p>\(HTML.prose(text))</p>"
    case .metrics(let cards): return "<dl class=\"cards\">\n\(cards.map(card).joined(separator: "\n"))\n</dl>"
    case .table(let table): return table.html()
    case .chart(let chart): return figure(chart, frames: [.wide, .narrow])
    case .charts(let charts):
      return "<div class=\"pair\">\n\(charts.map { figure($0, frames: [.narrow]) }.joined(separator: "\n"))\n</div>"
    case .details(let summary, let blocks):
      return """
        <details><summary>\(HTML.escaped(summary))</summary>
        \(blocks.map { Self.block($0) }.joined(separator: "\n"))
        </details>
        """
    }
  }

  private static func card(_ metric: MetricCard) -> String {
    let value =
      metric.estimate == nil
      ? "<span class=\"undefined\">undefined</span>"
      : HTML.number(metric.valueText) + " <span class=\"unit\">\(HTML.escaped(metric.unitText))</span>"
    let colour = metric.isGain.map { $0 ? " gain" : " loss" } ?? ""
    let sure = [
      metric.errorText.map { "\u{00B1} \($0)" },
      metric.estimate.map { "n = \(DecimalText.fixed(Double($0.observations), digits: 0))" },
    ].compactMap { $0 }.joined(separator: ", ")
    let interval = metric.intervalText.map { "<dd class=\"sure\">\(HTML.prose($0))</dd>" } ?? ""
    return """
      <div class="card"><dt>\(HTML.escaped(metric.name))</dt><dd class="value\(colour)">\(value)</dd>\
      <dd class="sure">\(HTML.escaped(sure))</dd>\(interval)</div>
      """
  }

  private static func figure(_ chart: any ReportChart, frames: [ChartFrame]) -> String {
    let drawings = frames.map { chart.svg($0) }.filter { !$0.isEmpty }
    let legend = drawings.isEmpty || chart.legend.isEmpty ? "" : Self.legend(chart.legend)
    return """
      <figure class="\(frames.count > 1 ? "full" : "half")">
      <figcaption><h3>\(HTML.escaped(chart.title))</h3><p>\(HTML.prose(chart.summary))</p></figcaption>
      \(legend)
      \(drawings.joined(separator: "\n"))
      </figure>
      """
  }

  private static func legend(_ entries: [ChartLegendEntry]) -> String {
    let items = entries.map { entry -> String in
      let mark: String
      switch entry.mark {
      case "dot": mark = "<circle class=\"dot\" cx=\"9\" cy=\"6\" r=\"4\"/>"
      case let name where name.hasPrefix("line"): mark = "<path class=\"\(name)\" d=\"M0 6H18\"/>"
      case "mark-long": mark = "<path class=\"mark-long\" d=\"M9 1 14 10H4Z\"/>"
      case "mark-short": mark = "<path class=\"mark-short\" d=\"M9 11 14 2H4Z\"/>"
      case "mark-win": mark = "<circle class=\"mark-win\" cx=\"9\" cy=\"6\" r=\"4\"/>"
      case "mark-lose": mark = "<path class=\"mark-lose\" d=\"M5 2 13 10M5 10 13 2\"/>"
      default: mark = "<rect class=\"\(entry.mark)\" x=\"1\" y=\"1\" width=\"16\" height=\"10\" rx=\"2\"/>"
      }
      return """
        <li><svg viewBox="0 0 18 12" aria-hidden="true">\(mark)</svg>\(HTML.escaped(entry.name))</li>
        """
    }
    return "<ul class=\"legend\">\(items.joined())</ul>"
  }
}

extension ReportTable {
  /// A table in a box that scrolls sideways where it is too narrow, also by keyboard.
  func html() -> String {
    let heads = columns.map { column in
      "<th scope=\"col\"\(column.kind == .number ? " class=\"right\"" : "")>\(HTML.escaped(column.title))</th>"
    }
    let lines = rows.enumerated().map { index, row -> String in
      let cells = row.enumerated().map { column, cell in html(cell, column: column) }
      return "<tr\(hasTotal && index == rows.count - 1 ? " class=\"total\"" : "")>\(cells.joined())</tr>"
    }
    return """
      <div class="scroll" role="region" tabindex="0" aria-label="\(HTML.escaped(caption))"><table>
      <caption><span>\(HTML.escaped(caption))</span></caption>
      <thead><tr>\(heads.joined())</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  private func html(_ cell: Cell, column: Int) -> String {
    if case .bar(let length) = cell { return bar(length, longest: longestBar(column)) }
    let isNumber = columns[column].kind == .number
    if column == 0, !isNumber { return "<th scope=\"row\">\(HTML.escaped(cell.text))</th>" }
    var classes = isNumber ? ["right"] : []
    if let isGain = cell.isGain { classes.append(isGain ? "gain" : "loss") }
    if cell.text == "undefined" { classes.append("undefined") }
    let attribute = classes.isEmpty ? "" : " class=\"\(classes.joined(separator: " "))\""
    return "<td\(attribute)>\(isNumber ? HTML.number(cell.text) : HTML.escaped(cell.text))</td>"
  }

  private func bar(_ length: Double, longest: Double) -> String {
    let width = longest > 0 ? 48 * abs(length) / longest : 0
    let x = length < 0 ? 50 - width : 50
    return """
      <td class="bar"><svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">\
      <rect class="\(length < 0 ? "bar-loss" : "bar-gain")" x="\(ChartCanvas.text(x))" y="2" \
      width="\(ChartCanvas.text(width))" height="10"/><line class="zero" x1="50" x2="50" y1="0" y2="14"/></svg></td>
      """
  }
}
