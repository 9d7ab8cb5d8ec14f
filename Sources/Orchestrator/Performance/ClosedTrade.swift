// A round trip: from the first contract of a position to its last.

package import TradingDomain

/// One closed position with what it earned and cost.
package struct ClosedTrade: Hashable, Sendable {
  package var instrument: InstrumentID
  /// Side of the entry.
  package var side: Side
  /// Contracts opened (and closed); positive.
  package var quantity: Quantity
  package var entryTime: Timestamp
  package var exitTime: Timestamp
  /// Result before costs.
  package var grossProfit: Money
  /// All fees of both ends; positive is a cost.
  package var fees: Money
  /// Worst and best open plus realised result while it lasted, before fees: zero or negative, zero or positive; nil
  /// where nobody watched.
  package var maximumAdverse: Money?
  package var maximumFavourable: Money?
  /// Average prices of entries and exits in ticks; nil where they are not known.
  package var entryTicks: Double?
  package var exitTicks: Double?

  package init(
    instrument: InstrumentID, side: Side, quantity: Quantity, entryTime: Timestamp, exitTime: Timestamp,
    grossProfit: Money, fees: Money, maximumAdverse: Money? = nil, maximumFavourable: Money? = nil,
    entryTicks: Double? = nil, exitTicks: Double? = nil
  ) {
    self.instrument = instrument
    self.side = side
    self.quantity = quantity
    self.entryTime = entryTime
    self.exitTime = exitTime
    self.grossProfit = grossProfit
    self.fees = fees
    self.maximumAdverse = maximumAdverse
    self.maximumFavourable = maximumFavourable
    self.entryTicks = entryTicks
    self.exitTicks = exitTicks
  }

  /// Result after costs: the only one that metrics look at.
  package var netProfit: Money { grossProfit - fees }
}
