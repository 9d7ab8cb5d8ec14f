// Columns of text for terminals: the first to the left, the others to the right.

/// A small table.
struct TextTable {
  private var rows: [[String]]

  init(_ header: [String]) { rows = [header] }

  mutating func add(_ row: [String]) { rows.append(row) }

  /// Lines without trailing blanks, two blanks between columns.
  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { column in rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return rows.map { row in
      var line = row.enumerated().map { column, cell in
        let blanks = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + blanks : blanks + cell
      }.joined(separator: "  ")
      while line.last == " " { line.removeLast() }
      return line
    }.joined(separator: "\n")
  }

  /// `value` with two digits after the point, or a dash.
  static func number(_ value: Double?) -> String {
    guard let value else { return "-" }
    let cents = Int64((abs(value) * 100).rounded())
    let sign = value < 0 && cents > 0 ? "-" : ""
    return "\(sign)\(cents / 100).\(cents % 100 < 10 ? "0" : "")\(cents % 100)"
  }
}
