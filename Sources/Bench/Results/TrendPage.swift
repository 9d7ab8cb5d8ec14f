// Dated results as one page of HTML: a row a stage, a line over time for instructions and for time.

import Monitoring

/// The page; it loads nothing from anywhere and runs no script.
package struct TrendPage {
  private let results: [DatedResult]
  /// The stage whose p50 in the same run others are divided by: absolute times of different days compare machines.
  private static let yardstick = "clock.read"

  /// - Precondition: `results` is not empty; oldest first.
  package init(_ results: [DatedResult]) {
    precondition(!results.isEmpty, "a trend needs a result")
    self.results = results
  }

  package var html: String {
    """
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Benchmarks over time</title>
    <style>
    :root { color-scheme: light dark }
    body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
    .wide { overflow-x: auto }
    table { border-collapse: collapse; width: 100% }
    th, td { border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent); padding: .3rem .6rem; \
    text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
    th:first-child, td:first-child, td.text { text-align: left }
    polyline { fill: none; stroke: currentColor; stroke-width: 1.5 }
    circle { fill: currentColor }
    </style>
    <h1>Benchmarks over time</h1>
    <p>\(results.count) results, \(results[0].date.escapedForXML) to \(results[results.count - 1].date.escapedForXML).
    Instructions are per operation, counted by callgrind: they do not depend on the machine's load. Times of different
    days do; so p50 is drawn as a multiple of <code>\(Self.yardstick)</code> in the same run.</p>
    <h2>Stages</h2>
    <div class="wide"><table>
    <tr><th>stage</th><th>instructions</th><th>first</th><th>last</th><th>change</th><th>p50 / \(Self.yardstick)</th>\
    <th>first</th><th>last</th><th>last p50</th><th>last p99</th></tr>
    \(stages.map(row).joined(separator: "\n"))
    </table></div>
    <h2>Runs</h2>
    <div class="wide"><table>
    <tr><th>date</th><th>commit</th><th>build</th><th>machine</th><th>command</th></tr>
    \(results.reversed().map(run).joined(separator: "\n"))
    </table></div>
    </html>

    """
  }

  /// Stages of any result, in the order of the newest that has them.
  private var stages: [String] {
    var seen: Set<String> = []
    return results.reversed().flatMap { $0.report.stages.map(\.name) + $0.instructions.keys.sorted() }
      .filter { seen.insert($0).inserted }
  }

  private func row(_ stage: String) -> String {
    let counts = results.map { $0.instructions[stage] }
    let ratios = results.map { ratio(stage, $0) }
    let last = results.compactMap { result in result.report.stages.first { $0.name == stage } }.last
    let known = counts.compactMap { $0 }
    let change = known.first.flatMap { first in known.last.map { ($0 / first - 1) * 100 } }
    let cells = [
      line(counts), BaselineCheck.text(known.first), BaselineCheck.text(known.last),
      change.map(BaselineCheck.percent) ?? "-", line(ratios), decimal(ratios.compactMap { $0 }.first),
      decimal(ratios.compactMap { $0 }.last), time(last?.p50), time(last?.p99),
    ]
    return "<tr><td>\(stage.escapedForXML)</td>" + cells.map { "<td>\($0)</td>" }.joined() + "</tr>"
  }

  private func run(_ result: DatedResult) -> String {
    let cells = [
      result.date, result.commit, "\(result.build), \(result.compiler)", result.report.host.line, result.command,
    ]
    return "<tr>" + cells.map { "<td class=\"text\">\($0.escapedForXML)</td>" }.joined() + "</tr>"
  }

  private func ratio(_ stage: String, _ result: DatedResult) -> Double? {
    let stages = result.report.stages
    guard let own = stages.first(where: { $0.name == stage }),
      let base = stages.first(where: { $0.name == Self.yardstick }), base.p50.median > 0
    else { return nil }
    return own.p50.median / base.p50.median
  }

  /// A line through the values, oldest at the left, from 0 up to the greatest: small changes look small.
  private func line(_ values: [Double?]) -> String {
    let known = values.enumerated().compactMap { index, value in value.map { (index, $0) } }
    guard let greatest = known.map(\.1).max(), greatest > 0 else { return "" }
    let points = known.map { index, value in
      let x = values.count == 1 ? 60 : 4 + Double(index) / Double(values.count - 1) * 112
      return (x, 28 - value / greatest * 24)
    }
    let text = points.map { "\(tenth($0.0)),\(tenth($0.1))" }.joined(separator: " ")
    let end = points[points.count - 1]
    return "<svg width=\"120\" height=\"32\" role=\"img\" aria-label=\"\(known.count) values\">"
      + "<polyline points=\"\(text)\"/><circle cx=\"\(tenth(end.0))\" cy=\"\(tenth(end.1))\" r=\"2.5\"/></svg>"
  }

  private func tenth(_ value: Double) -> String { String((value * 10).rounded() / 10) }
  private func decimal(_ value: Double?) -> String { value.map { NumberText.decimal($0, places: 2) } ?? "-" }
  private func time(_ spread: Spread?) -> String { spread.map { NumberText.duration(nanoseconds: $0.median) } ?? "-" }
}
