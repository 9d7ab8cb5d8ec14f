// Points over two axes, with a line if there is one: trials over time, over a parameter, against each other.

/// A scatter plot.
package struct PointChart: ReportChart, Hashable {
  package struct Point: Hashable, Sendable {
    package var x: Double
    package var y: Double
    /// Drawn stronger: the best, or on the front.
    package var isMarked: Bool
    /// Shown when the pointer rests on it.
    package var tip: String

    package init(x: Double, y: Double, isMarked: Bool = false, tip: String) {
      self.x = x
      self.y = y
      self.isMarked = isMarked
      self.tip = tip
    }
  }

  /// Heading.
  package var title: String
  package var summary: String
  /// Names of the axes, with units.
  package var horizontal: String
  package var vertical: String
  package var points: [Point]
  /// Names at the whole numbers of the horizontal axis, from 0, in place of numbers; nil for numbers.
  package var names: [String]?
  /// A step line through these points, ascending by x; empty for none.
  package var line: [(x: Double, y: Double)] { zip(lineX, lineY).map { ($0, $1) } }
  private var lineX: [Double]
  private var lineY: [Double]
  package var legend: [ChartLegendEntry]

  package init(
    title: String, summary: String, horizontal: String, vertical: String, points: [Point], names: [String]? = nil,
    line: [(x: Double, y: Double)] = [], marked: String? = nil, lineName: String? = nil
  ) {
    self.title = title
    self.summary = summary
    self.horizontal = horizontal
    self.vertical = vertical
    self.points = points
    self.names = names
    lineX = line.map(\.x)
    lineY = line.map(\.y)
    legend =
      [ChartLegendEntry("dot", "a trial")] + (marked.map { [ChartLegendEntry("mark-win", $0)] } ?? [])
      + (lineName.map { [ChartLegendEntry("line-main", $0)] } ?? [])
  }

  package func svg(_ frame: ChartFrame) -> String {
    let values = points.map(\.y) + lineY
    guard let low = values.min(), let high = values.max(), let first = (points.map(\.x) + lineX).min(),
      let last = (points.map(\.x) + lineX).max()
    else { return "" }
    let (top, bottom) = (12.0, frame == .wide ? 260.0 : 220.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 44)
    let scale = ChartScale(covering: low...max(high, low + 1e-9), from: bottom, to: top, count: 5)
    scale.drawValues(&canvas, frame)
    let across: ChartScale
    if let names {
      across = ChartScale(
        covering: -0.5...(Double(max(1, names.count)) - 0.5), from: frame.left, to: frame.left + frame.plotWidth,
        count: 2)
      for (place, name) in names.enumerated() {
        canvas.label(name, x: across.place(Double(place)), y: bottom + 17, anchor: "middle")
      }
    } else {
      across = ChartScale(
        covering: first...max(last, first + 1e-9), from: frame.left, to: frame.left + frame.plotWidth,
        count: frame == .wide ? 8 : 4)
      across.drawNumbers(&canvas, y: bottom)
    }
    var steps = ChartPath()
    var corners: [(x: Double, y: Double)] = []
    for point in line {
      if let before = corners.last { corners.append((x: across.place(point.x), y: before.y)) }
      corners.append((x: across.place(point.x), y: scale.place(point.y)))
    }
    steps.lines(corners)
    canvas.path(steps, "line-main")
    for point in points.sorted(by: { !$0.isMarked && $1.isMarked }) {
      canvas.circle(
        x: across.place(point.x), y: scale.place(point.y), radius: point.isMarked ? 5 : 3,
        point.isMarked ? "mark-win" : "dot", tip: point.tip)
    }
    canvas.label(
      "\(horizontal); upward: \(vertical)", x: frame.left + frame.plotWidth / 2, y: bottom + 36, anchor: "middle",
      "unit")
    return canvas.element(frame, title: title, description: summary)
  }
}
