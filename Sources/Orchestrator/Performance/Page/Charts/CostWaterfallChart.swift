// From what the market gave to what is left: every cost takes its step.

/// Steps from the gross to the net result.
package struct CostWaterfallChart: ReportChart, Hashable {
  /// One cost.
  package struct Cost: Hashable, Sendable {
    /// For example `spread`.
    package var name: String
    /// Positive takes away; negative (a rebate) adds.
    package var amountBRL: Double

    /// Every field as given.
    package init(_ name: String, amountBRL: Double) {
      self.name = name
      self.amountBRL = amountBRL
    }
  }

  package var title: String { "From gross to net (BRL)" }
  /// Result at mid prices without any cost.
  package var grossBRL: Double
  /// In the order taken off: spread, slippage, fees, tax.
  package var costs: [Cost]

  /// Every field as given.
  package init(grossBRL: Double, costs: [Cost]) {
    self.grossBRL = grossBRL
    self.costs = costs
  }

  /// What is left.
  package var netBRL: Double { costs.reduce(grossBRL) { $0 - $1.amountBRL } }

  package var summary: String {
    let taken = grossBRL - netBRL
    let share = grossBRL > 0 ? ", \(DecimalText.percent(taken / grossBRL, digits: 0)) of the gross result" : ""
    return "Costs take \(DecimalText.fixed(taken, digits: 2)) BRL\(share); "
      + "\(DecimalText.signed(netBRL, digits: 2)) BRL are left."
  }

  package func svg(_ frame: ChartFrame) -> String {
    let left = frame.nameRoom(["gross"] + costs.map(\.name))
    let largest = [grossBRL, netBRL] + costs.map(\.amountBRL)
    let right = 14 + (largest.map { ChartCanvas.width(of: DecimalText.signed($0, digits: 2)) }.max() ?? 0)
    let row = 32.0
    var sums = [grossBRL]
    for cost in costs { sums.append(sums[sums.count - 1] - cost.amountBRL) }
    let (lowest, highest) = (min(0, sums.min() ?? 0), max(0, sums.max() ?? 0))
    let span = highest > lowest ? highest - lowest : 1
    func x(_ value: Double) -> Double { left + (frame.width - left - right) * (value - lowest) / span }
    var canvas = ChartCanvas(width: frame.width, height: row * Double(costs.count + 2) + 8)
    canvas.line(x(0), 2, x(0), canvas.height - 2, "zero")
    func bar(_ index: Int, _ name: String, from: Double, to: Double, text: String, style: String) {
      let y = 4 + row * Double(index)
      canvas.name(name, x: left - 12, y: y + 19)
      let width = max(1.5, abs(x(to) - x(from)))
      canvas.rectangle(
        x: min(x(from), x(to)), y: y + 4, width: width, height: row - 10, style, tip: "\(name): \(text) BRL")
      canvas.label(text, x: max(x(from), x(to)) + 8, y: y + 19, "figure")
      if index <= costs.count { canvas.line(x(to), y + row - 6, x(to), y + row + 4, "link") }
    }
    bar(
      0, "gross", from: 0, to: grossBRL, text: DecimalText.signed(grossBRL, digits: 2),
      style: grossBRL < 0 ? "bar-loss" : "bar-gain")
    for (index, cost) in costs.enumerated() {
      bar(
        index + 1, cost.name, from: sums[index], to: sums[index + 1],
        text: DecimalText.signed(-cost.amountBRL, digits: 2), style: cost.amountBRL < 0 ? "bar-gain" : "bar-loss")
    }
    bar(
      costs.count + 1, "net", from: 0, to: netBRL, text: DecimalText.signed(netBRL, digits: 2),
      style: netBRL < 0 ? "bar-loss" : "bar-gain")
    return canvas.element(frame, title: title, description: summary)
  }
}
