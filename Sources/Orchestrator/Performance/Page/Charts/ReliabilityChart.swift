// Whether what was said with 30 % happened three times in ten.

/// How often something happened, by what had been said of it; a point on the diagonal is a promise kept.
package struct ReliabilityChart: ReportChart, Hashable {
  /// Forecasts of about one probability.
  package struct Point: Hashable, Sendable {
    /// Mean of what was said, and part that happened.
    package var said: Double
    package var happened: Double
    /// Forecasts, or their weight.
    package var weight: Double

    package init(said: Double, happened: Double, weight: Double) {
      self.said = said
      self.happened = happened
      self.weight = weight
    }
  }

  /// Heading.
  package var title: String
  /// Lowest probability first.
  package var points: [Point]

  package init(title: String, points: [Point]) {
    self.title = title
    self.points = points
  }

  package var legend: [ChartLegendEntry] {
    [ChartLegendEntry("dot", "share that happened"), ChartLegendEntry("line-other", "as often as said")]
  }

  package var summary: String {
    let total = points.reduce(0) { $0 + $1.weight }
    guard total > 0 else { return "No forecasts." }
    let error = points.reduce(0) { $0 + $1.weight * abs($1.said - $1.happened) } / total
    return "\(DecimalText.fixed(total, digits: 0)) independent forecasts; on average what happened lay "
      + "\(DecimalText.percent(error, digits: 1)) from what was said."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard !points.isEmpty else { return "" }
    let (top, bottom) = (12.0, 232.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 44)
    let highest = min(1, 1.1 * (points.flatMap { [$0.said, $0.happened] }.max() ?? 1))
    let scale = ChartScale(covering: 0...highest, from: bottom, to: top, count: 5, leastStep: 0.05)
    scale.drawValues(&canvas, frame)
    func x(_ value: Double) -> Double { frame.left + frame.plotWidth * value / highest }
    var diagonal = ChartPath()
    diagonal.lines([0, highest].lazy.map { (x: x($0), y: scale.place($0)) })
    canvas.path(diagonal, "line-other")
    let heaviest = points.map(\.weight).max() ?? 1
    for point in points {
      canvas.circle(
        x: x(point.said), y: scale.place(point.happened), radius: 3 + 5 * (point.weight / heaviest).squareRoot(),
        "dot",
        tip: """
          said \(DecimalText.percent(point.said, digits: 1)), happened \(DecimalText.percent(point.happened, digits: 1))
          weight \(DecimalText.fixed(point.weight, digits: 0))
          """)
    }
    for tick in ChartAxis.values(covering: 0...highest, count: frame == .wide ? 10 : 5) {
      canvas.label(DecimalText.compact(tick), x: x(tick), y: bottom + 17, anchor: "middle")
    }
    canvas.label("probability said", x: frame.left + frame.plotWidth / 2, y: bottom + 36, anchor: "middle", "unit")
    return canvas.element(frame, title: title, description: summary)
  }
}
