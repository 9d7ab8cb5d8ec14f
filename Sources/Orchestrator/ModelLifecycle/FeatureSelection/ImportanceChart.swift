// Three measures of importance side by side, as bars with their intervals over the folds.

/// Draws the leading candidates of a ``FeatureSelection``.
struct ImportanceChart {
  let candidates: [FeatureSelection.Candidate]

  private static let rowHeight = 18.0
  private static let panelWidth = 240.0
  private static let names = 216.0

  /// The `<svg>` element.
  func svg() -> String {
    let panels: [(title: String, of: (FeatureSelection.Candidate) -> FeatureSelection.Interval)] = [
      ("impurity decrease, share", \.impurityDecrease), ("accuracy decrease, nats", \.accuracyDecrease),
      ("SHAP, share", \.contribution),
    ]
    let top = 62.0
    let height = top + Self.rowHeight * Double(candidates.count) + 10
    var parts: [String] = []
    for (row, candidate) in candidates.enumerated() {
      parts.append(
        ChartText.label(
          candidate.name, x: Self.names - 8, y: top + Self.rowHeight * (Double(row) + 0.7), anchor: "end",
          style: candidate.isChosen ? "kept" : "tick"))
    }
    for (number, panel) in panels.enumerated() {
      let left = Self.names + (Self.panelWidth + 12) * Double(number)
      parts.append(ChartText.label(panel.title, x: left, y: 46))
      parts.append(contentsOf: bars(left: left, top: top, candidates.map(panel.of)))
    }
    return ChartText.svg(
      "Importance inside the training parts, mean and 95 % interval over the folds", width: 960, height: height, parts)
  }

  private func bars(left: Double, top: Double, _ values: [FeatureSelection.Interval]) -> [String] {
    let low = min(0, values.map(\.lower).min() ?? 0)
    let high = max(values.map(\.upper).max() ?? 0, low + 1e-9)
    func x(_ value: Double) -> Double { left + Self.panelWidth * (value - low) / (high - low) }
    var parts = [
      ChartText.line(x(0), top, x(0), top + Self.rowHeight * Double(values.count), style: "zero"),
      ChartText.label(ChartText.fixed(high, digits: 4), x: left + Self.panelWidth, y: 58, anchor: "end"),
    ]
    for (row, value) in values.enumerated() {
      let y = top + Self.rowHeight * Double(row)
      let start = min(x(0), x(value.mean))
      parts.append(
        """
        <rect class="bar" x="\(ChartText.coordinate(start))" y="\(ChartText.coordinate(y + 4))" \
        width="\(ChartText.coordinate(abs(x(value.mean) - x(0))))" \
        height="\(ChartText.coordinate(Self.rowHeight - 8))"/>
        """)
      let middle = y + Self.rowHeight / 2
      parts.append(ChartText.line(x(value.lower), middle, x(value.upper), middle, style: "interval"))
    }
    return parts
  }
}
