// How trades went while they lasted, how long they lasted, and how sure their mean is.

import Glibc
import QuantMath
package import TradingDomain

/// Statistics of closed trades beyond their sums; net of fees unless named otherwise. What is undefined is absent.
///
/// Source of excursions: J. Sweeney, "Maximum Adverse Excursion" (1997). Names after QuantConnect Lean's trade
/// statistics.
package struct TradeQuality: Hashable, Sendable {
  /// Mean and largest open loss of a trade before fees, in BRL, positive.
  package let averageAdverse: Estimate?
  package let largestAdverse: Estimate?
  /// Mean and largest open profit of a trade before fees, in BRL.
  package let averageFavourable: Estimate?
  package let largestFavourable: Estimate?
  /// Mean of what a trade gave back from its best moment to its end, before fees, in BRL, positive.
  package let averageGivenBack: Estimate?
  /// Median time from entry to exit in seconds.
  package let medianHoldingOfWinners: Estimate?
  package let medianHoldingOfLosers: Estimate?
  /// Most trades with a net gain in a row.
  package let longestWinningStreak: Int
  /// Mean net result of long and of short trades in BRL.
  package let longExpectancy: Estimate?
  package let shortExpectancy: Estimate?
  /// sqrt(n) mean / deviation, n at most 100. Source: V. Tharp, "Trade Your Way to Financial Freedom" (1998).
  package let systemQuality: Estimate?
  /// Probability of a mean at least this far from zero, either way, if trades earned nothing and were independent:
  /// Student's t with n - 1 degrees of freedom.
  package let meanIsChance: Estimate?
  /// Trades a session, over all sessions.
  package let tradesPerSession: Estimate?

  /// - Parameters:
  ///   - trades: In order of their exits.
  ///   - sessions: Sessions of the run, traded or not.
  package init(_ trades: [ClosedTrade], sessions: Int) {
    let adverse = trades.compactMap { $0.maximumAdverse.map { -$0.brl } }
    let favourable = trades.compactMap { $0.maximumFavourable?.brl }
    averageAdverse = Self.mean(adverse)
    largestAdverse = Self.largest(adverse)
    averageFavourable = Self.mean(favourable)
    largestFavourable = Self.largest(favourable)
    averageGivenBack = Self.mean(
      trades.compactMap { trade in
        trade.maximumFavourable.map { max(0, ($0 - trade.grossProfit).brl) }
      })
    medianHoldingOfWinners = Self.medianHolding(trades.filter { $0.netProfit > .zero })
    medianHoldingOfLosers = Self.medianHolding(trades.filter { $0.netProfit < .zero })
    longestWinningStreak = Streaks(trades.map(\.netProfit.brl)).longestWinning
    longExpectancy = Expectancy(netProfits: trades.filter { $0.side == .buy }.map(\.netProfit))?.mean
    shortExpectancy = Expectancy(netProfits: trades.filter { $0.side == .sell }.map(\.netProfit))?.mean
    let statistic = Expectancy(netProfits: trades.map(\.netProfit))?.tStatistic
    let share = min(1, (100 / Double(max(1, trades.count))).squareRoot())
    systemQuality = statistic.map {
      Estimate(value: $0.value * share, unit: .standardErrors, observations: trades.count)
    }
    meanIsChance = statistic.map {
      let beyond = StudentDistribution(degrees: trades.count - 1).probability(above: abs($0.value))
      return Estimate(value: 2 * beyond, unit: .fraction, observations: trades.count)
    }
    tradesPerSession =
      sessions > 0
      ? Estimate(value: Double(trades.count) / Double(sessions), unit: .ratio, observations: sessions) : nil
  }

  private static func mean(_ amounts: [Double]) -> Estimate? {
    guard !amounts.isEmpty else { return nil }
    var moments = RunningMoments()
    for amount in amounts { moments.update(amount) }
    return Estimate(
      value: moments.mean, unit: .brlPerTrade, standardError: moments.standardErrorOfMean, observations: amounts.count)
  }

  private static func largest(_ amounts: [Double]) -> Estimate? {
    amounts.max().map { Estimate(value: $0, unit: .brlPerTrade, observations: amounts.count) }
  }

  private static func medianHolding(_ trades: [ClosedTrade]) -> Estimate? {
    let seconds = trades.map { Double(($0.exitTime - $0.entryTime).count) / 1e9 }.sorted()
    return SampleQuantile.value(seconds, 0.5).map {
      Estimate(value: $0, unit: .seconds, observations: trades.count)
    }
  }
}
