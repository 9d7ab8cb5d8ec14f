// The newest prices of one instrument, from whatever the feed offers: quotes, prints, or bars alone.
package import TradingDomain

/// Best bid, best ask and last trade as far as they are known.
@frozen package struct TouchPrices: Hashable, Sendable {
  package private(set) var bid: Price?
  package private(set) var ask: Price?
  package private(set) var last: Price?

  @inlinable package init() {}

  package mutating func update(_ update: MarketUpdate) {
    switch update {
    case .trade(let trade): last = trade.price
    case .bar(let bar): last = bar.close
    case .quote(let quote):
      bid = quote.bid.ticks == 0 && quote.bidQuantity == .zero ? nil : quote.bid
      ask = quote.ask.ticks == 0 && quote.askQuantity == .zero ? nil : quote.ask
    case .depth, .phase, .limits, .gap: break
    }
  }

  /// What a marketable order of `side` would meet: the far touch, or the last price where there are no quotes.
  package func reference(for side: Side) -> Price? { (side == .buy ? ask : bid) ?? last }

  /// What the position is worth by: the last price, or the middle of the touch before any trade.
  package var mark: Price? {
    if let last { return last }
    guard let bid, let ask else { return nil }
    return Price(ticks: (bid.ticks + ask.ticks) / 2)
  }
}
