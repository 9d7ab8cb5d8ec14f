// The result of a run in one value, with what it was run on and how sure its numbers are.

package import TradingDomain

/// One fact about how a run was made: fill rule, latency model, cost model, seed, model hash and whatever else matters.
package struct ReportStamp: Hashable, Sendable, Codable {
  package var name: String
  package var value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }
}

/// One named metric of a report; without a value it is undefined for this run.
package struct ReportedMetric: Hashable, Sendable {
  /// What the metric is about.
  package enum Group: String, Hashable, Sendable, CaseIterable {
    case result = "Result"
    case trades = "Trades"
    case returns = "Returns on capital"
    case tails = "Bad sessions"
    case drawdowns = "Drawdowns"
    case periods = "Weeks and months"
  }

  package var group: Group
  package var name: String
  package var unit: MetricUnit
  package var estimate: Estimate?

  package init(name: String, unit: MetricUnit, estimate: Estimate?, group: Group = .result) {
    self.group = group
    self.name = name
    self.unit = unit
    self.estimate = estimate
  }
}

/// What a run earned, how, and under which assumptions. Written as text, JSON or one HTML page.
package struct PerformanceReport: Hashable, Sendable {
  /// Year of the exchange in sessions, for annualised figures.
  package static let sessionsPerYear = 252.0

  package let title: String
  /// In the order given; printed with every form of the report.
  package let stamps: [ReportStamp]
  package let metrics: [ReportedMetric]
  package let curve: EquityCurve
  package let sessions: [SessionProfit]
  package let drawdown: MaximumDrawdown

  /// Measures a run.
  ///
  /// - Parameters:
  ///   - title: For example the strategy, symbol and dates.
  ///   - stamps: How the run was made.
  ///   - curve: Equity net of costs.
  ///   - trades: Closed trades in order of their exits.
  ///   - sessions: Every session of the run, traded or not, ascending.
  package init(
    title: String, stamps: [ReportStamp], curve: EquityCurve, trades: [ClosedTrade], sessions: [TradingSession]
  ) throws(PerformanceError) {
    let statistics = try TradeStatistics(trades)
    let profits = try curve.profits(sessions: sessions.map(\.date))
    let drawdown = MaximumDrawdown(curve)
    let results = profits.map(\.profit.brl)
    self.title = title
    self.stamps = stamps
    self.curve = curve
    self.sessions = profits
    self.drawdown = drawdown
    metrics =
      Self.resultMetrics(curve: curve, results: results, profits: profits, drawdown: drawdown)
      + Self.tradeMetrics(statistics)
      + Self.qualityMetrics(TradeQuality(trades, sessions: sessions.count))
      + Self.returnMetrics(profits, capital: curve.opening.equity)
      + [
        ReportedMetric(
          name: "turnover", unit: .contractsPerSession,
          estimate: Turnover.contractsPerSession(trades, sessions: sessions.map(\.date)), group: .trades),
        ReportedMetric(
          name: "exposure", unit: .fraction, estimate: Exposure.fraction(trades, sessions: sessions), group: .trades),
      ]
  }

  /// The metric of that name, or nil.
  package func metric(_ name: String) -> ReportedMetric? { metrics.first { $0.name == name } }

  private static func resultMetrics(
    curve: EquityCurve, results: [Double], profits: [SessionProfit], drawdown: MaximumDrawdown
  ) -> [ReportedMetric] {
    let sharpe = SharpeRatio(results)
    let underwater = Double(drawdown.longestUnderwater.count) / 86_400e9
    return [
      ReportedMetric(
        name: "net profit", unit: .brl,
        estimate: Estimate(value: curve.profit.brl, unit: .brl, observations: curve.points.count)),
      ReportedMetric(
        name: "sessions", unit: .count,
        estimate: Estimate(value: Double(profits.count), unit: .count, observations: profits.count)),
      ReportedMetric(name: "Sharpe ratio, per session", unit: .perPeriod, estimate: sharpe?.perPeriod),
      ReportedMetric(
        name: "Sharpe ratio, annualised", unit: .perYear,
        estimate: sharpe?.annualised(periodsPerYear: sessionsPerYear)),
      ReportedMetric(
        name: "Sortino ratio, per session", unit: .perPeriod, estimate: SortinoRatio.perPeriod(results)),
      ReportedMetric(
        name: "Calmar ratio", unit: .perYear,
        estimate: CalmarRatio.perYear(profits: profits, drawdown: drawdown, sessionsPerYear: sessionsPerYear)),
      ReportedMetric(
        name: "maximum drawdown", unit: .brl,
        estimate: Estimate(value: drawdown.amount.brl, unit: .brl, observations: curve.points.count)),
      ReportedMetric(
        name: "longest time under water", unit: .days,
        estimate: Estimate(value: underwater, unit: .days, observations: curve.points.count)),
    ]
  }

  private static func tradeMetrics(_ statistics: TradeStatistics) -> [ReportedMetric] {
    func amount(_ money: Money) -> Estimate {
      Estimate(value: money.brl, unit: .brl, observations: statistics.count)
    }
    func count(_ number: Int) -> Estimate {
      Estimate(value: Double(number), unit: .count, observations: statistics.count)
    }
    return [
      ReportedMetric(name: "trades", unit: .count, estimate: count(statistics.count), group: .trades),
      ReportedMetric(
        name: "gross profit of trades", unit: .brl, estimate: amount(statistics.grossProfit), group: .trades),
      ReportedMetric(name: "fees of trades", unit: .brl, estimate: amount(statistics.fees), group: .trades),
      ReportedMetric(name: "expectancy", unit: .brlPerTrade, estimate: statistics.expectancy?.mean, group: .trades),
      ReportedMetric(
        name: "t statistic of expectancy", unit: .standardErrors, estimate: statistics.expectancy?.tStatistic,
        group: .trades),
      ReportedMetric(name: "hit rate", unit: .fraction, estimate: statistics.hitRate, group: .trades),
      ReportedMetric(name: "profit factor", unit: .ratio, estimate: statistics.profitFactor, group: .trades),
      ReportedMetric(name: "average win", unit: .brlPerTrade, estimate: statistics.averages.win, group: .trades),
      ReportedMetric(name: "average loss", unit: .brlPerTrade, estimate: statistics.averages.loss, group: .trades),
      ReportedMetric(name: "payoff", unit: .ratio, estimate: statistics.averages.payoff, group: .trades),
      ReportedMetric(
        name: "longest losing streak", unit: .count, estimate: count(statistics.longestLosingStreak), group: .trades),
      ReportedMetric(name: "mean holding time", unit: .seconds, estimate: statistics.meanHolding, group: .trades),
    ]
  }
}
