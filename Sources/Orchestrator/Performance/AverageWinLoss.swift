// The size of a win and the size of a loss.

import QuantMath
package import TradingDomain

/// Mean net profit of winning trades and mean net loss of losing trades; trades that earned exactly 0 are neither.
package struct AverageWinLoss: Hashable, Sendable {
  /// BRL per winning trade; nil without one.
  package let win: Estimate?
  /// BRL per losing trade, positive; nil without one.
  package let loss: Estimate?

  package init(netProfits: [Money]) {
    win = Self.mean(netProfits.filter { $0 > .zero }.map(\.brl))
    loss = Self.mean(netProfits.filter { $0 < .zero }.map { -$0.brl })
  }

  /// Mean win over mean loss; nil unless both exist. The two means are independent, so relative variances add.
  package var payoff: Estimate? {
    guard let win, let loss else { return nil }
    let value = win.value / loss.value
    var error: Double?
    if let winError = win.standardError, let lossError = loss.standardError {
      let relative = (winError / win.value, lossError / loss.value)
      error = value * (relative.0 * relative.0 + relative.1 * relative.1).squareRoot()
    }
    return Estimate(
      value: value, unit: .ratio, standardError: error, observations: win.observations + loss.observations)
  }

  private static func mean(_ amounts: [Double]) -> Estimate? {
    guard !amounts.isEmpty else { return nil }
    var moments = RunningMoments()
    for amount in amounts { moments.update(amount) }
    return Estimate(
      value: moments.mean, unit: .brlPerTrade, standardError: moments.standardErrorOfMean, observations: moments.count)
  }
}
