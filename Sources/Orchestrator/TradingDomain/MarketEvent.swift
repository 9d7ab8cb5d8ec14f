// Market data as the engine sees it: one fixed-size value per event, integers only, no references.

/// Side of an order, or of the book.
@frozen public enum Side: UInt8, Sendable {
  case buy = 1
  case sell = 2

  /// The other side.
  @inlinable public var opposite: Side { self == .buy ? .sell : .buy }
  /// +1 for buy, -1 for sell.
  @inlinable public var sign: Int64 { self == .buy ? 1 : -1 }
}

/// Who started a trade, and of what kind it was; raw values follow the broker's trade types.
@frozen public enum TradeKind: UInt8, Sendable {
  case unspecified = 0
  case cross = 1
  case buyerAggressor = 2
  case sellerAggressor = 3
  case auction = 4
  case retailLiquidityProvider = 13
  case other = 32
}

/// A print.
@frozen public struct Trade: Hashable, Sendable {
  /// At which price.
  public var price: Price
  /// How many contracts.
  public var quantity: Quantity
  /// Who started it.
  public var kind: TradeKind
  /// The exchange's trade number; 0 when the source has none.
  public var number: UInt64

  /// Every field as given.
  @inlinable public init(price: Price, quantity: Quantity, kind: TradeKind, number: UInt64) {
    self.price = price
    self.quantity = quantity
    self.kind = kind
    self.number = number
  }
}

/// Best bid and ask. A side whose quantity is 0 and price is 0 ticks is empty; quantity 0 with a price means that the
/// source does not publish sizes.
@frozen public struct Quote: Hashable, Sendable {
  /// Best price at which somebody buys.
  public var bid: Price
  /// Contracts at the bid.
  public var bidQuantity: Quantity
  /// Best price at which somebody sells.
  public var ask: Price
  /// Contracts at the ask.
  public var askQuantity: Quantity

  /// Every field as given.
  @inlinable public init(bid: Price, bidQuantity: Quantity, ask: Price, askQuantity: Quantity) {
    self.bid = bid
    self.bidQuantity = bidQuantity
    self.ask = ask
    self.askQuantity = askQuantity
  }
}

/// New total at one price level of the book; quantity 0 removes the level.
@frozen public struct DepthUpdate: Hashable, Sendable {
  /// Buying or selling.
  public var side: Side
  /// At which price.
  public var price: Price
  /// How many contracts.
  public var quantity: Quantity
  /// Orders in the level; 0 when the source does not tell.
  public var orderCount: UInt32
  /// True on the last update of a batch: the book is consistent after it.
  public var endsBatch: Bool

  /// Every field as given.
  @inlinable public init(side: Side, price: Price, quantity: Quantity, orderCount: UInt32, endsBatch: Bool) {
    self.side = side
    self.price = price
    self.quantity = quantity
    self.orderCount = orderCount
    self.endsBatch = endsBatch
  }
}

/// What is known about a bar's making; raw values are part of the wire and of the store.
@frozen public enum BarStatus: UInt8, Sendable {
  /// Nothing is known to be missing.
  case complete = 0
  /// Feed messages or rows were lost inside the bar or just before it: its figures are a lower bound of what happened.
  case gap = 1
  /// Nothing traded: the prices are the last known one, carried forward.
  case noTrade = 2
}

/// A completed bar; published at `start + duration`, never before.
@frozen public struct Bar: Hashable, Sendable {
  /// When it begins.
  public var start: Timestamp
  /// Its length in time.
  public var duration: Nanoseconds
  /// First price.
  public var open: Price
  /// Highest price.
  public var high: Price
  /// Lowest price.
  public var low: Price
  /// Last price.
  public var close: Price
  /// Contracts traded.
  public var volume: Quantity
  /// Trades in the bar; 0 when the source does not tell.
  public var tradeCount: UInt32
  /// Whether the bar is whole. It lies here because these bytes were padding: a bar is no longer for it.
  public var status: BarStatus
  /// Contracts of buyer-initiated minus seller-initiated trades; 0 when the source does not tell.
  public var signedVolume: Int64

  /// Every field as given.
  @inlinable public init(
    start: Timestamp, duration: Nanoseconds, open: Price, high: Price, low: Price, close: Price, volume: Quantity,
    tradeCount: UInt32, signedVolume: Int64, status: BarStatus = .complete
  ) {
    self.start = start
    self.duration = duration
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.tradeCount = tradeCount
    self.status = status
    self.signedVolume = signedVolume
  }

  /// When the bar became known.
  @inlinable public var end: Timestamp { start + duration }
}

/// Trading phase of an instrument; raw values follow the broker's ticker states.
@frozen public enum TradingPhase: UInt8, Sendable {
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
@frozen public struct PriceLimits: Hashable, Sendable {
  /// Lowest price allowed.
  public var lower: Price
  /// Highest price allowed.
  public var upper: Price
  /// Previous settlement; nil when unknown.
  public var settlement: Price?

  /// Every field as given.
  @inlinable public init(lower: Price, upper: Price, settlement: Price?) {
    self.lower = lower
    self.upper = upper
    self.settlement = settlement
  }
}

/// What a market event says.
@frozen public enum MarketUpdate: Hashable, Sendable {
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
@frozen public struct MarketEvent: Hashable, Sendable {
  /// Which instrument.
  public var instrument: InstrumentID
  /// Position in the feed of that instrument and session; consecutive when nothing is lost.
  public var sequence: UInt64
  /// When the exchange says it happened.
  public var exchangeTime: Timestamp
  /// What it says.
  public var update: MarketUpdate

  /// Every field as given.
  @inlinable public init(
    instrument: InstrumentID, sequence: UInt64, exchangeTime: Timestamp, update: MarketUpdate
  ) {
    self.instrument = instrument
    self.sequence = sequence
    self.exchangeTime = exchangeTime
    self.update = update
  }
}
