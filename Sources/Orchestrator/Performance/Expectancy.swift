// What a trade earned on average, and whether that differs from nothing.

import QuantMath
package import TradingDomain

/// Mean net profit per trade with its standard error and t statistic.
///
/// The interval is normal; below some thirty trades it is too narrow, and the t statistic should be read with the
/// Student distribution. Assumes independent trades.
package struct Expectancy: Hashable, Sendable {
  /// Mean in BRL per trade.
  package let mean: Estimate
  /// Mean over its standard error; nil below two trades or where all trades earned the same.
  package let tStatistic: Estimate?

  /// Nil without trades.
  package init?(netProfits: [Money]) {
    guard !netProfits.isEmpty else { return nil }
    var moments = RunningMoments()
    for profit in netProfits { moments.update(profit.brl) }
    mean = Estimate(
      value: moments.mean, unit: .brlPerTrade, standardError: moments.standardErrorOfMean, observations: moments.count)
    tStatistic = moments.standardErrorOfMean.flatMap { error in
      error > 0
        ? Estimate(value: moments.mean / error, unit: .standardErrors, observations: moments.count) : nil
    }
  }
}
