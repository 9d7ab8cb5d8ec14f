// Yearly profit per unit of the worst loss along the way.

import TradingDomain

/// The Calmar ratio: mean profit per session times sessions per year, over the maximum drawdown amount.
///
/// Both in money, so that no capital need be assumed. The longer the record, the lower the ratio tends to be: compare
/// only records of equal length. No interval: see ``MaximumDrawdown``.
/// Source: T. Young, "Calmar ratio: a smoother tool", Futures 20(1) (1991), there over 36 months.
package enum CalmarRatio {
  /// Nil without sessions or without a drawdown.
  ///
  /// - Precondition: `sessionsPerYear` is positive.
  package static func perYear(
    profits: [SessionProfit], drawdown: MaximumDrawdown, sessionsPerYear: Double
  ) -> Estimate? {
    precondition(sessionsPerYear > 0, "a year has a positive number of sessions")
    guard !profits.isEmpty, drawdown.amount > .zero else { return nil }
    let total = profits.reduce(Money.zero) { $0 + $1.profit }
    let yearly = total.brl / Double(profits.count) * sessionsPerYear
    return Estimate(value: yearly / drawdown.amount.brl, unit: .perYear, observations: profits.count)
  }
}
