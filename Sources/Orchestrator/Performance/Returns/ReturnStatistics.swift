// Every statistic of a series of session results, in one value.

/// Statistics of session results: ratios, shape, tails, drawdowns and calendar periods.
///
/// Made from profits in BRL or from returns (see ``ResultSeries``). What is undefined, or rests on fewer observations
/// than the floor, is absent. Standard errors assume independent sessions.
package struct ReturnStatistics: Hashable, Sendable {
  package let series: ResultSeries
  package let ratios: RewardRatios
  package let outcomes: SessionOutcomes
  package let shape: ResultShape
  /// At 95 % and 99 %.
  package let tails: [TailRisk]
  package let drawdowns: DrawdownStatistics
  package let weeks: PeriodStatistics
  package let months: PeriodStatistics
  package let quarters: PeriodStatistics
  package let years: PeriodStatistics
  /// Straightness of the account's growth.
  package let trend: EquityTrend?
  /// Profit factor of sessions times ``ResultShape/tailRatio``.
  ///
  /// Source: quantstats, `common_sense_ratio`, after L. Connors.
  package let commonSense: Estimate?
  /// Growth per year: mean times sessions per year with its error (additive), or the compound annual growth rate.
  package let yearly: Estimate?
  /// Expected result of a session: the mean with its error (additive), or the geometric mean (compounded).
  package let expected: Estimate?

  /// - Parameters:
  ///   - sessionsPerYear: For annual figures; 252 at B3.
  ///   - floor: What too few observations are.
  /// - Precondition: `sessionsPerYear` is positive.
  package init(
    _ series: ResultSeries, sessionsPerYear: Double = PerformanceReport.sessionsPerYear, floor: SampleFloor = .standard
  ) {
    precondition(sessionsPerYear > 0, "a year has a positive number of sessions")
    let outcomes = SessionOutcomes(series.results, floor: floor)
    let shape = ResultShape(series, sessionsPerYear: sessionsPerYear, floor: floor)
    self.series = series
    self.outcomes = outcomes
    self.shape = shape
    ratios = RewardRatios(series.results, sessionsPerYear: sessionsPerYear, floor: floor)
    tails = [0.95, 0.99].map { TailRisk(series, level: $0, floor: floor) }
    drawdowns = DrawdownStatistics(series, sessionsPerYear: sessionsPerYear, floor: floor)
    weeks = PeriodStatistics(series, by: .week, floor: floor)
    months = PeriodStatistics(series, by: .month, floor: floor)
    quarters = PeriodStatistics(series, by: .quarter, floor: floor)
    years = PeriodStatistics(series, by: .year, floor: floor)
    trend = EquityTrend(series, floor: floor)
    if let factor = outcomes.profitFactor, let tail = shape.tailRatio {
      commonSense = Estimate(value: factor.value * tail.value, unit: .ratio, observations: series.count)
    } else {
      commonSense = nil
    }
    guard series.growth == .compounded, series.count > 0, series.count >= floor.sessions else {
      expected = series.growth == .additive ? shape.mean : nil
      yearly =
        series.growth == .additive
        ? shape.mean.map { RewardRatios.scaled($0, by: sessionsPerYear, unit: series.unit) } : nil
      return
    }
    expected = series.yearlyGrowth(sessionsPerYear: 1).map {
      Estimate(value: $0, unit: series.unit, observations: series.count)
    }
    yearly = series.yearlyGrowth(sessionsPerYear: sessionsPerYear).map {
      Estimate(value: $0, unit: series.unit, observations: series.count)
    }
  }
}
