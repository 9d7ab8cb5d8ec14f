// A grid of coloured cells with their numbers: what the heat maps have in common.

/// Draws rows and columns of signed values. Blue is above 0 and orange below, told apart by every kind of colour sight;
/// the number with its sign stands in each cell that has room for it.
struct HeatGrid {
  /// One cell; a nil value leaves the place empty.
  struct Cell: Hashable {
    var value: Double?
    /// Shown when the pointer rests on it.
    var tip: String
  }

  var rowNames: [String]
  var columnNames: [String]
  /// Rows of cells, `rowNames.count` x `columnNames.count`.
  var cells: [[Cell]]
  /// Whether the last column, or the last row, holds sums: they are set apart and do not take part in the shades.
  var totals: Totals = .none

  /// Where the sums stand.
  enum Totals: Hashable {
    case none
    case lastColumn
    case lastRow
  }

  /// The grid with rows and columns exchanged, for narrow frames. Sums in the last column become those of the last row.
  var transposed: HeatGrid {
    HeatGrid(
      rowNames: columnNames, columnNames: rowNames,
      cells: columnNames.indices.map { column in rowNames.indices.map { cells[$0][column] } },
      totals: totals == .lastColumn ? .lastRow : totals == .lastRow ? .lastColumn : .none)
  }

  func svg(_ frame: ChartFrame, title: String, description: String) -> String {
    let left = frame == .wide ? 64.0 : 44
    let pitch = (frame.width - left - 2) / Double(max(1, columnNames.count))
    let row = frame == .wide ? 34.0 : 30
    let top = 22.0
    var canvas = ChartCanvas(width: frame.width, height: top + row * Double(rowNames.count) + 4)
    let largest = scaleLimit
    for (column, name) in columnNames.enumerated() {
      canvas.label(name, x: left + pitch * (Double(column) + 0.5), y: top - 8, anchor: "middle")
    }
    for (index, name) in rowNames.enumerated() {
      let y = top + row * Double(index)
      canvas.label(name, x: left - 8, y: y + row / 2 + 4, anchor: "end")
      for (column, cell) in cells[index].enumerated() {
        let x = left + pitch * Double(column)
        guard let value = cell.value else {
          canvas.rectangle(x: x + 1, y: y + 1, width: pitch - 2, height: row - 2, "heat-empty")
          continue
        }
        let isTotal = isTotal(row: index, column: column)
        let shade = isTotal ? 0 : Self.shade(value, largest: largest)
        canvas.rectangle(
          x: x + 1, y: y + 1, width: pitch - 2, height: row - 2,
          isTotal ? "heat-total" : value < 0 ? "heat-loss" : "heat-gain", opacity: isTotal ? nil : shade, tip: cell.tip)
        if pitch >= 34 {
          canvas.label(
            DecimalText.compact(value), x: x + pitch / 2, y: y + row / 2 + 4, anchor: "middle",
            isTotal ? "heat-sum" : shade > 0.62 ? "heat-dark" : "heat-light")
        }
      }
    }
    return canvas.element(frame, title: title, description: description)
  }

  private func isTotal(row: Int, column: Int) -> Bool {
    switch totals {
    case .none: return false
    case .lastColumn: return column == columnNames.count - 1
    case .lastRow: return row == rowNames.count - 1
    }
  }

  /// The value with the full shade: the 90 % point of magnitudes, so that one wild cell does not bleach the others.
  private var scaleLimit: Double {
    let magnitudes = cells.enumerated().flatMap { row, cells in
      cells.enumerated().compactMap { isTotal(row: row, column: $0) ? nil : $1.value.map(abs) }
    }.sorted()
    return magnitudes.isEmpty ? 0 : magnitudes[min(magnitudes.count - 1, magnitudes.count * 9 / 10)]
  }

  /// One of six shades: steps can be compared by eye, a continuum cannot. None lies where neither dark nor light text
  /// would stand out.
  private static func shade(_ value: Double, largest: Double) -> Double {
    guard largest > 0, value != 0 else { return 0.04 }
    let step = min(5, (abs(value) / largest * 5).rounded(.up))
    return [0.04, 0.14, 0.26, 0.38, 0.5, 0.95][Int(step)]
  }
}
