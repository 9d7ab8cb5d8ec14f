// Which candidates tell the same story: a heat map of rank correlations in the dendrogram's order, with the dendrogram.

import Features

/// Draws the clusters of a ``FeatureSelection``.
struct ClusterChart {
  let clusters: RedundancyClusters
  /// (candidates, candidates), row-major.
  let similarity: [Float]
  let names: [String]

  private static let left = 180.0
  private static let size = 640.0
  private static let tree = 120.0
  private static let top = 34.0

  /// The `<svg>` element.
  func svg() -> String {
    let count = names.count
    let cell = Self.size / Double(count)
    let order = clusters.leafOrder
    var parts: [String] = []
    for (row, feature) in order.enumerated() {
      // Neighbouring cells of one shade are drawn as one: two hundred features would make forty thousand cells.
      var start = 0
      while start < count {
        let shade = self.shade(feature, order[start])
        var end = start + 1
        while end < count, self.shade(feature, order[end]) == shade { end += 1 }
        if shade > 0 {
          parts.append(
            """
            <rect class="heat" fill-opacity="\(ChartText.fixed(Double(shade) / 10, digits: 1))" \
            x="\(ChartText.coordinate(Self.left + cell * Double(start)))" \
            y="\(ChartText.coordinate(Self.top + cell * Double(row)))" \
            width="\(ChartText.coordinate(cell * Double(end - start)))" height="\(ChartText.fixed(cell, digits: 2))"/>
            """)
        }
        start = end
      }
      if cell >= 9 {
        parts.append(
          ChartText.label(
            names[feature], x: Self.left - 6, y: Self.top + cell * (Double(row) + 0.5) + 4, anchor: "end"))
      }
    }
    parts += dendrogram(cell: cell)
    return ChartText.svg(
      "Rank correlation, |rho| from 0 (white) to 1, and where clusters join", width: 960,
      height: Self.top + Self.size + 12, parts)
  }

  /// |rho| in tenths.
  private func shade(_ left: Int, _ right: Int) -> Int {
    Int((similarity[left * names.count + right] * 10).rounded(.down))
  }

  /// Brackets to the right of the map: the further right, the less alike the groups that they join.
  private func dendrogram(cell: Double) -> [String] {
    let start = Self.left + Self.size + 8
    var middle = [Double](repeating: 0, count: names.count)
    for (row, feature) in clusters.leafOrder.enumerated() {
      middle[feature] = Self.top + cell * (Double(row) + 0.5)
    }
    var reach = [Double](repeating: start, count: names.count)
    return clusters.merges.map { merge in
      let x = start + Self.tree * Double(min(1, max(0, merge.height)))
      let (first, second) = (middle[merge.left], middle[merge.right])
      let path =
        "M\(ChartText.coordinate(reach[merge.left])) \(ChartText.coordinate(first)) H\(ChartText.coordinate(x)) "
        + "V\(ChartText.coordinate(second)) H\(ChartText.coordinate(reach[merge.right]))"
      middle.append((first + second) / 2)
      reach.append(x)
      return "<path class=\"tree\" d=\"\(path)\"/>"
    }
  }
}
