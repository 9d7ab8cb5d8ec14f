// How results spread, beside what a normal distribution of the same mean and deviation would show.

import Glibc

/// A histogram whose bins meet at 0, so that no bar holds both gains and losses.
package struct HistogramChart: ReportChart, Hashable {
  /// Results between two edges.
  package struct Bin: Hashable, Sendable {
    /// Inclusive.
    package var lower: Double
    /// Exclusive.
    package var upper: Double
    package var count: Int
  }

  /// Heading.
  package var title: String
  /// What is counted, in the plural, for example `trades`.
  package var things: String
  /// Unit of the values.
  package var unit: String
  /// Number of values.
  package let count: Int
  /// Mean; nil without values.
  package let mean: Double?
  /// Standard deviation with n - 1; nil for fewer than two values.
  package let deviation: Double?
  /// Ascending and without gaps.
  package let bins: [Bin]

  /// Counts finite `values`.
  ///
  /// The bin width is that of Freedman and Diaconis (1981), 2 IQR / n^(1/3), rounded to 1, 2 or 5 times a power of ten
  /// and widened until at most 60 bins remain.
  package init(title: String, things: String, unit: String, values: [Double]) {
    self.title = title
    self.things = things
    self.unit = unit
    let sorted = values.filter(\.isFinite).sorted()
    count = sorted.count
    mean = sorted.isEmpty ? nil : sorted.reduce(0, +) / Double(sorted.count)
    if let mean, sorted.count > 1 {
      deviation = (sorted.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(sorted.count - 1)).squareRoot()
    } else {
      deviation = nil
    }
    bins = Self.bins(sorted)
  }

  private static func bins(_ sorted: [Double]) -> [Bin] {
    guard let lowest = sorted.first, let highest = sorted.last else { return [] }
    let quartiles = sorted[sorted.count * 3 / 4] - sorted[sorted.count / 4]
    let wanted = 2 * quartiles / cbrt(Double(sorted.count))
    let span = max(highest - lowest, max(abs(highest), 1) * 1e-6)
    let width = roundUp(max(wanted, span / 58))
    let first = (lowest / width).rounded(.down)
    let number = Int((highest / width).rounded(.down) - first) + 1
    var bins = (0..<number).map { index in
      Bin(lower: (first + Double(index)) * width, upper: (first + Double(index) + 1) * width, count: 0)
    }
    for value in sorted { bins[min(number - 1, Int((value / width).rounded(.down) - first))].count += 1 }
    return bins
  }

  /// The next of 1, 2 or 5 times a power of ten.
  private static func roundUp(_ width: Double) -> Double {
    let magnitude = pow(10, floor(log10(width)))
    return [1.0, 2, 5].map { $0 * magnitude }.first { $0 >= width } ?? 10 * magnitude
  }

  package var sparkline: [Double]? { bins.map { Double($0.count) } }

  package var legend: [ChartLegendEntry] {
    [
      ChartLegendEntry("bar-gain", "gains"), ChartLegendEntry("bar-loss", "losses"),
      ChartLegendEntry("line-other", "normal distribution"), ChartLegendEntry("line-mean", "mean"),
    ]
  }

  package var summary: String {
    guard let mean else { return "No \(things)." }
    let spread = deviation.map { ", standard deviation \(DecimalText.fixed($0, digits: 2)) \(unit)" } ?? ""
    let one = things.hasSuffix("s") ? String(things.dropLast()) : things
    return "\(DecimalText.counted(count, one, things)), mean \(DecimalText.signed(mean, digits: 2)) "
      + "\(unit)\(spread)."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = bins.first, let last = bins.last else { return "" }
    let (top, bottom) = (12.0, 212.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 44)
    let width = first.upper - first.lower
    let normal = normalHeights(width: width)
    let tallest = max(Double(bins.map(\.count).max() ?? 1), normal.map(\.y).max() ?? 0)
    let heights = ChartScale(covering: 0...tallest, from: bottom, to: top, count: 4, leastStep: 1)
    heights.drawValues(&canvas, frame)
    let ends = (first.lower - width / 2, last.upper + width / 2)
    func x(_ value: Double) -> Double { frame.left + frame.plotWidth * (value - ends.0) / (ends.1 - ends.0) }
    for bin in bins where bin.count > 0 {
      let (y, left) = (heights.place(Double(bin.count)), x(bin.lower))
      canvas.rectangle(
        x: left + 0.5, y: y, width: max(1, x(bin.upper) - left - 1), height: bottom - y,
        bin.lower < 0 ? "bar-loss" : "bar-gain",
        tip: """
          \(DecimalText.fixed(bin.lower, digits: 2)) to \(DecimalText.fixed(bin.upper, digits: 2)) \(unit)
          \(bin.count) \(things)
          """)
    }
    var curve = ChartPath()
    curve.lines(normal.lazy.map { (x: x($0.x), y: heights.place($0.y)) })
    canvas.path(curve, "line-other")
    if let mean { canvas.line(x(mean), top, x(mean), bottom, "line-mean") }
    for tick in ChartAxis.values(covering: first.lower...last.upper, count: frame == .wide ? 10 : 7) {
      guard x(tick) >= frame.left, x(tick) <= frame.left + frame.plotWidth else { continue }
      canvas.label(DecimalText.compact(tick), x: x(tick), y: bottom + 17, anchor: "middle")
    }
    canvas.label(unit, x: frame.left + frame.plotWidth / 2, y: bottom + 36, anchor: "middle", "unit")
    return canvas.element(frame, title: title, description: summary)
  }

  /// Expected counts per bin of the normal distribution with this mean and deviation, at 81 places.
  private func normalHeights(width: Double) -> [(x: Double, y: Double)] {
    guard let mean, let deviation, deviation > 0, let first = bins.first, let last = bins.last else { return [] }
    let scale = Double(count) * width / (deviation * (2 * Double.pi).squareRoot())
    return (0...80).map { step in
      let x = first.lower + (last.upper - first.lower) * Double(step) / 80
      let z = (x - mean) / deviation
      return (x, scale * exp(-z * z / 2))
    }
  }
}
