// The Hughes curve as SVG: gain against number of features, its interval band and the chosen number.

import Features
import Foundation

/// Draws a ``HughesCurve``; the axis of counts is logarithmic, since what matters happens among the first.
struct HughesChart {
  let curve: HughesCurve

  /// The `<svg>` element.
  func svg() -> String {
    let (width, height, left, right, top, bottom) = (960.0, 360.0, 88.0, 24.0, 34.0, 48.0)
    let points = curve.points
    let low = min(0, points.map(\.lower).min() ?? 0)
    let high = max(0, points.map(\.upper).max() ?? 0)
    let span = high > low ? high - low : 1
    let lastLog = log(Double(max(2, points[points.count - 1].count)))
    func x(_ count: Int) -> Double { left + (width - left - right) * log(Double(count)) / lastLog }
    func y(_ gain: Double) -> Double { top + (height - top - bottom) * (high - gain) / span }
    func place(_ count: Int, _ gain: Double) -> String {
      "\(ChartText.coordinate(x(count))) \(ChartText.coordinate(y(gain)))"
    }
    var parts: [String] = []
    for step in 0...4 {
      let gain = low + span * Double(step) / 4
      parts.append(ChartText.line(left, y(gain), width - right, y(gain), style: "grid"))
      parts.append(ChartText.label(ChartText.fixed(gain, digits: 4), x: left - 8, y: y(gain) + 4, anchor: "end"))
    }
    parts.append(ChartText.line(left, y(0), width - right, y(0), style: "zero"))
    var lastLabel = -100.0
    for point in points where x(point.count) - lastLabel > 26 {
      lastLabel = x(point.count)
      parts.append(ChartText.label("\(point.count)", x: lastLabel, y: height - bottom + 18, anchor: "middle"))
    }
    parts.append(
      ChartText.label(
        "features (logarithmic axis)", x: (left + width - right) / 2, y: height - 8, anchor: "middle"))
    let above = points.map { place($0.count, $0.upper) }
    let below = points.reversed().map { place($0.count, $0.lower) }
    let chosen = points[curve.chosen]
    parts.append("<path class=\"band\" d=\"M\((above + below).joined(separator: " L")) Z\"/>")
    parts.append("<path class=\"curve\" d=\"M\(points.map { place($0.count, $0.gain) }.joined(separator: " L"))\"/>")
    parts.append(ChartText.line(x(chosen.count), top, x(chosen.count), height - bottom, style: "chosen"))
    parts.append(
      ChartText.label(
        "k = \(chosen.count)", x: min(x(chosen.count) + 6, width - 60), y: top + 12, style: "tick"))
    return ChartText.svg(
      "Out-of-sample gain over the base rate (nats a label) with its 95 % interval", width: width, height: height,
      parts)
  }
}
