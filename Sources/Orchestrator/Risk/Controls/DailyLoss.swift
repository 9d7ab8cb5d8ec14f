// L2: the day's loss, realised and open, after fees.

package import TradingDomain

/// How far the day's loss has gone.
@frozen package enum DailyLossStage: UInt8, Comparable, Sendable {
  case within = 0
  /// The warning share of the limit is lost: only reducing from here.
  case reduceOnly = 1
  /// The limit is lost: flatten, and no more trading before the next session.
  case reached = 2

  @inlinable package static func < (left: DailyLossStage, right: DailyLossStage) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Compares the day's net result with the limit.
package enum DailyLoss {
  static let description = ControlDescription(
    .dailyLoss, "Daily loss", rule: "realised + open - fees of the day above minus `dailyLossBRL`",
    onBreach:
      "at `dailyLossReduceOnlyPercent` REDUCE_ONLY, entries cancelled; at 100 % flatten and KILLED, no resume before "
      + "the next session"
  )

  package static func evaluate(net: Money, limit: Money, reduceOnlyPercent: Int64) -> (DailyLossStage, RiskRefusal?) {
    let loss = net.microBRL == .min ? Int64.max : -net.microBRL
    if loss >= limit.microBRL {
      return (.reached, RiskRefusal(.dailyLoss, .dailyLossReached, limit: limit.microBRL, value: loss))
    }
    let warning = limit.microBRL / 100 * reduceOnlyPercent
    if loss >= warning {
      return (.reduceOnly, RiskRefusal(.dailyLoss, .dailyLossWarning, limit: warning, value: loss))
    }
    return (.within, nil)
  }
}
