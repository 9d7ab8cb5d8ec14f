// Won and lost sessions: how often, how much, and the ratios made of the two.

/// Statistics of winning against losing sessions. Idle sessions (result exactly 0) are neither, but count where a
/// formula says all sessions. None depends on the unit of the results.
///
/// Standard errors are by the jackknife over sessions, which assumes them independent.
package struct SessionOutcomes: Hashable, Sendable {
  /// Share of winning among winning and losing sessions, with Wilson's interval.
  package let winShare: Estimate?
  /// Mean win over mean loss.
  package let payoff: Estimate?
  /// Sum of wins over sum of losses.
  package let profitFactor: Estimate?
  /// Sum of all results over the sum of losses.
  ///
  /// Source: J. Schwager, "Hedge Fund Market Wizards" (2012), appendix A.
  package let gainToPain: Estimate?
  /// Profit factor times win share times payoff.
  ///
  /// Source: quantstats, `cpc_index`, after C. Camarillo.
  package let cpcIndex: Estimate?
  /// The share of capital per session that maximises the growth of repeated bets with this win share p and payoff b:
  /// p - (1 - p) / b; negative for a losing game.
  ///
  /// A rule for coin-like bets; at real payoffs of varying size it overstates what may be risked.
  /// Source: J. Kelly, "A new interpretation of information rate", Bell System Technical Journal 35 (1956).
  package let kelly: Estimate?
  /// Most winning and most losing sessions in a row.
  package let streaks: Streaks

  /// - Parameter floor: Fewer sessions than its number leave everything but the streaks absent.
  package init(_ results: [Double], floor: SampleFloor = .standard) {
    streaks = Streaks(results)
    guard results.count >= floor.sessions else {
      (winShare, payoff, profitFactor, gainToPain, cpcIndex, kelly) = (nil, nil, nil, nil, nil, nil)
      return
    }
    let contributions = results.map(Self.contribution)
    let sums = contributions.reduce(into: SIMD8<Double>.zero) { $0 += $1 }
    func estimate(_ statistic: (SIMD8<Double>) -> Double?, unit: MetricUnit = .ratio) -> Estimate? {
      guard let value = statistic(sums), value.isFinite else { return nil }
      return Estimate(
        value: value, unit: unit, standardError: jackknifeError(contributions, of: statistic),
        observations: results.count)
    }
    let (wins, losses) = (Int(sums[0]), Int(sums[1]))
    winShare = wins + losses > 0 ? HitRate.fraction(hits: wins, of: wins + losses) : nil
    payoff = estimate(Self.payoff)
    profitFactor = estimate { $0[1] > 0 ? $0[2] / $0[3] : nil }
    gainToPain = estimate { $0[1] > 0 ? ($0[2] - $0[3]) / $0[3] : nil }
    cpcIndex = estimate { sums in
      Self.payoff(sums).map { sums[2] / sums[3] * (sums[0] / (sums[0] + sums[1])) * $0 }
    }
    kelly = estimate(
      { sums in
        Self.payoff(sums).map { (sums[0] - sums[1] / $0) / (sums[0] + sums[1]) }
      }, unit: .fraction)
  }

  /// Winning sessions, losing sessions, sum of wins, sum of losses (positive).
  private static func contribution(_ result: Double) -> SIMD8<Double> {
    SIMD8(result > 0 ? 1 : 0, result < 0 ? 1 : 0, max(0, result), max(0, -result), 0, 0, 0, 0)
  }

  private static func payoff(_ sums: SIMD8<Double>) -> Double? {
    guard sums[0] > 0, sums[1] > 0 else { return nil }
    return sums[2] / sums[0] / (sums[3] / sums[1])
  }

  /// The omega ratio: gains above `threshold` over shortfalls below it; at threshold 0 it equals ``profitFactor``.
  /// Nil where nothing fell short, or below the floor.
  ///
  /// Source: C. Keating, W. Shadwick, "A universal performance measure", Journal of Performance Measurement 6 (2002).
  package static func omega(
    _ results: [Double], threshold: Double = 0, floor: SampleFloor = .standard
  ) -> Estimate? {
    SessionOutcomes(results.map { $0 - threshold }, floor: floor).profitFactor
  }
}
