// Mean scores over two parameters: where the plateau lies.

/// A grid of means over two axes.
package struct SurfaceChart: ReportChart, Hashable {
  /// Heading.
  package var title: String
  package var summary: String
  /// Names of the parts of each axis.
  package var rows: [String]
  package var columns: [String]
  /// (row, column): mean and number of trials; nil without any.
  package var means: [[Double?]]
  package var counts: [[Int]]

  package init(
    title: String, summary: String, rows: [String], columns: [String], means: [[Double?]], counts: [[Int]]
  ) {
    self.title = title
    self.summary = summary
    self.rows = rows
    self.columns = columns
    self.means = means
    self.counts = counts
  }

  package func svg(_ frame: ChartFrame) -> String {
    let cells = rows.indices.map { row in
      columns.indices.map { column in
        HeatGrid.Cell(
          value: means[row][column],
          tip: "\(rows[row]), \(columns[column])\n\(counts[row][column]) trials, mean "
            + DecimalText.signed(means[row][column] ?? 0, digits: 2))
      }
    }
    return HeatGrid(rowNames: rows, columnNames: columns, cells: cells)
      .svg(frame, title: title, description: summary)
  }
}
