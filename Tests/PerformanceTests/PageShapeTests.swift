// Charts of distributions, paths, costs, assumptions and markets.

import Foundation
import Performance
import Testing
import TradingDomain

@Suite struct PageShapeTests {
  @Test func histogramBinsMeetAtZeroAndHoldEveryValue() throws {
    let values = try PageFixture(days: 200).trades.map(\.netProfit.brl)
    let chart = HistogramChart(title: "T", things: "trades", unit: "BRL", values: values + [.nan])
    #expect(chart.count == values.count && chart.bins.reduce(0) { $0 + $1.count } == values.count)
    #expect(chart.bins.count <= 60)
    for bin in chart.bins {
      #expect(bin.lower >= -1e-9 || bin.upper <= 1e-9, "a bar with gains and losses")
      #expect(bin.count == values.filter { $0 >= bin.lower && $0 < bin.upper }.count)
    }
  }

  @Test func oneWildValueNeitherHidesNorBreaksTheHistogram() {
    let values = (0..<500).map { Double($0 % 11) - 5 } + [1e6]
    let chart = HistogramChart(title: "T", things: "trades", unit: "BRL", values: values)
    #expect(chart.bins.last?.count == 1 && chart.bins.count <= 60)
    #expect(HistogramChart(title: "T", things: "trades", unit: "BRL", values: [3]).bins.map(\.count) == [1])
    #expect(HistogramChart(title: "T", things: "trades", unit: "BRL", values: []).svg(.wide).isEmpty)
  }

  @Test func quantilesAgreeWithNumPy() {
    // numpy.quantile of the same 37 values.
    let values = Records.tradeProfits(37).map(\.brl).sorted()
    let expected = [(0.05, -83.2), (0.25, -53.0), (0.5, -11.5), (0.95, 84.49999999999997), (1.0, 94.5)]
    for (share, value) in expected { #expect(abs(PathFanChart.quantile(values, share) - value) < 1e-12) }
  }

  @Test func theMedianOfTheFanLiesBetweenItsBands() {
    let paths = (0..<101).map { path in (0..<50).map { Double(path - 50) * Double($0 + 1) } }
    let chart = PathFanChart(title: "P", steps: "sessions", paths: paths)
    let reader = MarkupReader(chart.svg(.wide))
    let median = reader.path(style: "line-main")
    #expect(median.count == 51 && Set(median.map(\.y)).count == 1)
    #expect(reader.tags("path", style: "line-path").count == 40)
    let (outer, inner) = (reader.path(style: "band").map(\.y), reader.path(style: "band-inner").map(\.y))
    #expect((outer.min() ?? 0) < (inner.min() ?? 0) && (outer.max() ?? 0) > (inner.max() ?? 0))
    #expect(chart.summary.hasPrefix("101 paths; 50 end above zero; median 0.00 BRL"))
  }

  @Test func theWaterfallEndsAtTheNet() {
    let chart = CostWaterfallChart(
      grossBRL: 100,
      costs: [.init("spread", amountBRL: 60), .init("fees", amountBRL: 70), .init("rebate", amountBRL: -10)])
    #expect(chart.netBRL == -20)
    #expect(chart.summary == "Costs take 120.00 BRL, 120 % of the gross result; -20.00 BRL are left.")
    let bars = MarkupReader(chart.svg(.wide)).tags.filter { $0.name == "rect" }
    #expect(bars.map { $0.value("class") } == ["bar-gain", "bar-loss", "bar-loss", "bar-gain", "bar-loss"])
    // 130 BRL, from -30 to 100, across 960 less 68 for names and 63 for numbers of seven characters.
    let widths = bars.map { $0.number("width") }
    for (width, amount) in zip(widths, [100.0, 60, 70, 10, 20]) { #expect(abs(width - amount * 829 / 130) < 0.11) }
  }

  @Test func breakEvenIsInterpolatedBetweenTheSigns() throws {
    func chart(_ profits: [Double]) -> SensitivityChart {
      SensitivityChart(
        title: "L", axisName: "ms", points: profits.enumerated().map { .init(x: Double($0) * 10, profitBRL: $1) })
    }
    #expect(chart([100, 60, -20]).breakEven == 17.5)
    #expect(chart([100, 0, -20]).breakEven == 10)
    #expect(
      chart([100, 60, 20]).breakEven == nil && chart([100, 60, 20]).summary.hasSuffix("no break-even in this range."))
    #expect(chart([-1, -2]).summary.hasSuffix("no profit at any point."))
    let named = SensitivityChart(
      title: "Q", axisName: "queue",
      named: [(name: "a", profitBRL: 1, interval: nil), (name: "b", profitBRL: -1, interval: nil)])
    #expect(named.breakEven == nil && named.summary == "The sign of the result depends on the assumption.")
    #expect(MarkupReader(named.svg(.wide)).path(style: "line-main").isEmpty)
    let line = try #require(MarkupReader(chart([100, 60, -20]).svg(.wide)).tags("line", style: "break-even").first)
    #expect(abs(line.number("x1") - (68 + 10 + 844 * 17.5 / 20)) < 0.11)
  }

  @Test func stressRowsShowTheChangeAgainstTheRunAsRecorded() {
    let table = ReportTable(
      stress: [StressOutcome(scenario: "crash", profitBRL: -50, trades: 9, drawdownBRL: 80)],
      base: StressOutcome(scenario: "as recorded", profitBRL: 100, trades: 10, drawdownBRL: 20))
    #expect(table.rows[0][2] == .text("") && table.rows[1][2] == .signed(-150, digits: 2))
    #expect(table.rows[1][3] == .bar(-150) && table.rows[0][3] == .bar(0))
  }

  @Test func winnersAndLosersDifferInShape() throws {
    let fixture = try PageFixture(days: 12)
    let chart = TradePriceChart(bars: fixture.bars, trades: fixture.marks)
    let reader = MarkupReader(chart.svg(.wide))
    let winners = fixture.marks.filter { $0.profitBRL > 0 }.count
    #expect(reader.tags("circle", style: "mark-win").count == winners)
    #expect(reader.tags("path", style: "mark-lose").count == fixture.marks.count - winners)
    #expect(reader.tags("line", style: "hold-lose").count == fixture.marks.count - winners)
    #expect(chart.summary.hasPrefix("\(fixture.marks.count) trades: \(winners) gained"))
  }

  @Test func tooManyTradesLeaveTheLargestAndSaySo() throws {
    let fixture = try PageFixture(days: 150)
    let chart = TradePriceChart(bars: fixture.bars, trades: fixture.marks)
    #expect(fixture.marks.count > TradePriceChart.mostTrades && chart.trades.count == TradePriceChart.mostTrades)
    #expect(chart.summary.hasPrefix("The 250 largest of \(fixture.marks.count) trades"))
    let smallest = try #require(chart.trades.map { abs($0.profitBRL) }.min())
    #expect(fixture.marks.filter { abs($0.profitBRL) > smallest }.count < TradePriceChart.mostTrades)
    #expect(chart.trades.map(\.entryTime) == chart.trades.map(\.entryTime).sorted())
    #expect(chart.svg(.wide).components(separatedBy: "M").count < 1500 + 4 * TradePriceChart.mostTrades)
  }

  @Test func aTradeStandsOnItsBar() {
    let bars = (0..<10).map {
      PriceBar(time: Records.time(day: 0, hour: 9, minute: Int64($0)), open: 10, high: 12, low: 8, close: 11)
    }
    for (minute, index) in [(0, 0), (4, 4), (9, 9), (30, 9)] {
      #expect(TradePriceChart.index(of: Records.time(day: 0, hour: 9, minute: Int64(minute)), in: bars) == index)
    }
    #expect(TradePriceChart.index(of: Records.time(day: 0, hour: 8), in: bars) == 0)
  }

  @Test func regimesLieInLanesAndNightsAreBridged() {
    let prices = (0..<5).map { TimedValue(time: Records.time(day: $0, hour: 9), value: 5000 + Double($0)) }
    let spans = (0..<4).map { day in
      RegimeRibbonChart.Span(
        start: Records.time(day: day, hour: 9), end: Records.time(day: day, hour: 18), regime: day < 3 ? 0 : 1)
    }
    let chart = RegimeRibbonChart(prices: prices, spans: spans, names: ["calm", "storm"])
    #expect(chart.summary == "Share of the time: calm 75 %, storm 25 %.")
    let reader = MarkupReader(chart.svg(.wide))
    let (calm, storm) = (reader.path(style: "regime-0"), reader.path(style: "regime-1"))
    #expect(calm[0].y != storm[0].y)
    // Three of four days without a gap, then the other lane.
    #expect(abs((calm.map(\.x).max() ?? 0) - (68 + 864 * 0.75)) < 0.11 && abs(storm[0].x - (68 + 864 * 0.75)) < 0.11)
  }

  @Test func groupsTellWhichDifferFromZeroAndWhichAreTooSmall() {
    let chart = BreakdownChart(
      title: "B",
      groups: [
        .init(name: "calm", trades: 1200, meanBRL: 2, interval: 1...3),
        .init(name: "storm", trades: 40, meanBRL: -9, interval: -20...2),
        .init(name: "halt", trades: 1, meanBRL: nil, interval: nil),
      ])
    #expect(chart.summary == "Told from zero at 95 %, each by itself - above zero: calm.")
    let svg = chart.svg(.wide)
    #expect(svg.contains(">too few</text>") && svg.contains(">1,200</text>"))
    #expect(MarkupReader(svg).tags("circle", style: "dot").count == 2)
    let whiskers = MarkupReader(svg).tags("line", style: "whisker")
    // -20 to 5 in steps of 5, from x = 68 to 864.
    #expect(abs(whiskers[0].number("x1") - (68 + 796 * 21 / 25)) < 0.11)
    #expect(BreakdownChart(title: "B", groups: [chart.groups[1]]).summary.hasPrefix("No group is told from zero"))
  }

  @Test func theReachOfWinnersIsTheirNinetyPercentPoint() {
    let winners = (0...10).map { ExcursionChart.Trade(adverseBRL: Double($0) * 10, profitBRL: 5) }
    let losers = [85.0, 95, 300].map { ExcursionChart.Trade(adverseBRL: $0, profitBRL: -$0) }
    let chart = ExcursionChart(trades: winners + losers)
    let expected = "Nine of ten winners were never more than 90.00 BRL under water; 2 losers went further."
    #expect(chart.summary == expected)
    let reader = MarkupReader(chart.svg(.wide))
    func marks(_ reader: MarkupReader, _ style: String) -> Int {
      (reader.tags("path", style: style).first?.value("d") ?? "").filter { $0 == "M" }.count
    }
    // A dot takes one stroke, a cross two.
    #expect(marks(reader, "scatter-win") == 11 && marks(reader, "scatter-lose") == 2 * 3)
    let many = ExcursionChart(trades: (0..<5000).map { .init(adverseBRL: 1, profitBRL: Double($0) - 2500) })
    let drawn = MarkupReader(many.svg(.wide))
    #expect(marks(drawn, "scatter-win") + marks(drawn, "scatter-lose") / 2 == ExcursionChart.mostMarks)
    #expect(many.summary.hasSuffix("Drawn: 800 of 5000."))
    // The largest gain stays: 2,499 on an axis of -3,000 at y = 232 to 3,000 at y = 12.
    let highest = drawn.path(style: "scatter-win").map(\.y).min() ?? 0
    #expect(abs(highest - (232 - 220 * 5499 / 6000)) < 0.06)
  }
}
