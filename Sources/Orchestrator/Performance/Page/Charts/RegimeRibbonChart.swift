// The price with the regime that the model saw, one lane for each regime below it.

package import TradingDomain

/// A price line over lanes: the lane, not only the colour, tells the regime.
package struct RegimeRibbonChart: ReportChart, Hashable {
  /// A stretch of time in one regime.
  package struct Span: Hashable, Sendable {
    /// Inclusive.
    package var start: Timestamp
    /// Exclusive.
    package var end: Timestamp
    /// Index into the names.
    package var regime: Int

    /// Every field as given.
    package init(start: Timestamp, end: Timestamp, regime: Int) {
      self.start = start
      self.end = end
      self.regime = regime
    }
  }

  /// Pauses up to this long (nights, weekends, a holiday beside one) are drawn as the span before them: gaps all over
  /// would hide the changes.
  private static let longestPause = Nanoseconds.seconds(5 * 86_400)

  /// Heading.
  package var title: String
  /// Prices in points, in order of time.
  package var prices: [TimedValue]
  /// In order of time, not overlapping.
  package var spans: [Span]
  /// Names of the regimes; a span's regime is one of them.
  package var names: [String]

  /// - Precondition: Every span's regime has a name.
  package init(title: String = "Price and regime", prices: [TimedValue], spans: [Span], names: [String]) {
    precondition(spans.allSatisfy { names.indices.contains($0.regime) }, "\(title): a span's regime has no name")
    self.title = title
    self.prices = prices
    self.spans = spans
    self.names = names
  }

  package var sparkline: [Double]? { prices.map(\.value) }

  package var summary: String {
    let shares = names.indices.map { regime -> Double in
      spans.filter { $0.regime == regime }.reduce(0) { $0 + Double(($1.end - $1.start).count) }
    }
    let total = shares.reduce(0, +)
    guard total > 0 else { return "No regimes." }
    let parts = names.indices.map { "\(names[$0]) \(DecimalText.percent(shares[$0] / total, digits: 0))" }
    return "Share of the time: " + parts.joined(separator: ", ") + "."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = prices.first, let last = prices.last else { return "" }
    let (top, middle, lane) = (12.0, frame == .wide ? 190.0 : 160.0, 15.0)
    let lanes = middle + 14
    let bottom = lanes + lane * Double(names.count)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 28)
    let left = frame.nameRoom(names)
    let axis = TimeAxis(from: first.time, to: last.time, frame, left: left)
    let values = prices.map(\.value)
    let scale = ChartScale(
      covering: (values.min() ?? 0)...(values.max() ?? 0), from: middle, to: top, count: 4)
    scale.drawValues(&canvas, frame, left: left)
    axis.draw(&canvas, y: bottom)
    let kept = ChartThinning.indices(count: prices.count) {
      axis.column(prices[$0].time) / 2
    } value: {
      prices[$0].value
    }
    var line = ChartPath()
    line.lines(kept.map { (axis.place(prices[$0].time), scale.place(values[$0])) })
    canvas.path(line, "line-price")
    for (index, name) in names.enumerated() {
      canvas.name(name, x: left - 8, y: lanes + lane * (Double(index) + 0.5) + 4, "lane")
      canvas.rectangle(
        x: left, y: lanes + lane * Double(index) + 1, width: frame.width - frame.right - left, height: lane - 2,
        "heat-empty")
    }
    drawSpans(axis, lanes: lanes, lane: lane, &canvas)
    return canvas.element(frame, title: title, description: summary)
  }

  /// One path for each regime: thousands of short spans as elements of their own would weigh down the page.
  private func drawSpans(_ axis: TimeAxis, lanes: Double, lane: Double, _ canvas: inout ChartCanvas) {
    for regime in names.indices {
      let y = lanes + lane * Double(regime) + 1
      var path = ChartPath()
      var drawnTo = -1.0
      for (index, span) in spans.enumerated() where span.regime == regime {
        let next = index + 1 < spans.count ? spans[index + 1].start : span.end
        let end = next - span.end <= Self.longestPause ? max(next, span.end) : span.end
        guard end > axis.first, span.start < axis.last else { continue }
        let right = axis.place(min(end, axis.last))
        let left = max(axis.place(max(span.start, axis.first)), drawnTo)
        // Within a tenth of a unit of what is drawn already: nothing new to see.
        guard right - left > 0.1 else { continue }
        path.move(left, y)
        path.horizontal(right)
        path.vertical(y + lane - 2)
        path.horizontal(left)
        path.close()
        drawnTo = right
      }
      canvas.path(path, "regime-\(regime % 6)", tip: names[regime])
    }
  }
}
