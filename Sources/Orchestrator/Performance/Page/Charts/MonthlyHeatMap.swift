// Net profit of each month of each year.

import TradingDomain

/// Years as rows, months as columns, and the year's sum.
package struct MonthlyHeatMap: ReportChart, Hashable {
  /// Net profit of one month in BRL.
  package struct Month: Hashable, Sendable {
    package var year: Int
    /// 1 to 12.
    package var month: Int
    package var profitBRL: Double
    /// Sessions it is made of.
    package var sessions: Int
  }

  package var title: String { "Net result by month (BRL)" }
  /// Ascending; months without sessions are absent.
  package let months: [Month]

  /// Sums the results of sessions, in ascending order, by calendar month.
  package init(sessions: [SessionProfit]) {
    var sums: [(year: Int, month: Int, profit: Money, sessions: Int)] = []
    for session in sessions {
      let (year, month, _) = session.date.civil
      if let last = sums.last, last.year == year, last.month == month {
        sums[sums.count - 1].profit += session.profit
        sums[sums.count - 1].sessions += 1
      } else {
        sums.append((year, month, session.profit, 1))
      }
    }
    months = sums.map { Month(year: $0.year, month: $0.month, profitBRL: $0.profit.brl, sessions: $0.sessions) }
  }

  package var sparkline: [Double]? { months.map(\.profitBRL) }

  package var summary: String {
    guard let best = months.max(by: { $0.profitBRL < $1.profitBRL }),
      let worst = months.min(by: { $0.profitBRL < $1.profitBRL })
    else { return "No sessions." }
    let winners = months.filter { $0.profitBRL > 0 }.count
    return "\(winners) of \(months.count) months above zero; best \(Self.phrase(best)), worst \(Self.phrase(worst))."
  }

  private static func phrase(_ month: Month) -> String {
    "\(TimeAxis.month(year: month.year, month: month.month)) \(DecimalText.signed(month.profitBRL, digits: 2))"
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = months.first, let last = months.last else { return "" }
    let years = Array(first.year...last.year)
    let cells = years.map { year -> [HeatGrid.Cell] in
      let inYear = months.filter { $0.year == year }
      let sum = inYear.reduce(0) { $0 + $1.profitBRL }
      return (1...12).map { month in
        guard let found = inYear.first(where: { $0.month == month }) else { return HeatGrid.Cell(value: nil, tip: "") }
        let sessions = DecimalText.counted(found.sessions, "session", "sessions")
        return HeatGrid.Cell(value: found.profitBRL, tip: "\(Self.phrase(found)) BRL\n\(sessions)")
      } + [HeatGrid.Cell(value: sum, tip: "\(year): \(DecimalText.signed(sum, digits: 2)) BRL")]
    }
    let grid = HeatGrid(
      rowNames: years.map { "\($0)" }, columnNames: TimeAxis.monthNames + ["Year"], cells: cells, totals: .lastColumn)
    return (frame == .narrow && years.count <= 9 ? grid.transposed : grid)
      .svg(frame, title: title, description: summary)
  }
}
