// A table of a report: typed cells, so that numbers align, and absent values are told from zero.

/// Rows and columns.
package struct ReportTable: Hashable, Sendable {
  /// Heading and alignment of a column.
  package struct Column: Hashable, Sendable {
    /// Whether cells are words (left) or numbers (right).
    package enum Kind: Hashable, Sendable {
      case text
      case number
      /// Bars to the left and right of a common zero.
      case bar
    }

    /// Heading, with the unit where there is one.
    package var title: String
    /// What the cells hold.
    package var kind: Kind

    /// Every field as given.
    package init(_ title: String, _ kind: Kind = .number) {
      self.title = title
      self.kind = kind
    }
  }

  /// One cell.
  package enum Cell: Hashable, Sendable {
    /// Words.
    case text(String)
    /// A finite number with that many decimals; nil is shown as undefined.
    case number(Double?, digits: Int)
    /// A number that is written with its sign and coloured by it.
    case signed(Double?, digits: Int)
    /// A whole number.
    case count(Int)
    /// A bar of that length, in the units of its column.
    case bar(Double)
  }

  /// What the table shows; read out by screen readers and printed above it.
  package var caption: String
  /// At least one.
  package var columns: [Column]
  /// Each as long as ``columns``.
  package var rows: [[Cell]]
  /// Whether the last row is a total.
  package var hasTotal: Bool

  /// - Precondition: Every row has a cell for every column.
  package init(caption: String, columns: [Column], rows: [[Cell]], hasTotal: Bool = false) {
    precondition(rows.allSatisfy { $0.count == columns.count }, "\(caption): a row is not as long as the columns")
    self.caption = caption
    self.columns = columns
    self.rows = rows
    self.hasTotal = hasTotal
  }

  /// A table of metrics: value, standard error, interval and number of observations.
  package init(caption: String, metrics: [MetricCard]) {
    self.init(
      caption: caption,
      columns: [
        Column("Metric", .text), Column("Value"), Column("Std error"), Column("From"), Column("To"), Column("Level"),
        Column("Unit", .text), Column("n"),
      ],
      rows: metrics.map { metric in
        func number(_ value: Double?) -> Cell {
          .text(value.map { PerformanceReport.number($0, unit: metric.unit) } ?? "")
        }
        let interval = metric.estimate?.interval
        return [
          .text(metric.name), metric.estimate == nil ? .text("undefined") : number(metric.estimate?.value),
          number(metric.estimate?.standardError), number(interval?.lower), number(interval?.upper),
          .text(interval.map { DecimalText.percent($0.level, digits: 0) } ?? ""), .text(metric.unit.rawValue),
          metric.estimate.map { .count($0.observations) } ?? .text(""),
        ]
      })
  }

  /// The longest bar of a column, for its scale; 0 without bars.
  func longestBar(_ column: Int) -> Double {
    rows.reduce(0) { longest, row in
      if case .bar(let length) = row[column] { return max(longest, abs(length)) }
      return longest
    }
  }
}

extension ReportTable.Cell {
  /// The cell as plain text.
  var text: String {
    switch self {
    case .text(let words): return words
    case .number(let value, let digits): return value.map { DecimalText.fixed($0, digits: digits) } ?? "undefined"
    case .signed(let value, let digits): return value.map { DecimalText.signed($0, digits: digits) } ?? "undefined"
    case .count(let number): return DecimalText.fixed(Double(number), digits: 0)
    case .bar: return ""
    }
  }

  /// Whether the cell is coloured as a gain (true), a loss (false) or not at all (nil).
  var isGain: Bool? {
    guard case .signed(let value?, _) = self, value != 0 else { return nil }
    return value > 0
  }
}
