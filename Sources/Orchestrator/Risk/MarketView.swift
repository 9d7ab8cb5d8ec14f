// What the gate has seen of the market: only what its controls ask for.

package import TradingDomain

/// The newest market state of one instrument; absent values are nil, never zero.
@frozen package struct MarketView: Hashable, Sendable {
  /// Price of the last trade, or the close of the last bar.
  package var last: Price?
  package var bid: Price?
  package var ask: Price?
  /// First price of the session.
  package var sessionOpen: Price?
  package var phase: TradingPhase = .unknown
  package var limits: PriceLimits?
  /// Nil until the source has said anything about itself.
  package var connection: ConnectionState?

  package init() {}

  /// The price one must reach to trade at once: the opposite side's best, or the last price where none is published.
  @inlinable package func touch(for side: Side) -> Price? { (side == .buy ? ask : bid) ?? last }

  /// Takes over what `update` says about prices, phase and limits. Values that cannot be prices are not taken over.
  package mutating func observe(_ update: MarketUpdate) {
    switch update {
    case .trade(let trade): observe(last: trade.price)
    case .bar(let bar):
      if sessionOpen == nil { sessionOpen = MarketView.price(bar.open) }
      observe(last: bar.close)
    case .quote(let quote):
      bid = MarketView.price(quote.bid)
      ask = MarketView.price(quote.ask)
    case .phase(let phase): self.phase = phase
    case .limits(let limits): self.limits = limits
    case .depth, .gap: break
    }
  }

  private mutating func observe(last price: Price) {
    guard let price = MarketView.price(price) else { return }
    if sessionOpen == nil { sessionOpen = price }
    last = price
  }

  /// The price, or nil when it cannot be one.
  private static func price(_ price: Price) -> Price? {
    price.ticks > 0 && price.ticks <= FieldSanity.largestTicks ? price : nil
  }
}
