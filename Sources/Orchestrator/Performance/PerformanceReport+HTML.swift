// The report as a page: its own numbers first, then what the caller adds.

import TradingDomain

extension PerformanceReport {
  /// Metrics shown as cards at the top, in this order, where the run has them.
  private static let headline: [(name: String, tone: MetricCard.Tone)] = [
    ("net profit", .signed), ("Sharpe ratio, annualised", .signed), ("maximum drawdown", .neutral),
    ("expectancy", .signed), ("hit rate", .neutral), ("profit factor", .neutral),
  ]

  /// The page of this report.
  ///
  /// - Parameters:
  ///   - subtitle: One line under the title: model, capital, what was tested.
  ///   - isPartial: Whether the run was stopped before its end.
  ///   - alarms: What forbids taking the result at face value.
  ///   - verdicts: What the checks of the run found.
  ///   - trades: Closed trades, for their distribution and their hours; empty leaves these charts out.
  ///   - baseline: The curve of the baseline over the same sessions; nil without one.
  ///   - sections: Shown between the report's own charts and its tables.
  package func page(
    subtitle: String = "", isPartial: Bool = false, alarms: [PageAlarm] = [], verdicts: [ReportVerdict] = [],
    trades: [ClosedTrade] = [], baseline: EquityCurve? = nil, sections: [ReportSection] = []
  ) -> ReportPage {
    let own = [resultSection(baseline: baseline), calendarSection(trades), distributionSection(trades)]
    return ReportPage(
      title: title, subtitle: subtitle, isPartial: isPartial, alarms: alarms, stamps: stamps, verdicts: verdicts,
      sections: own + sections + [tableSection])
  }

  /// A complete HTML document of ``page(subtitle:isPartial:alarms:verdicts:trades:baseline:sections:)``.
  package func html() -> String { page().html() }

  private func resultSection(baseline: EquityCurve?) -> ReportSection {
    let cards = Self.headline.compactMap { item in metric(item.name).map { MetricCard($0, tone: item.tone) } }
    let chart = EquityDrawdownChart(profit: curve.profitBRL, baseline: baseline?.profitBRL ?? [])
    return ReportSection("Result", [.metrics(cards), .chart(chart)])
  }

  private func calendarSection(_ trades: [ClosedTrade]) -> ReportSection {
    var blocks: [ReportSection.Block] = [.chart(MonthlyHeatMap(sessions: sessions))]
    if !trades.isEmpty { blocks.append(.chart(HourWeekdayHeatMap(trades: trades))) }
    let rolling = RollingSharpeChart(sessions: sessions)
    if !rolling.values.isEmpty { blocks.append(.chart(rolling)) }
    return ReportSection("Calendar", blocks)
  }

  private func distributionSection(_ trades: [ClosedTrade]) -> ReportSection {
    var charts: [any ReportChart] = [
      HistogramChart(
        title: "Net results of sessions", things: "sessions", unit: "BRL", values: sessions.map(\.profit.brl))
    ]
    if !trades.isEmpty {
      charts.append(
        HistogramChart(
          title: "Net results of trades", things: "trades", unit: "BRL", values: trades.map(\.netProfit.brl)))
    }
    let excursions = trades.compactMap { trade in
      trade.maximumAdverse.map {
        ExcursionChart.Trade(adverseBRL: -$0.brl, profitBRL: trade.netProfit.brl)
      }
    }
    if !excursions.isEmpty { charts.append(ExcursionChart(trades: excursions)) }
    return ReportSection("Distribution", [.charts(charts)])
  }

  private var tableSection: ReportSection {
    let rows = sessions.map { session -> [ReportTable.Cell] in
      [.text(session.date.description), .signed(session.profit.brl, digits: 2)]
    }
    let table = ReportTable(
      caption: "Net profit of each session", columns: [.init("Session", .text), .init("Net (BRL)")], rows: rows)
    return ReportSection(
      "Metrics",
      [
        .text("Every metric with its uncertainty. Returns are net profits over the capital at the start.")
      ]
        + ReportedMetric.Group.allCases.compactMap { group in
          let members = metrics.filter { $0.group == group }
          return members.isEmpty
            ? nil : .table(ReportTable(caption: group.rawValue, metrics: members.map { MetricCard($0) }))
        } + [
          .details("Sessions one by one (\(sessions.count))", [.table(table)])
        ])
  }
}
