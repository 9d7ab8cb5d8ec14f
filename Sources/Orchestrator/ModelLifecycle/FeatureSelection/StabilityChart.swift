// How steady the choice is over time: each fold's selection frequencies as a table of shades.

/// Draws what each fold of a ``FeatureSelection`` chose.
struct StabilityChart {
  let candidates: [FeatureSelection.Candidate]
  let folds: [FeatureSelection.Fold]

  /// The `<svg>` element.
  func svg() -> String {
    let (left, top, rowHeight) = (216.0, 58.0, 18.0)
    let columns = folds.map { "from \($0.firstTest)" } + ["all data"]
    let width = min(160, (960 - left - 16) / Double(columns.count))
    var parts: [String] = []
    for (column, title) in columns.enumerated() {
      parts.append(
        ChartText.label(title, x: left + width * (Double(column) + 0.5), y: top - 8, anchor: "middle"))
    }
    for (row, candidate) in candidates.enumerated() {
      let y = top + rowHeight * Double(row)
      parts.append(
        ChartText.label(
          candidate.name, x: left - 8, y: y + 13, anchor: "end", style: candidate.isChosen ? "kept" : "tick"))
      let frequencies = candidate.foldFrequencies + [candidate.selectionFrequency]
      let isSelected = candidate.foldsSelected + [candidate.isChosen]
      for (column, frequency) in frequencies.enumerated() {
        parts.append(
          """
          <rect class="\(isSelected[column] ? "selected" : "heat")" \
          fill-opacity="\(ChartText.fixed(0.05 + 0.95 * frequency, digits: 2))" \
          x="\(ChartText.coordinate(left + width * Double(column) + 1))" y="\(ChartText.coordinate(y + 1))" \
          width="\(ChartText.coordinate(width - 2))" height="\(ChartText.coordinate(rowHeight - 2))"/>
          """)
        parts.append(
          ChartText.label(
            ChartText.fixed(frequency, digits: 2), x: left + width * (Double(column) + 0.5), y: y + 13,
            anchor: "middle"))
      }
    }
    return ChartText.svg(
      "Share of bootstraps won against the probes, by fold; framed: selected", width: 960,
      height: top + rowHeight * Double(candidates.count) + 12, parts)
  }
}
