// Mean net result of a trade by the hour and weekday of its entry.

import TradingDomain

/// Hours as rows, weekdays as columns.
package struct HourWeekdayHeatMap: ReportChart, Hashable {
  /// Trades entered in one hour of one weekday.
  package struct Cell: Hashable, Sendable {
    /// Hour of the day in Sao Paulo, 0 to 23.
    package var hour: Int
    /// 1 = Monday to 7 = Sunday.
    package var weekday: Int
    package var trades: Int
    /// Sum of the net results in BRL.
    package var profitBRL: Double

    /// Mean net result of a trade in BRL.
    package var meanBRL: Double { profitBRL / Double(trades) }
  }

  private static let weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

  package var title: String { "Mean result of a trade by hour and weekday of entry (BRL)" }
  /// By hour, then weekday; without the empty ones.
  package let cells: [Cell]

  /// Groups trades by the Sao Paulo time of their entry.
  package init(trades: [ClosedTrade]) {
    var sums = [(trades: Int, profit: Money)](repeating: (0, .zero), count: 24 * 7)
    for trade in trades {
      let (date, timeOfDay) = BrasiliaTime.local(trade.entryTime)
      let place = Int(timeOfDay.count / 3_600_000_000_000) * 7 + date.weekday - 1
      sums[place].trades += 1
      sums[place].profit += trade.netProfit
    }
    cells = sums.enumerated().filter { $0.element.trades > 0 }.map { place, sum in
      Cell(hour: place / 7, weekday: place % 7 + 1, trades: sum.trades, profitBRL: sum.profit.brl)
    }
  }

  package var summary: String {
    guard let best = cells.max(by: { $0.profitBRL < $1.profitBRL }),
      let worst = cells.min(by: { $0.profitBRL < $1.profitBRL })
    else { return "No trades." }
    return "Most earned in all: \(Self.phrase(best)); least: \(Self.phrase(worst)). "
      + "Cells with few trades say little: point at one for its count."
  }

  private static func phrase(_ cell: Cell) -> String {
    "\(weekdays[cell.weekday - 1]) \(cell.hour) h, \(DecimalText.signed(cell.profitBRL, digits: 2)) BRL in "
      + DecimalText.counted(cell.trades, "trade", "trades")
  }

  package func svg(_ frame: ChartFrame) -> String {
    guard let first = cells.first, let last = cells.last else { return "" }
    let lastDay = max(5, cells.map(\.weekday).max() ?? 5)
    let hours = Array(first.hour...last.hour)
    let rows = hours.map { hour in
      (1...lastDay).map { weekday -> HeatGrid.Cell in
        guard let cell = cells.first(where: { $0.hour == hour && $0.weekday == weekday }) else {
          return HeatGrid.Cell(value: nil, tip: "")
        }
        return HeatGrid.Cell(
          value: cell.meanBRL, tip: "\(Self.phrase(cell))\nmean \(DecimalText.signed(cell.meanBRL, digits: 2)) BRL")
      }
    }
    let names = hours.map { $0 < 10 ? "0\($0) h" : "\($0) h" }
    return HeatGrid(rowNames: names, columnNames: Array(Self.weekdays.prefix(lastDay)), cells: rows)
      .svg(frame, title: title, description: summary)
  }
}
