// The mean result of a trade in each group - hour, weekday, regime, volatility - with its interval and count.

/// One row for each group: a dot for the mean, a line for its interval, and the number of trades.
package struct BreakdownChart: ReportChart, Hashable {
  /// Trades that share a property.
  package struct Group: Hashable, Sendable {
    /// For example `trend` or `10 h`.
    package var name: String
    /// Trades in the group.
    package var trades: Int
    /// Mean net result of a trade in BRL; nil where the group is too small to speak of one.
    package var meanBRL: Double?
    /// Interval of 95 % around the mean; nil where none is known.
    package var interval: ClosedRange<Double>?

    /// Every field as given.
    package init(name: String, trades: Int, meanBRL: Double?, interval: ClosedRange<Double>?) {
      self.name = name
      self.trades = trades
      self.meanBRL = meanBRL
      self.interval = interval
    }
  }

  /// Heading, for example `Result of a trade by regime (BRL)`.
  package var title: String
  /// In the order shown.
  package var groups: [Group]

  /// Every field as given.
  package init(title: String, groups: [Group]) {
    self.title = title
    self.groups = groups
  }

  package var sparkline: [Double]? { groups.compactMap(\.meanBRL) }

  package var legend: [ChartLegendEntry] {
    [ChartLegendEntry("dot", "mean"), ChartLegendEntry("line-whisker", "95 % interval")]
  }

  /// Groups whose interval lies wholly on one side of zero, by name.
  package var summary: String {
    guard !groups.isEmpty else { return "No groups." }
    func names(_ isThere: (ClosedRange<Double>) -> Bool) -> String {
      groups.filter { $0.interval.map(isThere) ?? false }.map(\.name).joined(separator: ", ")
    }
    let (above, below) = (names { $0.lowerBound > 0 }, names { $0.upperBound < 0 })
    if above.isEmpty, below.isEmpty { return "No group is told from zero: every interval holds it." }
    let parts = [above.isEmpty ? nil : "above zero: \(above)", below.isEmpty ? nil : "below zero: \(below)"]
    return "Told from zero at 95 %, each by itself - " + parts.compactMap { $0 }.joined(separator: "; ") + "."
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard !groups.isEmpty else { return "" }
    let (left, right, row, top) = (frame.nameRoom(groups.map(\.name)), frame == .wide ? 96.0 : 72, 26.0, 22.0)
    let bottom = top + row * Double(groups.count)
    var canvas = ChartCanvas(width: frame.width, height: bottom + 26)
    let values = groups.flatMap { [$0.meanBRL, $0.interval?.lowerBound, $0.interval?.upperBound].compactMap { $0 } }
    let scale = ChartScale(
      covering: min(0, values.min() ?? 0)...max(0, values.max() ?? 0), from: left, to: frame.width - right,
      count: frame == .wide ? 7 : 4)
    for tick in scale.ticks {
      canvas.line(scale.place(tick), top - 4, scale.place(tick), bottom, tick == 0 ? "zero" : "grid")
    }
    scale.drawNumbers(&canvas, y: bottom)
    canvas.label("trades", x: frame.width - 6, y: top - 8, anchor: "end")
    for (index, group) in groups.enumerated() {
      let y = top + row * (Double(index) + 0.5)
      canvas.name(group.name, x: left - 12, y: y + 4)
      let count = DecimalText.fixed(Double(group.trades), digits: 0)
      canvas.label(count, x: frame.width - 6, y: y + 4, anchor: "end", "figure")
      guard let mean = group.meanBRL else {
        canvas.label("too few", x: scale.place(0) + 8, y: y + 4)
        continue
      }
      var tip = "\(group.name): \(DecimalText.signed(mean, digits: 2)) BRL a trade, \(count) trades"
      if let interval = group.interval {
        canvas.line(scale.place(interval.lowerBound), y, scale.place(interval.upperBound), y, "whisker")
        tip +=
          "\n95 %: \(DecimalText.fixed(interval.lowerBound, digits: 2)) to "
          + DecimalText.fixed(interval.upperBound, digits: 2)
      }
      canvas.circle(x: scale.place(mean), y: y, radius: 4, "dot", tip: tip)
    }
    return canvas.element(frame, title: title, description: summary)
  }
}
