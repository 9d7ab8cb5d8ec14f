// The selection as one self-contained page: no scripts, no external files.

import Features

extension FeatureSelection {
  /// Candidates that charts and the page's tables show.
  private static let shown = 40

  /// A complete HTML document: verdict, Hughes curve, importance, stability over time, clusters and all candidates.
  package func html(title: String) -> String {
    let leading = Array(candidates.sorted { $0.rank < $1.rank }.prefix(Self.shown))
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <title>\(ChartText.escaped(title))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <h1>\(ChartText.escaped(title))</h1>
      <p class="verdict">\(ChartText.escaped(summary))</p>
      \(settingsTable())
      <h2>Hughes curve</h2>
      \(HughesChart(curve: curve).svg())
      \(curveTable())
      <h2>Importance</h2>
      \(ImportanceChart(candidates: leading).svg())
      <h2>Stability over time</h2>
      \(StabilityChart(candidates: leading, folds: folds).svg())
      <h2>Redundancy</h2>
      \(ClusterChart(clusters: clusters, similarity: similarity, names: candidates.map(\.name)).svg())
      <h2>All candidates</h2>
      \(candidateTable())
      </body>
      </html>

      """
  }

  /// The result in a few sentences, for people.
  package var summary: String {
    let point = curve.points[curve.chosen]
    let gain =
      "gain over the base rate with \(point.count) features \(ChartText.fixed(point.gain, digits: 5)) nats a label, "
      + "95 % from \(ChartText.fixed(point.lower, digits: 5)) to \(ChartText.fixed(point.upper, digits: 5)), "
      + "out of sample over \(folds.count) folds"
    let names = chosen.isEmpty ? "" : " Chosen: \(chosen.joined(separator: ", "))."
    return "\(verdict.rawValue): \(chosen.count) of \(candidates.count) candidates; \(gain).\(names)"
      + (comparison.map { " " + $0.text } ?? "")
  }

  private static let style = """
    body { font: 15px/1.5 system-ui, sans-serif; color: #1a1a1a; background: #ffffff; }
    body { max-width: 60em; margin: 2em auto; padding: 0 1em; }
    h1 { font-size: 1.5em; } h2 { font-size: 1.15em; margin-top: 2em; } p.verdict { font-weight: 600; }
    table { border-collapse: collapse; } td, th { padding: 0.2em 0.9em 0.2em 0; border-bottom: 1px solid #dddddd; \
    text-align: left; vertical-align: top; }
    td.number { text-align: right; font-variant-numeric: tabular-nums; }
    svg { width: 100%; height: auto; margin: 1em 0; } svg text { fill: #1a1a1a; font-size: 12px; }
    svg text.heading { font-size: 14px; font-weight: 600; } svg text.kept { font-weight: 700; }
    svg line.grid { stroke: #e3e3e3; } svg line.zero { stroke: #777777; } svg line.interval { stroke: #1a1a1a; }
    svg line.chosen { stroke: #b03030; stroke-dasharray: 4 3; }
    svg path.band { fill: #1f5fa8; fill-opacity: 0.15; }
    svg path.curve { fill: none; stroke: #1f5fa8; stroke-width: 2; }
    svg path.tree { fill: none; stroke: #777777; } svg rect.bar { fill: #7fa6d3; } svg rect.heat { fill: #1f5fa8; }
    svg rect.selected { fill: #7fa6d3; stroke: #b03030; stroke-width: 2; }
    """

  private func settingsTable() -> String {
    let observations = ChartText.fixed(independentObservations, digits: 0)
    let lines =
      [("rows", "\(rows), worth \(observations) independent observations")]
      + settings.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    let rows = lines.map { "<tr><th>\(ChartText.escaped($0.0))</th><td>\(ChartText.escaped($0.1))</td></tr>" }
    return "<table>\n\(rows.joined(separator: "\n"))\n</table>"
  }

  private func curveTable() -> String {
    let rows = curve.points.enumerated().map { index, point in
      let mark = index == curve.chosen ? "chosen" : index == curve.best ? "best" : ""
      let numbers = [point.gain, point.lower, point.upper, point.shortfall, point.shortfallStandardError]
      return "<tr><td class=\"number\">\(point.count)</td>\(Self.cells(numbers))<td>\(mark)</td></tr>"
    }
    return """
      <table>
      <tr><th>k</th><th>Gain</th><th>2.5 %</th><th>97.5 %</th><th>Below best</th><th>Standard error</th><th></th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private func candidateTable() -> String {
    let rows = candidates.sorted { $0.rank < $1.rank }.map { candidate in
      let numbers = [
        candidate.mutualInformation, candidate.impurityDecrease.mean, candidate.accuracyDecrease.mean,
        candidate.contribution.mean, candidate.selectionFrequency,
      ]
      let mark = candidate.isChosen ? "chosen" : candidate.isRepresentative ? "" : "redundant"
      return """
        <tr><td class="number">\(candidate.rank)</td><td>\(ChartText.escaped(candidate.name))</td>\
        <td class="number">\(candidate.cluster)</td>\(Self.cells(numbers))<td>\(mark)</td></tr>
        """
    }
    return """
      <table>
      <tr><th>Rank</th><th>Feature</th><th>Cluster</th><th>Information</th><th>MDI</th><th>MDA</th><th>SHAP</th>\
      <th>Frequency</th><th></th></tr>
      \(rows.joined(separator: "\n"))
      </table>
      """
  }

  private static func cells(_ numbers: [Double]) -> String {
    numbers.map { "<td class=\"number\">\(ChartText.fixed($0, digits: 5))</td>" }.joined()
  }
}
