// A step chart of a value over time, as inline SVG without scripts or external parts.

import TradingDomain

/// A chart of values that stay constant between their points.
struct TimeSeriesChart {
  /// One value at one time.
  struct Point: Hashable {
    var time: Timestamp
    var value: Double
  }

  /// Heading, also read out by screen readers.
  var title: String
  /// Unit of the values, shown on the axis.
  var unit: String
  /// In order of time, not empty.
  var points: [Point]
  /// CSS colour of the line; the area down (or up) to 0 is a pale shade of it.
  var colour: String

  private static let width = 960.0
  private static let height = 300.0
  private static let left = 96.0
  // Room for half of the last date under the axis.
  private static let right = 48.0
  private static let top = 34.0
  private static let bottom = 48.0

  private var plotWidth: Double { Self.width - Self.left - Self.right }
  private var plotHeight: Double { Self.height - Self.top - Self.bottom }

  /// The `<svg>` element; empty without points.
  func svg() -> String {
    guard let first = points.first, let last = points.last else { return "" }
    let span = max(last.time - first.time, Nanoseconds(1))
    let lowest = min(0, points.map(\.value).min() ?? 0)
    let highest = max(0, points.map(\.value).max() ?? 0)
    let ticks = ChartAxis.values(covering: lowest...highest, count: 5)
    let bottom = ticks[0]
    let range = ticks[ticks.count - 1] - bottom
    func x(_ time: Timestamp) -> Double {
      Self.left + plotWidth * Double((time - first.time).count) / Double(span.count)
    }
    func y(_ value: Double) -> Double { Self.top + plotHeight * (1 - (value - bottom) / range) }

    var parts = [
      """
      <svg viewBox="0 0 \(Int(Self.width)) \(Int(Self.height))" role="img" aria-label="\(HTML.escaped(title))">
      <text class="heading" x="\(text(Self.left))" y="20">\(HTML.escaped(title)) (\(HTML.escaped(unit)))</text>
      """
    ]
    let decimals = ChartAxis.decimals(ticks)
    for tick in ticks {
      parts.append(
        """
        <line class="\(tick == 0 ? "zero" : "grid")" x1="\(text(Self.left))" x2="\(text(Self.left + plotWidth))" \
        y1="\(text(y(tick)))" y2="\(text(y(tick)))"/>
        <text class="tick" text-anchor="end" x="\(text(Self.left - 8))" y="\(text(y(tick) + 4))">\
        \(DecimalText.fixed(tick, digits: decimals))</text>
        """)
    }
    for step in 0...5 {
      let time = first.time + Nanoseconds(Int64(Double(span.count) * Double(step) / 5))
      parts.append(
        """
        <text class="tick" text-anchor="middle" x="\(text(x(time)))" y="\(text(Self.top + plotHeight + 18))">\
        \(ChartAxis.label(time, span: span))</text>
        """)
    }
    parts.append(
      """
      <text class="tick" text-anchor="middle" x="\(text(Self.left + plotWidth / 2))" y="\(text(Self.height - 8))">\
      \(ChartAxis.title(start: first.time, span: span))</text>
      """)
    let line = path(reduced(span: span), x: x, y: y)
    let end = text(x(last.time))
    parts.append(
      """
      <path d="\(line) V\(text(y(0))) H\(text(x(first.time))) Z" fill="\(colour)" fill-opacity="0.12"/>
      <path d="\(line) H\(end)" fill="none" stroke="\(colour)" stroke-width="1.5"/>
      </svg>
      """)
    return parts.joined(separator: "\n")
  }

  /// Steps through the points: across at the old value, then up or down to the new one.
  private func path(_ points: [Point], x: (Timestamp) -> Double, y: (Double) -> Double) -> String {
    var commands = "M\(text(x(points[0].time))) \(text(y(points[0].value)))"
    for point in points.dropFirst() { commands += " H\(text(x(point.time))) V\(text(y(point.value)))" }
    return commands
  }

  /// At most four points per pixel column - first, lowest, highest, last - so that a million points draw like a
  /// thousand and no extreme is lost.
  private func reduced(span: Nanoseconds) -> [Point] {
    guard let first = points.first, points.count > 4 * Int(plotWidth) else { return points }
    var result: [Point] = []
    var start = 0
    while start < points.count {
      func column(_ index: Int) -> Int {
        Int(plotWidth * Double((points[index].time - first.time).count) / Double(span.count))
      }
      var end = start + 1
      while end < points.count, column(end) == column(start) { end += 1 }
      var lowest = start
      var highest = start
      for index in start..<end {
        if points[index].value < points[lowest].value { lowest = index }
        if points[index].value > points[highest].value { highest = index }
      }
      var kept: [Int] = []
      for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where kept.last != index {
        kept.append(index)
      }
      result += kept.map { points[$0] }
      start = end
    }
    return result
  }

  private func text(_ coordinate: Double) -> String {
    // Grouping commas would break the path syntax; coordinates stay below 1,000.
    DecimalText.fixed(coordinate, digits: 1)
  }
}
