// Results by week, month, quarter or year.

import Glibc
import QuantMath

/// What one calendar period earned.
package struct PeriodResult: Hashable, Sendable {
  /// As in ``CalendarPeriod/name(of:)``.
  package let name: String
  /// In the unit of the series.
  package let result: Double
  /// Sessions of the record in it; the first and the last period may be cut short.
  package let sessions: Int
}

/// The results of all periods of one kind.
package struct PeriodStatistics: Hashable, Sendable {
  package let period: CalendarPeriod
  /// Every period with a session, in order.
  package let results: [PeriodResult]
  /// Share of winning among winning and losing periods, with Wilson's interval.
  package let winShare: Estimate?
  /// Expected result of a period: the mean with its error (additive), or the geometric mean (compounded).
  package let expected: Estimate?
  package let best: Estimate?
  package let worst: Estimate?
  /// Mean of the periods that gained.
  package let averageGain: Estimate?
  /// Mean of the periods that lost, negative.
  package let averageLoss: Estimate?
  /// Sum of results over the sum of losses, by period. Source: see ``SessionOutcomes/gainToPain``.
  package let gainToPain: Estimate?

  package init(_ series: ResultSeries, by period: CalendarPeriod, floor: SampleFloor = .standard) {
    let results = Self.gather(series, period)
    let values = results.map(\.result)
    let isEnough = values.count >= floor.periods
    let (wins, losses) = (values.filter { $0 > 0 }, values.filter { $0 < 0 })
    self.period = period
    self.results = results
    func mean(_ values: [Double]) -> Estimate? {
      guard isEnough, !values.isEmpty else { return nil }
      var moments = RunningMoments()
      for value in values { moments.update(value) }
      return Estimate(
        value: moments.mean, unit: series.unit, standardError: moments.standardErrorOfMean, observations: values.count)
    }
    func single(_ value: Double?) -> Estimate? {
      guard isEnough, let value else { return nil }
      return Estimate(value: value, unit: series.unit, observations: values.count)
    }
    winShare =
      isEnough && wins.count + losses.count > 0
      ? HitRate.fraction(hits: wins.count, of: wins.count + losses.count) : nil
    expected =
      series.growth == .additive || values.isEmpty
      ? mean(values) : single(pow(1 + series.total, 1 / Double(values.count)) - 1)
    best = single(values.max())
    worst = single(values.min())
    averageGain = mean(wins)
    averageLoss = mean(losses)
    let lost = -losses.reduce(0, +)
    gainToPain =
      isEnough && lost > 0
      ? Estimate(value: values.reduce(0, +) / lost, unit: .ratio, observations: values.count) : nil
  }

  private static func gather(_ series: ResultSeries, _ period: CalendarPeriod) -> [PeriodResult] {
    var results: [PeriodResult] = []
    var start = 0
    for index in 1...max(1, series.count) where series.count > 0 {
      let isLast = index == series.count
      if !isLast, period.number(of: series.dates[index]) == period.number(of: series.dates[start]) { continue }
      results.append(
        PeriodResult(
          name: period.name(of: series.dates[start]), result: series.result(of: start..<index), sessions: index - start)
      )
      start = index
    }
    return results
  }
}

/// Results up to the last session of a record: month to date, several calendar months, year to date.
package enum TrailingResult {
  /// What the calendar month of the last session and the `months` - 1 before it earned. Nil unless the
  /// record begins before the first of them: otherwise it cannot tell whether it has all of that month.
  ///
  /// - Precondition: `months` is positive.
  package static func months(_ months: Int, of series: ResultSeries) -> Estimate? {
    precondition(months > 0, "a positive number of months")
    return since(months - 1, of: series, by: .month)
  }

  /// What the calendar year of the last session earned; nil as for ``months(_:of:)``.
  package static func yearToDate(_ series: ResultSeries) -> Estimate? { since(0, of: series, by: .year) }

  private static func since(_ periods: Int, of series: ResultSeries, by period: CalendarPeriod) -> Estimate? {
    guard let first = series.dates.first, let last = series.dates.last else { return nil }
    let start = period.number(of: last) - periods
    guard period.number(of: first) < start,
      let index = series.dates.firstIndex(where: { period.number(of: $0) >= start })
    else { return nil }
    let range = index..<series.count
    return Estimate(value: series.result(of: range), unit: series.unit, observations: range.count)
  }
}
