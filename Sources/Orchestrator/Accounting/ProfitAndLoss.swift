// The money side of trading, in its parts.

package import TradingDomain

/// Profit of an account or an instrument since its books were opened; each part is exact.
@frozen package struct ProfitAndLoss: Hashable, Sendable {
  /// Profit of closed quantity, before fees.
  package var realised: Money
  /// Profit of the open quantity at the last mark, before fees.
  package var open: Money
  /// Fees paid; never negative.
  package var fees: Money

  @inlinable package init(realised: Money, open: Money, fees: Money) {
    self.realised = realised
    self.open = open
    self.fees = fees
  }

  // Computed, not stored: a stored global costs an initialisation check at each use.
  package static var zero: ProfitAndLoss {
    ProfitAndLoss(realised: Money(microBRL: 0), open: Money(microBRL: 0), fees: Money(microBRL: 0))
  }

  /// Realised and open profit less fees.
  @inlinable package var net: Money { realised + open - fees }

  @inlinable package static func + (left: ProfitAndLoss, right: ProfitAndLoss) -> ProfitAndLoss {
    ProfitAndLoss(realised: left.realised + right.realised, open: left.open + right.open, fees: left.fees + right.fees)
  }

  /// The change from `right` to `left`, for example the profit of a day.
  @inlinable package static func - (left: ProfitAndLoss, right: ProfitAndLoss) -> ProfitAndLoss {
    ProfitAndLoss(realised: left.realised - right.realised, open: left.open - right.open, fees: left.fees - right.fees)
  }
}
