// Prices as candles in plain text, for a first look at a day.

import TradingDomain

/// Draws bars as candles: a wick of `|`, a body of `O` where the close is not below the open and of `#` where it is.
struct CandleChart {
  var width = 72
  var height = 14

  /// The chart of `bars`, merged to at most `width` candles, with a price scale in points; empty without bars.
  func text(_ bars: [Bar], _ instrument: Instrument) -> String {
    let candles = merged(bars)
    guard let low = candles.map(\.low).min(), let high = candles.map(\.high).max() else { return "" }
    let span = max(high.ticks - low.ticks, 1)
    func row(_ price: Price) -> Int { Int((high.ticks - price.ticks) * Int64(height - 1) / span) }
    var canvas = [[Character]](repeating: [Character](repeating: " ", count: candles.count), count: height)
    for (column, candle) in candles.enumerated() {
      for line in row(candle.high)...row(candle.low) { canvas[line][column] = "|" }
      let body = candle.close >= candle.open ? Character("O") : Character("#")
      let top = row(max(candle.open, candle.close))
      for line in top...row(min(candle.open, candle.close)) { canvas[line][column] = body }
    }
    let places = TickGrid(tickSize: instrument.tickSize)?.decimals ?? 2
    let labels = (0..<height).map { line -> String in
      let ticks = high.ticks - span * Int64(line) / Int64(height - 1)
      return line % 3 == 0 || line == height - 1 ? fixed(instrument.points(Price(ticks: ticks)), places) : ""
    }
    let margin = labels.map(\.count).max() ?? 0
    return zip(labels, canvas).map { label, line in
      var text = String(repeating: " ", count: margin - label.count) + label + " " + String(line)
      while text.last == " " { text.removeLast() }
      return text
    }.joined(separator: "\n")
  }

  /// Neighbouring bars merged so that at most `width` remain.
  private func merged(_ bars: [Bar]) -> [Bar] {
    let perCandle = max(1, (bars.count + width - 1) / width)
    return stride(from: 0, to: bars.count, by: perCandle).map { start in
      var candle = bars[start]
      for bar in bars[start..<min(start + perCandle, bars.count)].dropFirst() {
        candle.high = max(candle.high, bar.high)
        candle.low = min(candle.low, bar.low)
        candle.close = bar.close
      }
      return candle
    }
  }
}
