// The text at the end of a session: what was seen, done and earned, and how fast.

import TradingDomain

/// Renders the last snapshot of a session for people.
package enum SessionSummary {
  /// Several lines, aligned, ending with a line feed.
  package static func text(_ snapshot: MonitoringSnapshot) -> String {
    var rows: [(String, String)] = []
    if let start = snapshot.engineStart, let end = snapshot.engineTime {
      rows.append(("session", "\(StatusLine.clockText(start)) to \(StatusLine.clockText(end))"))
    }
    let wall = max(1, snapshot.uptime.count)
    rows.append(("took", NumberText.duration(nanoseconds: Double(wall))))
    let events = snapshot[.marketEvents]
    let perSecond = Double(events) / (Double(wall) / 1e9)
    rows.append(
      ("market events", "\(NumberText.grouped(events)) (\(NumberText.decimal(perSecond, places: 0)) per second)"))
    rows.append(("decisions", NumberText.grouped(snapshot[.decisions])))
    rows.append(("orders", "\(NumberText.grouped(snapshot[.ordersSent])) sent, \(orderTroubles(snapshot))"))
    rows.append(("fills", NumberText.grouped(snapshot[.fills])))
    for (counter, title) in [
      (EngineCounter.missedMessages, "missed messages"), (.disconnections, "disconnections"),
      (.droppedObservations, "dropped observations"),
    ] where snapshot[counter] > 0 {
      rows.append((title, NumberText.grouped(snapshot[counter])))
    }
    rows.append(("position", "\(snapshot.position) contracts of \(snapshot.instrument.symbol)"))
    rows.append(("profit", "\(money(snapshot.net)) after \(money(snapshot.fees)) fees"))
    if snapshot.state != .active { rows.append(("state", StatusLine.stateText(snapshot.state))) }
    for stage in LatencyStage.allCases {
      if let latency = snapshot[stage] { rows.append((stage.name, latencyText(latency))) }
    }
    let width = rows.map(\.0.count).max() ?? 0
    return rows.map { title, value in
      title + String(repeating: " ", count: width - title.count + 2) + value + "\n"
    }.joined()
  }

  private static func orderTroubles(_ snapshot: MonitoringSnapshot) -> String {
    "\(NumberText.grouped(snapshot[.refusals])) refused by risk, "
      + "\(NumberText.grouped(snapshot[.rejections])) rejected by the venue, "
      + "\(NumberText.grouped(snapshot[.ordersNotSent])) not sent"
  }

  private static func money(_ money: Money) -> String { NumberText.decimal(money.brl, places: 2) + " BRL" }

  private static func latencyText(_ latency: LatencySummary) -> String {
    let parts = [
      ("p50", latency.p50), ("p99", latency.p99), ("p99.9", latency.p999), ("max", latency.maximum),
    ]
    return parts.map { "\($0) \(NumberText.duration(nanoseconds: Double($1)))" }.joined(separator: ", ")
      + " over \(NumberText.grouped(latency.count))"
  }
}
