// The metrics of a report that go beyond its headline: trades in detail, returns, tails, drawdowns, periods.

import TradingDomain

extension PerformanceReport {
  /// Returns are profits over `capital`, as for an account that never trades larger than at its start. A curve of mere
  /// profit, without capital, has none of these.
  static func returnMetrics(_ profits: [SessionProfit], capital: Money) -> [ReportedMetric] {
    guard let series = try? ResultSeries(profits: profits, capital: capital) else { return [] }
    let all = ReturnStatistics(series)
    let (ratios, outcomes, shape, falls) = (all.ratios, all.outcomes, all.shape, all.drawdowns)
    return listed(
      .returns,
      [
        ("mean return of a session", .fraction, shape.mean), ("median return of a session", .fraction, shape.median),
        ("return a year", .fraction, all.yearly), ("volatility a year", .fraction, shape.volatility),
        ("smart Sharpe ratio", .perYear, ratios.smartSharpe), ("Sortino ratio, annualised", .perYear, ratios.sortino),
        ("smart Sortino ratio", .perYear, ratios.smartSortino),
        ("Sortino ratio over sqrt 2", .perYear, ratios.adjustedSortino),
        ("winning sessions", .fraction, outcomes.winShare), ("payoff of sessions", .ratio, outcomes.payoff),
        ("profit factor of sessions (omega)", .ratio, outcomes.profitFactor),
        ("gain to pain", .ratio, outcomes.gainToPain), ("CPC index", .ratio, outcomes.cpcIndex),
        ("Kelly fraction", .fraction, outcomes.kelly), ("common sense ratio", .ratio, all.commonSense),
        ("risk of ruin", .fraction, RiskOfRuin.probability(series)), ("skewness", .ratio, shape.skewness),
        ("excess kurtosis", .ratio, shape.excessKurtosis), ("straightness (R squared)", .ratio, all.trend?.rSquared),
      ])
      + listed(
        .tails,
        all.tails.flatMap { tail -> [(String, MetricUnit, Estimate?)] in
          let level = DecimalText.percent(tail.level, digits: 0)
          return [
            ("value at risk \(level)", .fraction, tail.historicValueAtRisk),
            ("value at risk \(level), normal", .fraction, tail.normalValueAtRisk),
            ("expected shortfall \(level)", .fraction, tail.historicShortfall),
            ("expected shortfall \(level), normal", .fraction, tail.normalShortfall),
          ]
        } + [
          ("best session", .fraction, shape.best), ("worst session", .fraction, shape.worst),
          ("tail ratio", .ratio, shape.tailRatio), ("outlier win ratio", .ratio, shape.outlierWinRatio),
          ("outlier loss ratio", .ratio, shape.outlierLossRatio),
          ("most winning sessions in a row", .count, count(outcomes.streaks.longestWinning, profits.count)),
          ("most losing sessions in a row", .count, count(outcomes.streaks.longestLosing, profits.count)),
        ])
      + listed(
        .drawdowns,
        [
          ("deepest drawdown of sessions", .fraction, falls.maximum), ("average drawdown", .fraction, falls.average),
          ("average drawdown lasts", .days, falls.averageDays), ("longest drawdown lasts", .days, falls.longestDays),
          ("time under water", .fraction, falls.timeUnderwater), ("Calmar ratio of sessions", .perYear, falls.calmar),
          ("recovery factor", .ratio, falls.recoveryFactor), ("ulcer index", .fraction, falls.ulcerIndex),
          ("ulcer performance", .ratio, falls.ulcerPerformance), ("serenity", .ratio, falls.serenity),
        ])
      + listed(
        .periods,
        [
          ("winning weeks", .fraction, all.weeks.winShare), ("winning months", .fraction, all.months.winShare),
          ("expected month", .fraction, all.months.expected), ("best month", .fraction, all.months.best),
          ("worst month", .fraction, all.months.worst), ("average up month", .fraction, all.months.averageGain),
          ("average down month", .fraction, all.months.averageLoss),
          ("monthly gain to pain", .ratio, all.months.gainToPain),
        ])
  }

  static func qualityMetrics(_ quality: TradeQuality) -> [ReportedMetric] {
    listed(
      .trades,
      [
        ("largest open loss, average", .brlPerTrade, quality.averageAdverse),
        ("largest open loss, worst", .brlPerTrade, quality.largestAdverse),
        ("largest open gain, average", .brlPerTrade, quality.averageFavourable),
        ("largest open gain, best", .brlPerTrade, quality.largestFavourable),
        ("given back before the end", .brlPerTrade, quality.averageGivenBack),
        ("median holding time of winners", .seconds, quality.medianHoldingOfWinners),
        ("median holding time of losers", .seconds, quality.medianHoldingOfLosers),
        ("longest winning streak", .count, count(quality.longestWinningStreak, quality.longestWinningStreak)),
        ("expectancy of long trades", .brlPerTrade, quality.longExpectancy),
        ("expectancy of short trades", .brlPerTrade, quality.shortExpectancy),
        ("system quality number", .standardErrors, quality.systemQuality),
        ("chance of such a mean without an edge", .fraction, quality.meanIsChance),
        ("trades a session", .ratio, quality.tradesPerSession),
      ])
  }

  private static func listed(
    _ group: ReportedMetric.Group, _ metrics: [(String, MetricUnit, Estimate?)]
  ) -> [ReportedMetric] {
    metrics.map { ReportedMetric(name: $0.0, unit: $0.1, estimate: $0.2, group: group) }
  }

  private static func count(_ number: Int, _ observations: Int) -> Estimate {
    Estimate(value: Double(number), unit: .count, observations: observations)
  }
}
