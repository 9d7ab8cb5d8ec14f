// The price with where positions were entered and left, and whether they won.

package import TradingDomain

/// Candles, or bars of high to low where there are many, with marks of trades.
///
/// The axis counts bars, not hours, so that nights and weekends take no room. Entries are triangles that point the way
/// of the position; a winner's exit is a full circle and a loser's a cross: colour only repeats what shapes say.
package struct TradePriceChart: ReportChart, Hashable {
  /// A round trip on the chart.
  package struct Trade: Hashable, Sendable {
    package var side: Side
    package var entryTime: Timestamp
    /// In points.
    package var entryPrice: Double
    package var exitTime: Timestamp
    /// In points.
    package var exitPrice: Double
    /// Net of costs, in BRL.
    package var profitBRL: Double

    /// Every field as given.
    package init(
      side: Side, entryTime: Timestamp, entryPrice: Double, exitTime: Timestamp, exitPrice: Double, profitBRL: Double
    ) {
      self.side = side
      self.entryTime = entryTime
      self.entryPrice = entryPrice
      self.exitTime = exitTime
      self.exitPrice = exitPrice
      self.profitBRL = profitBRL
    }
  }

  /// Marks beyond this number would hide the price: the largest results stay.
  package static let mostTrades = 250

  /// Heading.
  package var title: String
  /// Ascending in time.
  package var bars: [PriceBar]
  /// Trades in order of their entries; those with the largest results if there are too many.
  package private(set) var trades: [Trade]
  /// Trades given, drawn or not.
  package let tradeCount: Int

  /// Keeps the ``mostTrades`` trades with the largest results, gain or loss.
  package init(title: String = "Price with entries and exits", bars: [PriceBar], trades: [Trade]) {
    self.title = title
    self.bars = bars
    tradeCount = trades.count
    let ranked = trades.indices.sorted {
      let (left, right) = (abs(trades[$0].profitBRL), abs(trades[$1].profitBRL))
      return left != right ? left > right : $0 < $1
    }
    self.trades = ranked.prefix(Self.mostTrades).sorted().map { trades[$0] }
  }

  package var sparkline: [Double]? { bars.map(\.close) }

  package var legend: [ChartLegendEntry] {
    [
      ChartLegendEntry("mark-long", "long entry"), ChartLegendEntry("mark-short", "short entry"),
      ChartLegendEntry("mark-win", "exit with gain"), ChartLegendEntry("mark-lose", "exit with loss"),
    ]
  }

  package var summary: String {
    let winners = trades.filter { $0.profitBRL > 0 }.count
    let all = DecimalText.counted(tradeCount, "trade", "trades")
    let shown = tradeCount > trades.count ? "The \(trades.count) largest of \(all)" : all
    return "\(shown): \(winners) gained, \(trades.count - winners) did not."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard !bars.isEmpty else { return "" }
    let (top, bottom) = (12.0, frame == .wide ? 330.0 : 260.0)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 28)
    let shown = PriceBar.merged(bars, limit: frame == .wide ? 860 : 320)
    let prices = trades.flatMap { [$0.entryPrice, $0.exitPrice] }
    let lowest = min(shown.map(\.low).min() ?? 0, prices.min() ?? .infinity)
    let highest = max(shown.map(\.high).max() ?? 0, prices.max() ?? -.infinity)
    let scale = ChartScale(covering: lowest...highest, from: bottom, to: top, count: 6)
    let pitch = frame.plotWidth / Double(shown.count)
    scale.drawValues(&canvas, frame)
    drawTimes(shown, frame, pitch: pitch, bottom: bottom, &canvas)
    drawBars(shown, frame, pitch: pitch, scale, &canvas)
    func x(_ time: Timestamp) -> Double { frame.left + pitch * (Double(Self.index(of: time, in: shown)) + 0.5) }
    for trade in trades { draw(trade, x, scale, &canvas) }
    return canvas.element(frame, title: title, description: summary)
  }

  /// The last bar that starts at or before `time`, or the first.
  package static func index(of time: Timestamp, in bars: [PriceBar]) -> Int {
    var (low, high) = (0, bars.count)
    while low < high {
      let middle = (low + high) / 2
      if bars[middle].time <= time { low = middle + 1 } else { high = middle }
    }
    return max(0, low - 1)
  }

  private func drawBars(
    _ shown: [PriceBar], _ frame: ChartFrame, pitch: Double, _ scale: ChartScale, _ canvas: inout ChartCanvas
  ) {
    var wicks = ChartPath()
    var (rising, falling) = (ChartPath(), ChartPath())
    let half = pitch * 0.34
    for (index, bar) in shown.enumerated() {
      let x = frame.left + pitch * (Double(index) + 0.5)
      wicks.move(x, scale.place(bar.high))
      wicks.vertical(max(scale.place(bar.low), scale.place(bar.high) + 0.5))
      // Bodies narrower than this blur into a band.
      guard pitch >= 3.5 else { continue }
      let (upper, lower) = (scale.place(max(bar.open, bar.close)), scale.place(min(bar.open, bar.close)))
      func body(_ path: inout ChartPath) {
        path.move(x - half, upper)
        path.horizontal(x + half)
        path.vertical(max(lower, upper + 0.6))
        path.horizontal(x - half)
        path.close()
      }
      if bar.close >= bar.open { body(&rising) } else { body(&falling) }
    }
    canvas.path(wicks, pitch >= 3.5 ? "wick" : "wick-dense")
    canvas.path(rising, "candle-up")
    canvas.path(falling, "candle-down")
  }

  /// Labels where the day changes, or the hour within a single day.
  private func drawTimes(
    _ shown: [PriceBar], _ frame: ChartFrame, pitch: Double, bottom: Double, _ canvas: inout ChartCanvas
  ) {
    let local = shown.map { BrasiliaTime.local($0.time) }
    let isOneDay = local[0].date == local[local.count - 1].date
    func part(_ index: Int) -> Int64 {
      isOneDay ? local[index].timeOfDay.count / 3_600_000_000_000 : Int64(local[index].date.dayNumber)
    }
    let changes = shown.indices.filter { $0 == 0 || part($0) != part($0 - 1) }
    let stride = max(1, (changes.count + frame.timeLabels - 1) / frame.timeLabels)
    for (number, index) in changes.enumerated() where number % stride == 0 {
      let x = frame.left + pitch * Double(index)
      if index > 0 { canvas.line(x, 12, x, bottom, "day") }
      let label = isOneDay ? TimeAxis.clock(shown[index].time) : TimeAxis.label(local[index].date)
      canvas.label(label, x: x, y: bottom + 18, anchor: x > frame.width - 50 ? "end" : "start")
    }
  }

  private func draw(
    _ trade: Trade, _ x: (Timestamp) -> Double, _ scale: ChartScale, _ canvas: inout ChartCanvas
  ) {
    let entry = (x: x(trade.entryTime), y: scale.place(trade.entryPrice))
    let exit = (x: x(trade.exitTime), y: scale.place(trade.exitPrice))
    let isWinner = trade.profitBRL > 0
    canvas.line(entry.x, entry.y, exit.x, exit.y, isWinner ? "hold-win" : "hold-lose")
    let way = trade.side == .buy ? -1.0 : 1
    var triangle = ChartPath()
    triangle.move(entry.x, entry.y + 5 * way)
    triangle.line(entry.x - 4.5, entry.y - 3.5 * way)
    triangle.line(entry.x + 4.5, entry.y - 3.5 * way)
    triangle.close()
    let side = trade.side == .buy ? "long" : "short"
    canvas.path(triangle, trade.side == .buy ? "mark-long" : "mark-short", tip: "\(side) entry\n\(tip(trade))")
    if isWinner {
      canvas.circle(x: exit.x, y: exit.y, radius: 3.4, "mark-win", tip: "exit of a \(side)\n\(tip(trade))")
    } else {
      var cross = ChartPath()
      cross.cross(x: exit.x, y: exit.y, radius: 3.4)
      canvas.path(cross, "mark-lose", tip: "exit of a \(side)\n\(tip(trade))")
    }
  }

  private func tip(_ trade: Trade) -> String {
    """
    \(TimeAxis.stamp(trade.entryTime)) at \(DecimalText.fixed(trade.entryPrice, digits: 1))
    \(TimeAxis.stamp(trade.exitTime)) at \(DecimalText.fixed(trade.exitPrice, digits: 1))
    \(DecimalText.signed(trade.profitBRL, digits: 2)) BRL
    """
  }
}
