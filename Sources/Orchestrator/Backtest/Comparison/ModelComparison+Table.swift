// A comparison as a table of the report.

package import Performance

extension ModelComparison {
  /// One row a strategy, the baseline first; differences are means a day with their 95 % intervals.
  package var table: ReportTable {
    ReportTable(
      caption: "On the \(sessions.count) sessions that all have run",
      columns: [
        .init("Strategy", .text), .init("Trades"), .init("Net (BRL)"), .init("BRL a session"), .init("BRL a trade"),
        .init("Sharpe, annual"), .init("Deepest fall"), .init("Against the first, BRL a day"), .init("From"),
        .init("To"),
      ],
      rows: rows.map { row in
        [
          .text(row.name), .count(row.score.trades), .signed(row.score.net, digits: 2),
          .signed(row.score.perSession, digits: 2), .signed(row.score.expectancy, digits: 2),
          .number(row.annualSharpe, digits: 2), .number(row.deepestFall, digits: 2),
          row.difference.map { .signed($0.mean, digits: 2) } ?? .text(""),
          row.difference.map { .number($0.lower, digits: 2) } ?? .text(""),
          row.difference.map { .number($0.upper, digits: 2) } ?? .text(""),
        ]
      })
  }
}
