// Reports as text, JSON and HTML.

import Foundation
import Performance
import Testing
import TradingDomain

@Suite struct PerformanceReportTests {
  private let stamps = [
    ReportStamp(name: "fill rule", value: "trade through"), ReportStamp(name: "seed", value: "42"),
    ReportStamp(name: "model", value: "<none & nothing>"),
  ]

  private func report(days: Int = 30, title: String = "Baseline on WDO") throws -> PerformanceReport {
    let daily = Records.daily(days)
    let trades = daily.indices.map { day in
      Records.trade(day: day, from: (10, 0), to: (11, 0), gross: daily[day] + 2, fees: 2)
    }
    return try PerformanceReport(
      title: title, stamps: stamps, curve: try Records.curve(daily), trades: trades,
      sessions: (0..<days).map(Records.session))
  }

  @Test func everyMetricNameAppearsOnceWithItsUnit() throws {
    let report = try report()
    #expect(Set(report.metrics.map(\.name)).count == report.metrics.count)
    for metric in report.metrics {
      #expect(metric.estimate == nil || metric.estimate?.unit == metric.unit)
      #expect(report.text().contains(metric.name))
    }
    for stamp in stamps { #expect(report.text().contains(stamp.value)) }
  }

  @Test func netProfitOfCurveAndTradesAgree() throws {
    let report = try report()
    let net = try #require(report.metric("net profit")?.estimate?.value)
    let gross = try #require(report.metric("gross profit of trades")?.estimate?.value)
    let fees = try #require(report.metric("fees of trades")?.estimate?.value)
    #expect(net == gross - fees)
  }

  @Test func aRunWithoutTradesReportsUndefinedNotZero() throws {
    let report = try PerformanceReport(
      title: "Idle", stamps: [], curve: try Records.curve([]), trades: [], sessions: (0..<5).map(Records.session))
    #expect(report.metric("Sharpe ratio, annualised")?.estimate == nil)
    #expect(report.metric("hit rate")?.estimate == nil)
    #expect(report.metric("net profit")?.estimate?.value == 0)
    #expect(report.text().contains("undefined"))
    #expect(report.html().contains("undefined"))
  }

  @Test func jsonTellsUndefinedByNullAndIsTheSameEveryTime() throws {
    let idle = try PerformanceReport(
      title: "Idle", stamps: stamps, curve: try Records.curve([]), trades: [], sessions: [Records.session(0)])
    let object = try #require(try JSONSerialization.jsonObject(with: idle.json()) as? [String: Any])
    let metrics = try #require(object["metrics"] as? [[String: Any]])
    let hitRate = try #require(metrics.first { $0["name"] as? String == "hit rate" })
    #expect(hitRate["value"] is NSNull)
    let first = try #require((object["stamps"] as? [[String: String]])?.first)
    #expect(first == ["name": "fill rule", "value": "trade through"])
    #expect(try report().json() == report().json())
  }

  @Test func theCurveInJsonIsExactMoneyAndTime() throws {
    let object = try #require(try JSONSerialization.jsonObject(with: report(days: 2).json()) as? [String: Any])
    let curve = try #require(object["curve"] as? [[String: Int64]])
    #expect(curve.count == 3)
    #expect(curve[1]["equityMicroBRL"] == -115_000_000)
    #expect(curve[1]["timeNanoseconds"] == Records.time(day: 0, hour: 17).nanoseconds)
  }

  @Test func thePageStandsAlone() throws {
    let page = try report(title: "A <b>bold</b> claim").html()
    #expect(page.hasPrefix("<!DOCTYPE html>"))
    #expect(page.contains("<title>A &lt;b&gt;bold&lt;/b&gt; claim</title>"))
    #expect(page.contains("&lt;none &amp; nothing&gt;"))
    for word in ["<script", "http://", "https://", "<link", "@import", "url("] { #expect(!page.contains(word)) }
    #expect(page.components(separatedBy: "<svg").count == 3)
    #expect(page.contains("Profit since the start, net of costs (BRL)"))
    #expect(page.contains(">date</text>"))
  }

  @Test func thePageIsWellFormed() throws {
    // Every tag but the two void ones closes: an XML parser accepts the body.
    let page = try report().html()
    let start = try #require(page.range(of: "<body>"))
    let end = try #require(page.range(of: "</body>"))
    let checker = TagBalance(String(page[start.lowerBound..<end.upperBound]))
    #expect(checker.problems.isEmpty)
    #expect(checker.count > 100)
  }

  @Test func aMillionPointsDrawLikeAThousandWithoutLosingTheWorst() throws {
    var curve = EquityCurve(start: Records.time(day: 0, hour: 9), capital: .zero)
    for index in 0..<100_000 {
      // One spike, one point wide.
      let equity = index == 54_321 ? Money(brl: -5000) : Money(brl: Double(index % 7))
      try curve.append(
        EquityPoint(time: Records.time(day: 0, hour: 9) + .milliseconds(Int64(index) * 300), equity: equity))
    }
    let page = try PerformanceReport(
      title: "Long", stamps: [], curve: curve, trades: [], sessions: [Records.session(0)]
    ).html()
    #expect(page.utf8.count < 300_000)
    // Where the spike lies on axes of -6,000...2,000 (equity) and -6,000...0 (drawdown) that are 218 high from y = 34.
    #expect(page.contains("V224.8 ") && page.contains("V215.9 "))
    #expect(page.contains("time of day in Sao Paulo"))
  }
}

/// Checks that tags nest.
struct TagBalance {
  private(set) var problems: [String] = []
  private(set) var count = 0

  init(_ markup: String) {
    var open: [String] = []
    for piece in markup.split(separator: "<").dropFirst(markup.hasPrefix("<") ? 0 : 1) {
      guard let end = piece.firstIndex(of: ">") else {
        problems.append("unclosed bracket in \(piece.prefix(20))")
        continue
      }
      count += 1
      let tag = piece[..<end]
      if tag.hasSuffix("/") { continue }
      let name = String(tag.prefix { $0 != " " })
      if name.hasPrefix("/") {
        if open.popLast() != String(name.dropFirst()) { problems.append("unexpected \(name)") }
      } else {
        open.append(name)
      }
    }
    problems += open
  }
}
