// Charts of money over time and by the calendar.

import Foundation
import Performance
import Testing
import TradingDomain

@Suite struct PageChartTests {
  private func sessions(_ count: Int) throws -> [SessionProfit] {
    try Records.curve(Records.daily(count)).profits(sessions: (0..<count).map { Records.session($0).date })
  }

  @Test func rollingSharpeAgreesWithPandas() throws {
    let values = RollingSharpe.values(try sessions(90), window: 63)
    #expect(values.count == 28)
    // pandas: s.rolling(63).mean() / s.rolling(63).std() * sqrt(252), and Lo's error of it.
    let expected = [
      (0, -0.5942808185181357, 2.000700610800529), (13, 0.24251709568581434, 2.0001166921149833),
      (27, 1.6702786245860453, 2.00552773936515),
    ]
    for (index, value, error) in expected {
      #expect(abs(values[index].value - value) < 1e-12)
      #expect(abs(values[index].standardError - error) < 1e-12)
    }
    #expect(RollingSharpe.values(try sessions(62), window: 63).isEmpty)
  }

  @Test func aFlatWindowHasNoSharpeRatio() {
    let flat = (0..<10).map { SessionProfit(date: Records.firstDay.advanced(by: $0), profit: Money(brl: 5)) }
    #expect(RollingSharpe.values(flat, window: 5).isEmpty)
    #expect(RollingSharpeChart(sessions: flat, window: 5).svg(.wide).isEmpty)
  }

  @Test func monthsAddUpToTheTotal() throws {
    let sessions = try sessions(400)
    let chart = MonthlyHeatMap(sessions: sessions)
    let total = sessions.reduce(Money.zero) { $0 + $1.profit }.brl
    #expect(abs(chart.months.reduce(0) { $0 + $1.profitBRL } - total) < 1e-9)
    #expect(chart.months.reduce(0) { $0 + $1.sessions } == 400)
    // 2022-01-08 to 2023-02-11.
    #expect(chart.months.count == 14)
    // Years are rows on a desk and columns on a phone; their sums are set apart on both.
    for frame in ChartFrame.allCases {
      let cells = MarkupReader(chart.svg(frame)).tags.filter { $0.name == "rect" }
      #expect(cells.count == 2 * 13)
      #expect(cells.filter { $0.value("class") == "heat-empty" }.count == 24 - 14)
      #expect(cells.filter { $0.value("class") == "heat-total" }.count == 2)
    }
  }

  @Test func hoursAndWeekdaysAreThoseOfSaoPaulo() {
    // 2022-01-08 is a Saturday; day 2 is the Monday after it.
    let trades = [
      Records.trade(day: 2, from: (9, 59), to: (11, 0), gross: 11, fees: 1),
      Records.trade(day: 2, from: (9, 0), to: (9, 1), gross: -3, fees: 1),
      Records.trade(day: 6, from: (17, 0), to: (17, 1), gross: 5, fees: 0),
    ]
    let chart = HourWeekdayHeatMap(trades: trades)
    #expect(chart.cells.map(\.hour) == [9, 17] && chart.cells.map(\.weekday) == [1, 5])
    #expect(chart.cells.map(\.trades) == [2, 1] && chart.cells.map(\.meanBRL) == [3, 5])
    #expect(chart.summary.hasPrefix("Most earned in all: Mon 9 h, +6.00 BRL in 2 trades; least: Fri 17 h"))
    // Hours between the first and the last stay, empty: 9 rows of 5 days.
    #expect(MarkupReader(chart.svg(.wide)).tags("rect", style: "heat-empty").count == 9 * 5 - 2)
  }

  @Test func drawdownStartsAtThePeakAndSharesTheTimeAxis() throws {
    var curve = EquityCurve(start: Records.time(day: 0, hour: 9), capital: Money(brl: 10_000))
    for (day, equity) in [10_100.0, 9_900, 9_950, 10_200].enumerated() {
      try curve.append(EquityPoint(time: Records.time(day: day, hour: 17), equity: Money(brl: equity)))
    }
    let chart = EquityDrawdownChart(profit: curve.profitBRL)
    #expect(
      chart.summary == "Ends at +200.00 BRL; the deepest fall from a peak is 200.00 BRL, on "
        + "\(Records.firstDay.advanced(by: 1)).")
    for frame in ChartFrame.allCases {
      let reader = MarkupReader(chart.svg(frame))
      let (profit, fall) = (reader.path(style: "line-main"), reader.path(style: "line-loss"))
      #expect(profit.map(\.x) == fall.map(\.x) && profit.count == 9)
      #expect(Set(fall.map(\.y)).count == 3)
    }
  }

  @Test func everyChartDrawsInBothFramesWithinItsBounds() throws {
    let page = try PageFixture(days: 120).page()
    let charts = page.sections.flatMap(\.blocks).flatMap { block -> [any ReportChart] in
      switch block {
      case .chart(let chart): return [chart]
      case .charts(let charts): return charts
      default: return []
      }
    }
    #expect(charts.count == 15)
    for chart in charts {
      for (frame, width) in [(ChartFrame.wide, 960.0), (.narrow, 400)] {
        let svg = chart.svg(frame)
        let reader = MarkupReader(svg)
        #expect(reader.problems.isEmpty)
        #expect(!svg.contains("nan") && !svg.contains("inf"), "\(chart.title)")
        let box = try #require(reader.tags.first?.value("viewBox")).split(separator: " ").compactMap { Double($0) }
        #expect(box[2] == width)
        for tag in reader.tags where tag.name == "rect" {
          #expect(tag.number("x") >= -0.1 && tag.number("x") + tag.number("width") <= width + 0.6, "\(chart.title)")
          #expect(tag.number("y") >= -0.1 && tag.number("y") + tag.number("height") <= box[3] + 0.1, "\(chart.title)")
        }
        for tag in reader.tags where tag.name == "text" {
          #expect((0...width).contains(tag.number("x")) && (0...box[3]).contains(tag.number("y")), "\(chart.title)")
        }
      }
      #expect(!chart.summary.isEmpty)
    }
  }
}
