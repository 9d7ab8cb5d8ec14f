// From values to places on the drawing, and the axis that says so.

/// A linear scale over a range that ends on round ticks.
struct ChartScale {
  /// Round values from the lowest to the highest, ascending, at least two.
  let ticks: [Double]
  /// Place of the lowest tick.
  let start: Double
  /// Place of the highest tick; above ``start`` on screen for a value axis, so usually smaller.
  let end: Double

  /// A scale over `range`, widened to round ticks, about `count` of them.
  ///
  /// - Parameter leastStep: Ticks are at least this far apart; 1 for a scale of counts.
  init(covering range: ClosedRange<Double>, from start: Double, to end: Double, count: Int, leastStep: Double = 0) {
    ticks = ChartAxis.values(covering: range, count: count, leastStep: leastStep)
    self.start = start
    self.end = end
  }

  /// Where `value` lies.
  func place(_ value: Double) -> Double {
    start + (end - start) * (value - ticks[0]) / (ticks[ticks.count - 1] - ticks[0])
  }

  /// A tick as text, short and with the decimals that tell neighbours apart.
  func label(_ tick: Double) -> String {
    let step = ticks[1] - ticks[0]
    let largest = max(abs(ticks[0]), abs(ticks[ticks.count - 1]))
    // Thousands from ten thousand on: 5,000 reads better than 5k.
    let units: [(size: Double, from: Double, letter: String)] = [(1e9, 1e9, "G"), (1e6, 1e6, "M"), (1e3, 1e4, "k")]
    guard let unit = units.first(where: { largest >= $0.from && step >= $0.size / 10 })
    else { return DecimalText.fixed(tick, digits: ChartAxis.decimals(ticks)) }
    let text = DecimalText.fixed(tick / unit.size, digits: ChartAxis.decimals(ticks.map { $0 / unit.size }))
    return tick == 0 ? "0" : text + unit.letter
  }

  /// Grid lines across `frame` with labels at the left; the one at 0 is drawn stronger.
  ///
  /// - Parameter left: Where the plot begins; nil for where it begins in this frame.
  func drawValues(_ canvas: inout ChartCanvas, _ frame: ChartFrame, left: Double? = nil) {
    let start = left ?? frame.left
    for tick in ticks {
      let y = place(tick)
      canvas.line(start, y, frame.width - frame.right, y, tick == 0 ? "zero" : "grid")
      canvas.label(label(tick), x: start - 8, y: y + 4, anchor: "end")
    }
  }

  /// Labels under the plot at `y`, for a horizontal axis of numbers.
  func drawNumbers(_ canvas: inout ChartCanvas, y: Double) {
    for tick in ticks { canvas.label(label(tick), x: place(tick), y: y + 17, anchor: "middle") }
  }
}
