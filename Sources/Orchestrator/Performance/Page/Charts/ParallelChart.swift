// Every trial as a line across its parameters: which ways lead to good scores.

/// Parallel coordinates.
package struct ParallelChart: ReportChart, Hashable {
  /// An axis with the names of its lowest and highest place.
  package struct Axis: Hashable, Sendable {
    package var name: String
    package var low: String
    package var high: String

    package init(name: String, low: String, high: String) {
      self.name = name
      self.low = low
      self.high = high
    }
  }

  /// A trial: a place in 0...1 an axis, nil where it lacks the parameter.
  package struct Line: Hashable, Sendable {
    package var places: [Double?]
    package var isGood: Bool

    package init(places: [Double?], isGood: Bool) {
      self.places = places
      self.isGood = isGood
    }
  }

  /// Heading.
  package var title: String
  package var summary: String
  package var axes: [Axis]
  package var lines: [Line]

  package init(title: String, summary: String, axes: [Axis], lines: [Line]) {
    self.title = title
    self.summary = summary
    self.axes = axes
    self.lines = lines
  }

  package var legend: [ChartLegendEntry] {
    [ChartLegendEntry("line-main", "the best tenth"), ChartLegendEntry("line-path", "the others")]
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard axes.count >= 2 else { return "" }
    let (top, bottom) = (24.0, frame == .wide ? 260.0 : 220.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 44)
    let (left, right) = (frame.left, frame.width - frame.left)
    func x(_ axis: Int) -> Double { left + (right - left) * Double(axis) / Double(axes.count - 1) }
    for line in lines.sorted(by: { !$0.isGood && $1.isGood }) {
      var path = ChartPath()
      // A gap where a parameter is missing.
      var run: [(x: Double, y: Double)] = []
      for (axis, place) in line.places.enumerated() {
        if let place {
          run.append((x: x(axis), y: bottom - place * (bottom - top)))
        } else {
          path.lines(run)
          run = []
        }
      }
      path.lines(run)
      canvas.path(path, line.isGood ? "line-main" : "line-path")
    }
    for (index, axis) in axes.enumerated() {
      canvas.line(x(index), top, x(index), bottom, "stroke")
      canvas.label(axis.high, x: x(index), y: top - 8, anchor: "middle")
      canvas.label(axis.low, x: x(index), y: bottom + 16, anchor: "middle")
      // Neighbours' names would meet on a narrow drawing.
      let isLower = frame == .narrow && index % 2 == 1
      canvas.label(axis.name, x: x(index), y: bottom + (isLower ? 41 : 30), anchor: "middle", "unit")
    }
    return canvas.element(frame, title: title, description: summary)
  }
}
