// Reward per unit of risk over sessions: ratios that do not depend on the unit of the results.

import QuantMath

/// Ratios of mean to spread, annualised by the square root of sessions per year. Each is nil where it has no value.
package struct RewardRatios: Hashable, Sendable {
  /// See ``SharpeRatio``.
  package let sharpe: Estimate?
  /// ``sharpe`` over ``autocorrelationPenalty``; so is its error, which takes the penalty as known.
  package let smartSharpe: Estimate?
  /// See ``SortinoRatio``; target 0.
  package let sortino: Estimate?
  /// ``sortino`` over ``autocorrelationPenalty``.
  package let smartSortino: Estimate?
  /// ``sortino`` over sqrt(2): on the scale of the Sharpe ratio if results are symmetric.
  ///
  /// Source: J. Schwager, "Market Sense and Nonsense" (2012), chapter 8.
  package let adjustedSortino: Estimate?
  /// ``smartSortino`` over sqrt(2).
  package let adjustedSmartSortino: Estimate?
  /// By how much the deviation of a sum of sessions exceeds that of independent ones; 1 or more.
  ///
  ///     sqrt(1 + 2 sum over k from 1 to n - 1 of (n - k) / n |rho|^k)
  ///
  /// rho is the correlation of neighbouring sessions, taken as positive so that alternation earns no bonus.
  /// Source: A. Lo, "The statistics of Sharpe ratios" (2002), equation 20 for an autoregressive series; the absolute
  /// value after quantstats, `autocorr_penalty`.
  package let autocorrelationPenalty: Double?

  /// - Parameters:
  ///   - results: One per session.
  ///   - floor: Below its sessions all ratios are absent.
  package init(_ results: [Double], sessionsPerYear: Double, floor: SampleFloor = .standard) {
    let isEnough = results.count >= floor.sessions
    let scale = sessionsPerYear.squareRoot()
    let sharpe = isEnough ? SharpeRatio(results)?.annualised(periodsPerYear: sessionsPerYear) : nil
    let sortino =
      isEnough ? SortinoRatio.perPeriod(results).map { Self.scaled($0, by: scale, unit: .perYear) } : nil
    let penalty = isEnough ? Self.penalty(results) : nil
    self.sharpe = sharpe
    self.sortino = sortino
    autocorrelationPenalty = penalty
    func smart(_ ratio: Estimate?, _ factor: Double) -> Estimate? {
      guard let ratio, let penalty else { return nil }
      return Self.scaled(ratio, by: factor / penalty, unit: .perYear)
    }
    smartSharpe = smart(sharpe, 1)
    smartSortino = smart(sortino, 1)
    adjustedSortino = sortino.map { Self.scaled($0, by: 0.5.squareRoot(), unit: .perYear) }
    adjustedSmartSortino = smart(sortino, 0.5.squareRoot())
  }

  /// Value and error times `factor`.
  static func scaled(_ estimate: Estimate, by factor: Double, unit: MetricUnit) -> Estimate {
    Estimate(
      value: estimate.value * factor, unit: unit, standardError: estimate.standardError.map { $0 * factor },
      observations: estimate.observations)
  }

  private static func penalty(_ results: [Double]) -> Double? {
    guard let correlation = neighbourCorrelation(results) else { return nil }
    let n = Double(results.count)
    var power = 1.0
    var sum = 0.0
    for lag in 1..<results.count {
      power *= abs(correlation)
      sum += (n - Double(lag)) / n * power
    }
    return (1 + 2 * sum).squareRoot()
  }

  /// Correlation of each result with the next; nil below three results or where either side is constant.
  static func neighbourCorrelation(_ results: [Double]) -> Double? {
    guard results.count > 2, let early = SampleMoments(Array(results.dropLast())),
      let late = SampleMoments(Array(results.dropFirst()))
    else { return nil }
    let products = zip(results, results.dropFirst()).reduce(0) { $0 + ($1.0 - early.mean) * ($1.1 - late.mean) }
    return products / Double(early.count - 1) / (early.deviation * late.deviation)
  }
}
