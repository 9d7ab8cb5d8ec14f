// Profit over time with the fall from the peak below it, on one time axis.

import TradingDomain

/// Profit since the start and drawdown; optionally the profit of a baseline beside it.
package struct EquityDrawdownChart: ReportChart, Hashable {
  /// Heading.
  package var title: String
  /// Profit since the start in BRL, net of costs, in order of time; constant between its points.
  package var profit: [TimedValue]
  /// The profit of a baseline over the same time; empty without one.
  package var baseline: [TimedValue]
  /// What the baseline is.
  package var baselineName: String

  /// Every field as given.
  package init(
    title: String = "Profit since the start, net of costs", profit: [TimedValue], baseline: [TimedValue] = [],
    baselineName: String = "baseline"
  ) {
    self.title = title
    self.profit = profit
    self.baseline = baseline
    self.baselineName = baselineName
  }

  package var sparkline: [Double]? { profit.map(\.value) }

  package var legend: [ChartLegendEntry] {
    let own = [ChartLegendEntry("line-main", "this run"), ChartLegendEntry("area-loss", "drawdown from the peak")]
    return baseline.isEmpty ? own : own + [ChartLegendEntry("line-other", baselineName)]
  }

  package var summary: String {
    guard let last = profit.last, let trough = drawdown.min(by: { $0.value < $1.value }) else { return "No points." }
    return "Ends at \(DecimalText.signed(last.value, digits: 2)) BRL; the deepest fall from a peak is "
      + "\(DecimalText.fixed(-trough.value, digits: 2)) BRL, on \(BrasiliaTime.local(trough.time).date)."
  }

  /// Profit less its highest so far: 0 or below.
  var drawdown: [TimedValue] {
    var peak = -Double.infinity
    return profit.map { point in
      peak = max(peak, point.value)
      return TimedValue(time: point.time, value: point.value - peak)
    }
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = profit.first, let last = profit.last else { return "" }
    let (top, middle, gap) = (12.0, frame == .wide ? 250.0 : 190.0, 34.0)
    let bottom = middle + gap + (frame == .wide ? 96 : 76)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 28)
    let end = max(last.time, baseline.last?.time ?? last.time)
    let axis = TimeAxis(from: first.time, to: end, frame)
    let everything = profit.map(\.value) + baseline.map(\.value)
    let upper = ChartScale(
      covering: min(0, everything.min() ?? 0)...max(0, everything.max() ?? 0), from: middle, to: top, count: 5)
    let lower = ChartScale(
      covering: min(-1e-6, drawdown.map(\.value).min() ?? 0)...0, from: bottom, to: middle + gap, count: 2)
    upper.drawValues(&canvas, frame)
    lower.drawValues(&canvas, frame)
    axis.draw(&canvas, y: bottom)
    canvas.label("BRL", x: frame.left + 6, y: top + 12, "unit")
    draw(baseline, axis, upper, "line-other", nil, &canvas)
    draw(profit, axis, upper, "line-main", "area-main", &canvas)
    draw(drawdown, axis, lower, "line-loss", "area-loss", &canvas)
    drawHits(axis, top: top, bottom: bottom, &canvas)
    return canvas.element(frame, title: title, description: summary)
  }

  /// A step line and, with a class for it, the area between the line and 0.
  private func draw(
    _ points: [TimedValue], _ axis: TimeAxis, _ scale: ChartScale, _ line: String, _ area: String?,
    _ canvas: inout ChartCanvas
  ) {
    guard !points.isEmpty else { return }
    let kept = ChartThinning.indices(count: points.count) {
      axis.column(points[$0].time) / 2
    } value: {
      points[$0].value
    }
    var path = ChartPath()
    path.move(axis.place(points[0].time), scale.place(points[0].value))
    for index in kept.dropFirst() {
      path.horizontal(axis.place(points[index].time))
      path.vertical(scale.place(points[index].value))
    }
    if let area {
      var filled = path
      filled.vertical(scale.place(0))
      filled.horizontal(axis.place(points[0].time))
      filled.close()
      canvas.path(filled, area)
    }
    canvas.path(path, line)
  }

  /// Invisible columns that tell the state of the account when pointed at.
  private func drawHits(_ axis: TimeAxis, top: Double, bottom: Double, _ canvas: inout ChartCanvas) {
    let number = axis.frame == .wide ? 120 : 40
    let width = axis.frame.plotWidth / Double(number)
    let falls = drawdown
    var index = 0
    for column in 0..<number {
      let x = axis.frame.left + Double(column) * width
      while index + 1 < profit.count, axis.place(profit[index + 1].time) < x + width { index += 1 }
      canvas.rectangle(
        x: x, y: top, width: width, height: bottom - top, "hit",
        tip: """
          \(TimeAxis.stamp(profit[index].time))
          profit \(DecimalText.signed(profit[index].value, digits: 2)) BRL
          drawdown \(DecimalText.fixed(falls[index].value, digits: 2)) BRL
          """)
    }
  }
}
