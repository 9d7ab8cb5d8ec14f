// Reports as text and JSON.

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
}
