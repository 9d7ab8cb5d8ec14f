// Columns of text: the first to the left, the others to the right.

/// A table for people.
package struct TextTable {
  private var rows: [[String]]

  package init(header: [String]) { rows = [header] }

  /// - Precondition: as many cells as the header has.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == rows[0].count, "\(cells.count) cells for \(rows[0].count) columns")
    rows.append(cells)
  }

  /// The lines, each ending with a line feed; `leading` columns are aligned to the left.
  package func text(leading: Int = 1) -> String {
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.enumerated().map { column, cell in
        let blank = String(repeating: " ", count: widths[column] - cell.count)
        return column < leading ? cell + blank : blank + cell
      }
      let line = cells.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
