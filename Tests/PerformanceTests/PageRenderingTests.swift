// Writes the page of the fixture to a file, for a browser to be pointed at.

import Foundation
import Performance
import Testing
import TradingDomain

@Suite struct PageRenderingTests {
  private static let out = ProcessInfo.processInfo.environment["REPORT_PAGE_OUT"]

  @Test(.enabled(if: out != nil, "set REPORT_PAGE_OUT to a folder to have the page written there"))
  func thePageOfTheFixtureIsWrittenForTheBrowser() throws {
    let folder = URL(fileURLWithPath: try #require(Self.out))
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let page = try PageFixture().page()
    try Data(page.html().utf8).write(to: folder.appendingPathComponent("report.html"))
    let alarmed = try PageFixture(days: 40).page(isPartial: true, alarms: [.noCosts, .inSample])
    try Data(alarmed.html().utf8).write(to: folder.appendingPathComponent("alarms.html"))
    try Data(Self.extremes().html().utf8).write(to: folder.appendingPathComponent("extremes.html"))
    let style = TerminalStyle(hasColours: true, hasUnicode: true, columns: 110)
    try Data(TerminalSummary(page).text(style).utf8).write(to: folder.appendingPathComponent("summary.txt"))
    try Data(TradesCSV.text(try PageFixture().trades) { _ in "WDO" }.utf8)
      .write(to: folder.appendingPathComponent("trades.csv"))
    try Data(EquityArray.npy(try PageFixture().curve)).write(to: folder.appendingPathComponent("equity.npy"))
  }

  /// Long names, large and tiny amounts, many years: what strains the layout.
  private static func extremes() throws -> ReportPage {
    let fixture = try PageFixture(days: 60)
    let sessions = (0..<4400).map {
      SessionProfit(
        date: Records.firstDay.advanced(by: $0), profit: Money(brl: Double(($0 * 7919) % 20_011 - 9_000) * 731.17))
    }
    let long = "a scenario with a name that is much longer than any name should be"
    let names = ["low volatility, no trend", "high volatility, falling", "halt"]
    let trade = TradePriceChart.Trade(
      side: .sell, entryTime: fixture.bars[0].time, entryPrice: 5200, exitTime: fixture.bars[1].time, exitPrice: 5100,
      profitBRL: -1)
    return ReportPage(
      title: "averyveryveryverylongidentifierwithoutanyspaceinit_20240102_20261231_walkforward",
      subtitle: "sha256:8f434346648f6b96df89dda901c5176b10a6d83961dd3c1ac88b59b2dc327aa4", isPartial: true,
      stamps: [ReportStamp(name: long, value: String(repeating: "0123456789abcdef", count: 8))],
      verdicts: [
        ReportVerdict(severity: .fail, title: long, sentence: String(repeating: "x", count: 120), evidence: long)
      ],
      sections: [
        ReportSection(
          "Large",
          [
            .metrics([
              MetricCard(
                name: long, unit: .contractsPerSession,
                estimate: Estimate(
                  value: -123_456_789_012.34, unit: .contractsPerSession, standardError: 98_765_432.1,
                  observations: 12_345_678))
            ]),
            .chart(
              EquityDrawdownChart(
                profit: try PageFixture(days: 30).curve.profitBRL.map {
                  TimedValue(time: $0.time, value: $0.value * 1e6)
                })),
            .chart(MonthlyHeatMap(sessions: sessions)), .chart(RollingSharpeChart(sessions: sessions)),
            .charts([
              HistogramChart(title: long, things: "sessions", unit: "BRL", values: sessions.map(\.profit.brl)),
              HistogramChart(title: "One", things: "sessions", unit: "BRL", values: [0.001]),
            ]),
            .chart(
              CostWaterfallChart(
                grossBRL: 123_456_789, costs: [.init("exchange fees and taxes", amountBRL: 223_456_789)])),
            .table(
              ReportTable(
                stress: [StressOutcome(scenario: long, profitBRL: -1e9, trades: 1_000_000, drawdownBRL: 1e9)],
                base: StressOutcome(scenario: "base", profitBRL: 1, trades: 1, drawdownBRL: 0))),
            .charts([
              BreakdownChart(
                title: long,
                groups: names.enumerated().map {
                  .init(name: $1, trades: 10_000_000, meanBRL: Double($0) * 1e6, interval: -1e7...1e7)
                }),
              SensitivityChart(
                title: long, axisName: "an assumption",
                named: names.map {
                  (name: $0, profitBRL: 12_345_678, interval: nil)
                }),
            ]),
            .chart(
              RegimeRibbonChart(
                prices: fixture.bars.map { TimedValue(time: $0.time, value: $0.close) }, spans: fixture.spans,
                names: names)),
            .chart(TradePriceChart(title: "One bar", bars: Array(fixture.bars.prefix(1)), trades: [trade])),
            .chart(PathFanChart(title: "One path", steps: "sessions", paths: [[1e7]])),
          ])
      ])
  }
}
