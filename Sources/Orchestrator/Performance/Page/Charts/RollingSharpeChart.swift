// The rolling Sharpe ratio with its band of 95 %.

import TradingDomain

/// A line in the band within which the true value lies 19 times out of 20.
package struct RollingSharpeChart: ReportChart, Hashable {
  package var title: String { "Sharpe ratio of the last \(window) sessions, annualised" }
  /// Sessions in each window.
  package let window: Int
  /// Ascending in time.
  package let values: [RollingSharpe]

  /// - Precondition: `window` is at least 2.
  package init(sessions: [SessionProfit], window: Int = 63) {
    self.window = window
    values = RollingSharpe.values(sessions, window: window)
  }

  package var sparkline: [Double]? { values.map(\.value) }

  package var legend: [ChartLegendEntry] {
    [ChartLegendEntry("line-main", "Sharpe ratio"), ChartLegendEntry("band", "95 % interval")]
  }

  package var summary: String {
    guard let last = values.last else { return "Fewer than \(window) sessions: no window is full." }
    let above = values.filter { $0.value - ConfidenceInterval.normal95 * $0.standardError > 0 }.count
    return "Last window \(DecimalText.fixed(last.value, digits: 2)) +- "
      + "\(DecimalText.fixed(last.standardError, digits: 2)); the interval lies above zero in \(above) of "
      + "\(values.count) windows, which overlap."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = values.first, let last = values.last else { return "" }
    let (top, bottom) = (12.0, frame == .wide ? 222.0 : 200.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 28)
    func time(_ date: SessionDate) -> Timestamp { BrasiliaTime.timestamp(date, timeOfDay: .seconds(12 * 3600)) }
    let axis = TimeAxis(from: time(first.date), to: time(last.date), frame)
    let reach = ConfidenceInterval.normal95
    let lowest = values.map { $0.value - reach * $0.standardError }.min() ?? 0
    let highest = values.map { $0.value + reach * $0.standardError }.max() ?? 0
    let scale = ChartScale(covering: min(0, lowest)...max(0, highest), from: bottom, to: top, count: 5)
    scale.drawValues(&canvas, frame)
    axis.draw(&canvas, y: bottom)
    let step = max(1, values.count / Int(frame.plotWidth / 2))
    let kept = values.indices.filter { $0 % step == 0 || $0 == values.count - 1 }
    func points(_ offset: Double) -> [(x: Double, y: Double)] {
      kept.map {
        (axis.place(time(values[$0].date)), scale.place(values[$0].value + offset * values[$0].standardError))
      }
    }
    var band = ChartPath()
    band.lines(points(reach))
    band.lines(points(-reach).reversed(), joined: true)
    band.close()
    canvas.path(band, "band")
    var line = ChartPath()
    line.lines(points(0))
    canvas.path(line, "line-main")
    let hits = ChartThinning.groups(count: values.count, limit: frame == .wide ? 120 : 40)
    for group in hits {
      let value = values[group.upperBound - 1]
      let left = axis.place(time(values[group.lowerBound].date))
      canvas.rectangle(
        x: left, y: top, width: max(2, axis.place(time(value.date)) - left + 1), height: bottom - top, "hit",
        tip: """
          \(value.date)
          \(DecimalText.fixed(value.value, digits: 2)) +- \(DecimalText.fixed(value.standardError, digits: 2))
          """)
    }
    return canvas.element(frame, title: title, description: summary)
  }
}
