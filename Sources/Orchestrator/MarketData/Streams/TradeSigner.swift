// Who started a trade: from the venue where it says so, else from the quote and the previous price.

package import TradingDomain

/// Infers the initiating side of trades, one instrument.
///
/// The venue's word counts first. Without it, the quote rule compares the price with the last bid and ask, and inside
/// the spread the tick rule compares it with the last different price.
///
/// Source: C. M. C. Lee and M. J. Ready, "Inferring Trade Direction from Intraday Data", Journal of Finance 46 (1991),
/// 733-746, without its five-second quote delay: feeds now order quotes and trades.
@frozen package struct TradeSigner: Sendable {
  @usableFromInline var bid = Price(ticks: 0)
  @usableFromInline var ask = Price(ticks: 0)
  @usableFromInline var lastPrice = Price(ticks: 0)
  @usableFromInline var lastTickSign: Int64 = 0

  @inlinable package init() {}

  /// Takes the quote that stands from now on.
  @inlinable package mutating func update(_ quote: Quote) {
    bid = quote.bid
    ask = quote.ask
  }

  /// +1 for a trade started by the buyer, -1 by the seller, 0 for none or unknown; then remembers its price.
  @inlinable package mutating func sign(_ trade: Trade) -> Int64 {
    let tick = tickSign(trade.price)
    lastPrice = trade.price
    lastTickSign = tick
    switch trade.kind {
    case .buyerAggressor: return 1
    case .sellerAggressor: return -1
    case .cross, .auction: return 0
    case .unspecified, .retailLiquidityProvider, .other:
      // A crossed or one-sided quote says nothing about who came to whom.
      guard bid.ticks > 0, ask.ticks > 0, bid < ask else { return tick }
      if trade.price >= ask { return 1 }
      if trade.price <= bid { return -1 }
      return tick
    }
  }

  @inlinable func tickSign(_ price: Price) -> Int64 {
    if lastPrice.ticks == 0 || price == lastPrice { return lastTickSign }
    return price > lastPrice ? 1 : -1
  }
}
