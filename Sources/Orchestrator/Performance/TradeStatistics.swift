// Everything that closed trades say, taken together.

package import TradingDomain

/// Statistics over closed trades, all net of fees unless named gross.
package struct TradeStatistics: Hashable, Sendable {
  package let count: Int
  package let grossProfit: Money
  package let fees: Money
  package let netProfit: Money
  package let hitRate: Estimate?
  package let profitFactor: Estimate?
  package let expectancy: Expectancy?
  package let averages: AverageWinLoss
  /// Most consecutive trades with a net loss, in the order given.
  package let longestLosingStreak: Int
  /// Mean time from entry to exit in seconds; nil without trades.
  package let meanHolding: Estimate?

  /// - Parameter trades: In order of their exits.
  /// - Throws: ``PerformanceError/impossibleTrade(index:reason:)``.
  package init(_ trades: [ClosedTrade]) throws(PerformanceError) {
    var gross = Money.zero
    var fees = Money.zero
    var streak = 0
    var longest = 0
    var holding = 0.0
    for (index, trade) in trades.enumerated() {
      if trade.exitTime < trade.entryTime { throw .impossibleTrade(index: index, reason: "exits before it enters") }
      if trade.quantity <= .zero {
        throw .impossibleTrade(index: index, reason: "holds \(trade.quantity.contracts) contracts")
      }
      gross += trade.grossProfit
      fees += trade.fees
      streak = trade.netProfit < .zero ? streak + 1 : 0
      longest = max(longest, streak)
      holding += Double((trade.exitTime - trade.entryTime).count) / 1e9
    }
    let profits = trades.map(\.netProfit)
    count = trades.count
    grossProfit = gross
    self.fees = fees
    netProfit = gross - fees
    hitRate = HitRate.fraction(netProfits: profits)
    profitFactor = ProfitFactor.ratio(netProfits: profits)
    expectancy = Expectancy(netProfits: profits)
    averages = AverageWinLoss(netProfits: profits)
    longestLosingStreak = longest
    meanHolding =
      trades.isEmpty ? nil : Estimate(value: holding / Double(trades.count), unit: .seconds, observations: trades.count)
  }
}
