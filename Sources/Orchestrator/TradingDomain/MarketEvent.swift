// Market data as the engine sees it: one fixed-size value per event, integers only, no references.

/// Side of an order, or of the book.
@frozen package enum Side: UInt8, Sendable {
  case buy = 1
  case sell = 2

  @inlinable package var opposite: Side { self == .buy ? .sell : .buy }
  /// +1 for buy, -1 for sell.
  @inlinable package var sign: Int64 { self == .buy ? 1 : -1 }
}

/// Who started a trade, and of what kind it was; raw values follow the broker's trade types.
@frozen package enum TradeKind: UInt8, Sendable {
  case unspecified = 0
  case cross = 1
  case buyerAggressor = 2
  case sellerAggressor = 3
  case auction = 4
  case retailLiquidityProvider = 13
  case other = 32
}

/// A print.
@frozen package struct Trade: Hashable, Sendable {
  package var price: Price
  package var quantity: Quantity
  package var kind: TradeKind
  /// The exchange's trade number; 0 when the source has none.
  package var number: UInt64

  @inlinable package init(price: Price, quantity: Quantity, kind: TradeKind, number: UInt64) {
    self.price = price
    self.quantity = quantity
    self.kind = kind
    self.number = number
  }
}

/// Best bid and ask. A side whose quantity is 0 and price is 0 ticks is empty; quantity 0 with a price means that the
/// source does not publish sizes.
@frozen package struct Quote: Hashable, Sendable {
  package var bid: Price
  package var bidQuantity: Quantity
  package var ask: Price
  package var askQuantity: Quantity

  @inlinable package init(bid: Price, bidQuantity: Quantity, ask: Price, askQuantity: Quantity) {
    self.bid = bid
    self.bidQuantity = bidQuantity
    self.ask = ask
    self.askQuantity = askQuantity
  }
}

/// New total at one price level of the book; quantity 0 removes the level.
@frozen package struct DepthUpdate: Hashable, Sendable {
  package var side: Side
  package var price: Price
  package var quantity: Quantity
  /// Orders in the level; 0 when the source does not tell.
  package var orderCount: UInt32
  /// True on the last update of a batch: the book is consistent after it.
  package var endsBatch: Bool

  @inlinable package init(side: Side, price: Price, quantity: Quantity, orderCount: UInt32, endsBatch: Bool) {
    self.side = side
    self.price = price
    self.quantity = quantity
    self.orderCount = orderCount
    self.endsBatch = endsBatch
  }
}

/// A completed bar; published at `start + duration`, never before.
@frozen package struct Bar: Hashable, Sendable {
  package var start: Timestamp
  package var duration: Nanoseconds
  package var open: Price
  package var high: Price
  package var low: Price
  package var close: Price
  /// Contracts traded.
  package var volume: Quantity
  /// Trades in the bar; 0 when the source does not tell.
  package var tradeCount: UInt32
  /// Contracts of buyer-initiated minus seller-initiated trades; 0 when the source does not tell.
  package var signedVolume: Int64

  @inlinable package init(
    start: Timestamp, duration: Nanoseconds, open: Price, high: Price, low: Price, close: Price, volume: Quantity,
    tradeCount: UInt32, signedVolume: Int64
  ) {
    self.start = start
    self.duration = duration
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.tradeCount = tradeCount
    self.signedVolume = signedVolume
  }

  /// When the bar became known.
  @inlinable package var end: Timestamp { start + duration }
}

/// Trading phase of an instrument; raw values follow the broker's ticker states.
@frozen package enum TradingPhase: UInt8, Sendable {
  case opened = 0
  case frozen = 2
  case inhibited = 3
  case auction = 4
  case closed = 6
  case preClosing = 10
  case preOpening = 13
  case unknown = 255
}

/// The day's price limits and settlement.
@frozen package struct PriceLimits: Hashable, Sendable {
  package var lower: Price
  package var upper: Price
  /// Previous settlement; nil when unknown.
  package var settlement: Price?

  @inlinable package init(lower: Price, upper: Price, settlement: Price?) {
    self.lower = lower
    self.upper = upper
    self.settlement = settlement
  }
}

/// What a market event says.
@frozen package enum MarketUpdate: Hashable, Sendable {
  case trade(Trade)
  case quote(Quote)
  case depth(DepthUpdate)
  case bar(Bar)
  case phase(TradingPhase)
  case limits(PriceLimits)
  /// `missing` consecutive feed messages were lost just before this event.
  case gap(missing: UInt64)
}

/// One event of one instrument's market data.
@frozen package struct MarketEvent: Hashable, Sendable {
  package var instrument: InstrumentID
  /// Position in the feed of that instrument and session; consecutive when nothing is lost.
  package var sequence: UInt64
  /// When the exchange says it happened.
  package var exchangeTime: Timestamp
  package var update: MarketUpdate

  @inlinable package init(
    instrument: InstrumentID, sequence: UInt64, exchangeTime: Timestamp, update: MarketUpdate
  ) {
    self.instrument = instrument
    self.sequence = sequence
    self.exchangeTime = exchangeTime
    self.update = update
  }
}
