// How far each trade went against its position before it ended, and how it ended: where a stop would have cut.

/// A scatter of maximum adverse excursion against net result.
///
/// Source: J. Sweeney, "Maximum Adverse Excursion" (1997): if winners rarely went further against the position than
/// some distance, a stop beyond it costs little.
package struct ExcursionChart: ReportChart, Hashable {
  /// One trade.
  package struct Trade: Hashable, Sendable {
    /// Largest open loss while it was held, in BRL, 0 or above.
    package var adverseBRL: Double
    /// Net result in BRL.
    package var profitBRL: Double

    /// Every field as given.
    package init(adverseBRL: Double, profitBRL: Double) {
      self.adverseBRL = adverseBRL
      self.profitBRL = profitBRL
    }
  }

  /// More marks than this would merge into a blot: the rest is left out evenly.
  package static let mostMarks = 800

  package var title: String { "Largest open loss of a trade against its result (BRL)" }
  /// In any order.
  package var trades: [Trade]

  /// Every field as given.
  package init(trades: [Trade]) { self.trades = trades }

  package var legend: [ChartLegendEntry] {
    [ChartLegendEntry("mark-win", "gain"), ChartLegendEntry("mark-lose", "loss")]
  }

  package var summary: String {
    let open = trades.filter { $0.profitBRL > 0 }.map(\.adverseBRL).sorted()
    guard !open.isEmpty else { return "No trade ended with a gain." }
    let reach = DecimalText.fixed(PathFanChart.quantile(open, 0.9), digits: 2)
    let beyond = trades.filter { $0.profitBRL <= 0 && $0.adverseBRL > PathFanChart.quantile(open, 0.9) }.count
    let drawn = shown.count < trades.count ? " Drawn: \(shown.count) of \(trades.count)." : ""
    return "Nine of ten winners were never more than \(reach) BRL under water; "
      + "\(DecimalText.counted(beyond, "loser", "losers")) went further.\(drawn)"
  }

  /// Every so many of the trades by their result, so that both ends stay.
  private var shown: [Trade] {
    let sorted = trades.sorted {
      $0.profitBRL != $1.profitBRL ? $0.profitBRL < $1.profitBRL : $0.adverseBRL < $1.adverseBRL
    }
    guard sorted.count > Self.mostMarks else { return sorted }
    let last = Self.mostMarks - 1
    return (0...last).map { sorted[$0 * (sorted.count - 1) / last] }
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard !trades.isEmpty else { return "" }
    let (top, bottom) = (12.0, 232.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 42)
    let results = trades.map(\.profitBRL)
    let heights = ChartScale(
      covering: min(0, results.min() ?? 0)...max(0, results.max() ?? 0), from: bottom, to: top, count: 6)
    let widths = ChartScale(
      covering: 0...(trades.map(\.adverseBRL).max() ?? 0), from: frame.left, to: frame.width - frame.right,
      count: frame == .wide ? 8 : 4)
    heights.drawValues(&canvas, frame)
    widths.drawNumbers(&canvas, y: bottom)
    canvas.label("largest open loss", x: frame.left + frame.plotWidth / 2, y: bottom + 36, anchor: "middle", "unit")
    // One path for each kind: hundreds of elements would weigh down the page.
    var (gains, losses) = (ChartPath(), ChartPath())
    for trade in shown {
      let (x, y) = (widths.place(trade.adverseBRL), heights.place(trade.profitBRL))
      if trade.profitBRL > 0 { gains.dot(x: x, y: y) } else { losses.cross(x: x, y: y, radius: 2.4) }
    }
    canvas.path(losses, "scatter-lose")
    canvas.path(gains, "scatter-win")
    return canvas.element(frame, title: title, description: summary)
  }
}
