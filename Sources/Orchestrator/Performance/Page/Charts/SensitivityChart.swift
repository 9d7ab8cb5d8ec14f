// The result as one assumption changes: latency, the cost factor, or the queue model.

/// A curve of net profit with its interval, and where it crosses zero.
package struct SensitivityChart: ReportChart, Hashable {
  /// The result under one assumption.
  package struct Point: Hashable, Sendable {
    /// Place on the axis; for named assumptions their rank.
    package var x: Double
    /// Written under the point; empty to leave the place to the axis's numbers.
    package var name: String
    /// Net profit in BRL.
    package var profitBRL: Double
    /// Interval of 95 % around the profit; nil where none is known.
    package var interval: ClosedRange<Double>?

    /// Every field as given.
    package init(x: Double, name: String = "", profitBRL: Double, interval: ClosedRange<Double>? = nil) {
      self.x = x
      self.name = name
      self.profitBRL = profitBRL
      self.interval = interval
    }
  }

  /// Heading.
  package var title: String
  /// What the axis counts, with its unit: `entry latency (ms)`.
  package var axisName: String
  /// Ascending in ``Point/x``.
  package var points: [Point]

  /// Every field as given.
  package init(title: String, axisName: String, points: [Point]) {
    self.title = title
    self.axisName = axisName
    self.points = points
  }

  /// Named assumptions (queue models, fill rules) at equal distances.
  package init(
    title: String, axisName: String, named: [(name: String, profitBRL: Double, interval: ClosedRange<Double>?)]
  ) {
    self.init(
      title: title, axisName: axisName,
      points: named.enumerated().map {
        Point(x: Double($0), name: $1.name, profitBRL: $1.profitBRL, interval: $1.interval)
      })
  }

  /// Whether the places are ranks of names, between which no line may be drawn.
  private var isNamed: Bool { points.contains { !$0.name.isEmpty } }

  /// Where the profit first falls to zero, interpolated between neighbours; nil if it does not, or for names.
  package var breakEven: Double? {
    guard !isNamed else { return nil }
    for (left, right) in zip(points, points.dropFirst()) where left.profitBRL > 0 && right.profitBRL <= 0 {
      return left.x + (right.x - left.x) * left.profitBRL / (left.profitBRL - right.profitBRL)
    }
    return nil
  }

  package var sparkline: [Double]? { points.map(\.profitBRL) }

  package var summary: String {
    guard let first = points.first, let last = points.last else { return "No points." }
    if let breakEven {
      return "The profit is gone at \(axisName) = \(DecimalText.compact(breakEven))."
    }
    if isNamed {
      let signs = Set(points.map { $0.profitBRL > 0 })
      return signs.count > 1
        ? "The sign of the result depends on the assumption." : "The sign of the result is the same under each."
    }
    let verdict = points.allSatisfy { $0.profitBRL <= 0 } ? "no profit at any point" : "no break-even in this range"
    return "From \(DecimalText.signed(first.profitBRL, digits: 2)) to "
      + "\(DecimalText.signed(last.profitBRL, digits: 2)) BRL: \(verdict)."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = points.first, let last = points.last else { return "" }
    let (top, bottom) = (14.0, 200.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 44)
    let values = points.flatMap { [$0.profitBRL, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
    let scale = ChartScale(
      covering: min(0, values.min() ?? 0)...max(0, values.max() ?? 0), from: bottom, to: top, count: 5)
    scale.drawValues(&canvas, frame)
    let inset = isNamed ? frame.plotWidth / Double(points.count) / 2 : 10
    let span = last.x > first.x ? last.x - first.x : 1
    func x(_ value: Double) -> Double { frame.left + inset + (frame.plotWidth - 2 * inset) * (value - first.x) / span }
    if isNamed {
      let room = Int(2 * inset / 7)
      for point in points {
        let name = point.name.count > room ? point.name.prefix(max(1, room - 1)) + "\u{2026}" : point.name
        canvas.label(name, x: x(point.x), y: bottom + 17, anchor: "middle")
      }
    } else {
      drawCurve(x, scale, &canvas)
      for tick in ChartAxis.values(covering: first.x...last.x, count: frame == .wide ? 8 : 5)
      where tick >= first.x && tick <= last.x {
        canvas.label(DecimalText.compact(tick), x: x(tick), y: bottom + 17, anchor: "middle")
      }
    }
    for point in points {
      if isNamed, let interval = point.interval {
        canvas.line(
          x(point.x), scale.place(interval.lowerBound), x(point.x), scale.place(interval.upperBound), "whisker")
      }
      canvas.circle(x: x(point.x), y: scale.place(point.profitBRL), radius: 4, "dot", tip: tip(point))
    }
    canvas.label(axisName, x: frame.left + frame.plotWidth / 2, y: bottom + 37, anchor: "middle", "unit")
    if let breakEven {
      let place = x(breakEven)
      canvas.line(place, top, place, bottom, "break-even")
      let isRight = place > frame.left + frame.plotWidth * 0.6
      canvas.label(
        "break-even \(DecimalText.compact(breakEven))", x: place + (isRight ? -7 : 7), y: top + 11,
        anchor: isRight ? "end" : "start", "figure")
    }
    return canvas.element(frame, title: title, description: summary)
  }

  private func drawCurve(_ x: (Double) -> Double, _ scale: ChartScale, _ canvas: inout ChartCanvas) {
    let bounded = points.filter { $0.interval != nil }
    var band = ChartPath()
    band.lines(bounded.map { (x($0.x), scale.place($0.interval?.upperBound ?? $0.profitBRL)) })
    band.lines(
      bounded.reversed().map { (x($0.x), scale.place($0.interval?.lowerBound ?? $0.profitBRL)) }, joined: true)
    if bounded.count > 1 { canvas.path(band, "band") }
    var line = ChartPath()
    line.lines(points.map { (x($0.x), scale.place($0.profitBRL)) })
    canvas.path(line, "line-main")
  }

  private func tip(_ point: Point) -> String {
    let place = point.name.isEmpty ? "\(axisName) = \(DecimalText.compact(point.x))" : point.name
    let interval =
      point.interval.map {
        "\n95 %: \(DecimalText.fixed($0.lowerBound, digits: 2)) to \(DecimalText.fixed($0.upperBound, digits: 2))"
      } ?? ""
    return "\(place)\n\(DecimalText.signed(point.profitBRL, digits: 2)) BRL\(interval)"
  }
}
