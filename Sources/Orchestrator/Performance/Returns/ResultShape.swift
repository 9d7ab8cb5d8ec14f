// The distribution of session results: centre, spread, shape and tails.

import QuantMath

/// Moments and tails of session results. Amounts are in the unit of the series; ratios of quantiles have none.
package struct ResultShape: Hashable, Sendable {
  /// Mean result of a session.
  package let mean: Estimate?
  /// Middle result of a session, with an interval by order statistics.
  package let median: Estimate?
  /// Deviation of a session (divisor n - 1) times sqrt(sessions per year).
  ///
  /// Standard error: deviation of s by the delta method with the sample's kurtosis k: s sqrt((k - 1) / n) / 2.
  package let volatility: Estimate?
  /// G1 of ``SampleMoments/adjustedSkewness``, error by the jackknife.
  package let skewness: Estimate?
  /// G2 of ``SampleMoments/adjustedExcessKurtosis``, error by the jackknife; large samples of it still mislead.
  package let excessKurtosis: Estimate?
  /// The best session.
  package let best: Estimate?
  /// The worst session.
  package let worst: Estimate?
  /// |95 % quantile| over |5 % quantile|: above 1, gains reach further than losses.
  ///
  /// Source: quantstats and empyrical, `tail_ratio`.
  package let tailRatio: Estimate?
  /// 99 % quantile over the mean win: how far the best sessions stand out.
  ///
  /// Source: quantstats, `outlier_win_ratio`, which counts idle sessions among the wins; here they are not.
  package let outlierWinRatio: Estimate?
  /// |1 % quantile| over the mean loss.
  ///
  /// Source: quantstats, `outlier_loss_ratio`.
  package let outlierLossRatio: Estimate?

  package init(_ series: ResultSeries, sessionsPerYear: Double, floor: SampleFloor = .standard) {
    let (results, unit, n) = (series.results, series.unit, series.count)
    let sorted = results.sorted()
    var running = RunningMoments()
    for result in results { running.update(result) }
    let isEnough = n >= floor.sessions
    let moments = isEnough ? SampleMoments(results) : nil
    self.mean =
      isEnough && n > 0
      ? Estimate(value: running.mean, unit: unit, standardError: running.standardErrorOfMean, observations: n) : nil
    median = isEnough ? SampleQuantile.estimate(sorted, 0.5, unit: unit) : nil
    volatility = moments.map { moments in
      let value = moments.deviation * sessionsPerYear.squareRoot()
      let error = value * ((moments.kurtosis - 1) / Double(n)).squareRoot() / 2
      return Estimate(value: value, unit: unit, standardError: error, observations: n)
    }
    (skewness, excessKurtosis) = Self.shape(results, moments)
    best = sorted.last.map { Estimate(value: $0, unit: unit, observations: n) }
    worst = sorted.first.map { Estimate(value: $0, unit: unit, observations: n) }
    func ratio(_ numerator: Double?, _ denominator: Double?) -> Estimate? {
      guard let numerator, let denominator, denominator != 0 else { return nil }
      return Estimate(value: abs(numerator / denominator), unit: .ratio, observations: n)
    }
    func quantile(_ share: Double) -> Double? {
      floor.allows(quantile: share, count: n) && isEnough ? SampleQuantile.value(sorted, share) : nil
    }
    func average(_ values: [Double]) -> Double? { values.isEmpty ? nil : values.reduce(0, +) / Double(values.count) }
    tailRatio = ratio(quantile(0.95), quantile(0.05))
    outlierWinRatio = ratio(quantile(0.99), average(results.filter { $0 > 0 }))
    outlierLossRatio = ratio(quantile(0.01), average(results.filter { $0 < 0 }))
  }

  /// Skewness and kurtosis with jackknife errors, from power sums of standardised results.
  private static func shape(_ results: [Double], _ moments: SampleMoments?) -> (Estimate?, Estimate?) {
    guard let moments else { return (nil, nil) }
    let powers = results.map { result -> SIMD8<Double> in
      let z = (result - moments.mean) / moments.deviation
      return SIMD8(1, z, z * z, z * z * z, z * z * z * z, 0, 0, 0)
    }
    func estimate(_ value: Double?, _ statistic: (SIMD8<Double>) -> Double?) -> Estimate? {
      value.map {
        Estimate(
          value: $0, unit: .ratio, standardError: jackknifeError(powers, of: statistic), observations: moments.count)
      }
    }
    return (
      estimate(moments.adjustedSkewness) { PowerSums($0).adjustedSkewness },
      estimate(moments.adjustedExcessKurtosis) { PowerSums($0).adjustedExcessKurtosis }
    )
  }
}

/// Shape statistics from sums of powers 0 to 4.
private struct PowerSums {
  let n: Double
  /// Central moments (divisor n).
  let second: Double
  let third: Double
  let fourth: Double

  init(_ sums: SIMD8<Double>) {
    n = sums[0]
    let mean = sums[1] / n
    let (square, cube, quartic) = (sums[2] / n, sums[3] / n, sums[4] / n)
    second = square - mean * mean
    third = cube - 3 * mean * square + 2 * mean * mean * mean
    fourth = quartic - 4 * mean * cube + 6 * mean * mean * square - 3 * mean * mean * mean * mean
  }

  /// As in ``SampleMoments``.
  var adjustedSkewness: Double? {
    guard n > 2, second > 0 else { return nil }
    return third / (second * second.squareRoot()) * (n * (n - 1)).squareRoot() / (n - 2)
  }

  /// As in ``SampleMoments``.
  var adjustedExcessKurtosis: Double? {
    guard n > 3, second > 0 else { return nil }
    let excess = fourth / (second * second) - 3
    return ((n + 1) * excess + 6) * (n - 1) / ((n - 2) * (n - 3))
  }
}
