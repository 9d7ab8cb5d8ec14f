// How many reais were won for each one lost.

import Glibc
package import TradingDomain

/// Sum of net winnings over sum of net losses.
///
/// The interval is computed for the logarithm, where the ratio's distribution is nearer to normal: trade i moves
/// ln(G / L) by g_i / G - l_i / L, with G and L the mean winnings and losses over all trades (delta method). The
/// standard error is that of the logarithm times the value. Assumes independent trades.
package enum ProfitFactor {
  /// Nil without a losing trade: the ratio has no value then. A record without a winning trade has 0 and no interval.
  package static func ratio(netProfits: [Money]) -> Estimate? {
    let wins = netProfits.map { max(0, $0.brl) }
    let losses = netProfits.map { max(0, -$0.brl) }
    let won = wins.reduce(0, +)
    let lost = losses.reduce(0, +)
    guard lost > 0 else { return nil }
    let value = won / lost
    guard won > 0 else { return Estimate(value: 0, unit: .ratio, observations: netProfits.count) }
    let n = Double(netProfits.count)
    let error = standardError(influences: zip(wins, losses).map { $0 / (won / n) - $1 / (lost / n) })
    let interval = error.map { error in
      let reach = exp(ConfidenceInterval.normal95 * error)
      return ConfidenceInterval(lower: value / reach, upper: value * reach, level: 0.95)
    }
    return Estimate(
      value: value, unit: .ratio, standardError: error.map { $0 * value }, interval: interval,
      observations: netProfits.count)
  }
}
