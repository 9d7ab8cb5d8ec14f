// The money side of trading, in its parts.

public import TradingDomain

/// Profit of an account or an instrument since its books were opened; each part is exact.
@frozen public struct ProfitAndLoss: Hashable, Sendable {
  /// Profit of closed quantity, before fees.
  public var realised: Money
  /// Profit of the open quantity at the last mark, before fees.
  public var open: Money
  /// Fees paid; never negative.
  public var fees: Money

  /// Every field as given.
  @inlinable public init(realised: Money, open: Money, fees: Money) {
    self.realised = realised
    self.open = open
    self.fees = fees
  }

  // Computed, not stored: a stored global costs an initialisation check at each use.
  /// Nothing earned, nothing paid.
  @inlinable public static var zero: ProfitAndLoss {
    ProfitAndLoss(realised: Money(microBRL: 0), open: Money(microBRL: 0), fees: Money(microBRL: 0))
  }

  /// Realised and open profit less fees.
  @inlinable public var net: Money { realised + open - fees }

  /// The sum; stops the program when it does not fit.
  @inlinable public static func + (left: ProfitAndLoss, right: ProfitAndLoss) -> ProfitAndLoss {
    ProfitAndLoss(realised: left.realised + right.realised, open: left.open + right.open, fees: left.fees + right.fees)
  }

  /// The change from `right` to `left`, for example the profit of a day.
  @inlinable public static func - (left: ProfitAndLoss, right: ProfitAndLoss) -> ProfitAndLoss {
    ProfitAndLoss(realised: left.realised - right.realised, open: left.open - right.open, fees: left.fees - right.fees)
  }
}
