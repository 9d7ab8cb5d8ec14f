// The report as one self-contained page, fit for a desk and for a phone.

extension ReportPage {
  /// A complete HTML document without anything from elsewhere: a policy in its head forbids the browser to fetch.
  package func html() -> String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
    script-src 'unsafe-inline'">
    <title>\(HTML.escaped(title))</title>
    <style>
    \(PageStyle.css)
    </style>
    </head>
    <body>
    <header class="top">
    <h1>\(HTML.datesKept(title))</h1>
    <p class="subtitle">\(HTML.escaped(subtitle))</p>
    \(allAlarms.map(Self.alarm).joined(separator: "\n"))
    </header>
    \(contents)
    <main>
    \(verdictSection)
    \(sections.map { Self.section($0) }.joined(separator: "\n"))
    \(stampSection)
    </main>
    <footer>Amounts in Brazilian reais; times in Sao Paulo. Undefined values stay undefined, not zero.</footer>
    <script>
    \(PageScript.javaScript)
    </script>
    </body>
    </html>

    """
  }

  private static func alarm(_ alarm: PageAlarm) -> String {
    """
    <div class="alarm" role="alert"><strong>\(HTML.escaped(alarm.word))</strong> \
    <span>\(HTML.prose(alarm.sentence))</span></div>
    """
  }

  private var contents: String {
    let titles = (verdicts.isEmpty ? [] : ["Verdict"]) + sections.map(\.title) + (stamps.isEmpty ? [] : ["Manifest"])
    let items = titles.map { "<li><a href=\"#\(HTML.anchor($0))\">\(HTML.escaped($0))</a></li>" }
    return "<nav aria-label=\"Contents\"><ul>\(items.joined())</ul></nav>"
  }

  private var verdictSection: String {
    guard !verdicts.isEmpty else { return "" }
    let ranked = rankedVerdicts
    let open = ranked.filter { $0.severity != .pass }
    let passed = ranked.filter { $0.severity == .pass }
    func list(_ verdicts: [ReportVerdict]) -> String {
      verdicts.isEmpty
        ? "" : "<ul class=\"verdicts\">\n\(verdicts.map(Self.verdict).joined(separator: "\n"))\n</ul>"
    }
    // What needs no attention folds away, unless it is all there is.
    let rest =
      open.isEmpty || passed.isEmpty
      ? list(passed)
      : "<details><summary>\(passed.count == 1 ? "1 check" : "\(passed.count) checks") passed</summary>\n"
        + list(passed) + "\n</details>"
    return """
      <section id="verdict">
      <h2>Verdict</h2>
      <p class="verdict-summary">\(HTML.escaped(verdictSummary))</p>
      \(list(open))
      \(rest)
      </section>
      """
  }

  private static func verdict(_ verdict: ReportVerdict) -> String {
    let evidence =
      verdict.evidence.isEmpty ? "" : "<p class=\"evidence\">\(HTML.prose(verdict.evidence))</p>"
    return """
      <li><div class="severity \(verdict.severity.rawValue)">\(symbol(verdict.severity))\(verdict.severity.word)</div>
      <div><h3>\(HTML.escaped(verdict.title))</h3><p>\(HTML.prose(verdict.sentence))</p>\(evidence)</div></li>
      """
  }

  /// A shape for each severity: a tick, a dot in a circle, a triangle, an octagon.
  private static func symbol(_ severity: ReportVerdict.Severity) -> String {
    let shape: String
    switch severity {
    case .pass: shape = "M2.5 8.5 6.2 12 13.5 4"
    case .note: shape = "M8 1.5a6.5 6.5 0 1 0 .01 0M8 7.5V11M8 5v.01"
    case .warning: shape = "M8 2 14.5 13.5H1.5ZM8 6.5V9.5M8 11.6v.01"
    case .fail: shape = "M5.2 1.5H10.8L14.5 5.2V10.8L10.8 14.5H5.2L1.5 10.8V5.2ZM5.7 5.7 10.3 10.3M10.3 5.7 5.7 10.3"
    }
    return "<svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"\(shape)\"/></svg>"
  }

  private var stampSection: String {
    guard !stamps.isEmpty else { return "" }
    let rows = stamps.map { "<dt>\(HTML.escaped($0.name))</dt><dd>\(HTML.escaped($0.value))</dd>" }
    return """
      <section id="manifest">
      <h2>Manifest</h2>
      <p>How the run was made. The same inputs give the same report, byte for byte.</p>
      <dl class="stamps">
      \(rows.joined(separator: "\n"))
      </dl>
      </section>
      """
  }
}
