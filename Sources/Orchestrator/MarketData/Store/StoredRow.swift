// The rows of the market store: what one record of each stream looks like in memory and on disk, byte for byte.

package import TradingDomain

/// A column of a NumPy structured dtype.
package struct RowField: Hashable, Sendable {
  package var name: String
  /// NumPy type string: `<i8`, `<u4`, `|u1`, `|S8`.
  package var type: String

  package init(_ name: String, _ type: String) {
    self.name = name
    self.type = type
  }

  /// Bytes of one value: the digits at the end of the type string.
  package var byteCount: Int { Int(type.dropFirst(2)) ?? 0 }
}

/// One record of a stream; its memory layout is its file layout.
package protocol StoredRow: BitwiseCopyable, Sendable {
  /// The columns in order of memory, without implicit padding.
  static var fields: [RowField] { get }
  /// When the exchange says it happened; for a bar, its start.
  var time: Timestamp { get set }
  /// Order within the day, shared by the streams that one import wrote.
  var sequence: UInt64 { get set }
  var contract: ContractCode { get set }
  var flags: RowFlags { get set }
}

/// A print: 56 bytes.
@frozen package struct StoredTrade: StoredRow {
  package var time: Timestamp
  package var sequence: UInt64
  package var price: Price
  package var quantity: Quantity
  /// The exchange's trade number; 0 when the source has none.
  package var number: UInt64
  package var contract: ContractCode
  package var flags: RowFlags
  /// Raw value of ``TradeKind``.
  package var kind: UInt8
  package var reserved: (UInt8, UInt8, UInt8) = (0, 0, 0)

  package init(
    time: Timestamp, sequence: UInt64, price: Price, quantity: Quantity, number: UInt64, contract: ContractCode,
    flags: RowFlags, kind: TradeKind
  ) {
    self.time = time
    self.sequence = sequence
    self.price = price
    self.quantity = quantity
    self.number = number
    self.contract = contract
    self.flags = flags
    self.kind = kind.rawValue
  }

  package static let fields: [RowField] = [
    RowField("exchange_time", "<i8"), RowField("sequence", "<u8"), RowField("price", "<i8"),
    RowField("quantity", "<i8"), RowField("trade_number", "<u8"), RowField("contract", "|S8"),
    RowField("flags", "<u4"), RowField("kind", "|u1"), RowField("reserved", "|S3"),
  ]

  /// The row as a domain trade.
  package var trade: Trade {
    Trade(price: price, quantity: quantity, kind: TradeKind(rawValue: kind) ?? .other, number: number)
  }
}

/// Best bid and ask after a change: 64 bytes. A side never seen, or emptied, has price 0 and quantity 0.
@frozen package struct StoredQuote: StoredRow {
  package var time: Timestamp
  package var sequence: UInt64
  package var bid: Price
  package var bidQuantity: Quantity
  package var ask: Price
  package var askQuantity: Quantity
  package var contract: ContractCode
  package var flags: RowFlags
  package var reserved: UInt32 = 0

  package init(
    time: Timestamp, sequence: UInt64, bid: Price, bidQuantity: Quantity, ask: Price, askQuantity: Quantity,
    contract: ContractCode, flags: RowFlags
  ) {
    self.time = time
    self.sequence = sequence
    self.bid = bid
    self.bidQuantity = bidQuantity
    self.ask = ask
    self.askQuantity = askQuantity
    self.contract = contract
    self.flags = flags
  }

  package static let fields: [RowField] = [
    RowField("exchange_time", "<i8"), RowField("sequence", "<u8"), RowField("bid_price", "<i8"),
    RowField("bid_quantity", "<i8"), RowField("ask_price", "<i8"), RowField("ask_quantity", "<i8"),
    RowField("contract", "|S8"), RowField("flags", "<u4"), RowField("reserved", "<u4"),
  ]

  /// The row as a domain quote.
  package var quote: Quote { Quote(bid: bid, bidQuantity: bidQuantity, ask: ask, askQuantity: askQuantity) }
}

/// New total of one price level: 56 bytes.
@frozen package struct StoredDepth: StoredRow {
  package var time: Timestamp
  package var sequence: UInt64
  package var price: Price
  package var quantity: Quantity
  package var contract: ContractCode
  package var flags: RowFlags
  package var orderCount: UInt32
  /// Raw value of ``Side``.
  package var side: UInt8
  /// 1 on the last update of a batch.
  package var endsBatch: UInt8
  package var reserved: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0, 0, 0)

  package init(time: Timestamp, sequence: UInt64, update: DepthUpdate, contract: ContractCode, flags: RowFlags) {
    self.time = time
    self.sequence = sequence
    price = update.price
    quantity = update.quantity
    self.contract = contract
    self.flags = flags
    orderCount = update.orderCount
    side = update.side.rawValue
    endsBatch = update.endsBatch ? 1 : 0
  }

  package static let fields: [RowField] = [
    RowField("exchange_time", "<i8"), RowField("sequence", "<u8"), RowField("price", "<i8"),
    RowField("quantity", "<i8"), RowField("contract", "|S8"), RowField("flags", "<u4"),
    RowField("order_count", "<u4"), RowField("side", "|u1"), RowField("ends_batch", "|u1"),
    RowField("reserved", "|S6"),
  ]

  /// The row as a domain update; nil when its side byte is neither bid nor ask.
  package var update: DepthUpdate? {
    guard let side = Side(rawValue: side) else { return nil }
    return DepthUpdate(
      side: side, price: price, quantity: quantity, orderCount: orderCount, endsBatch: endsBatch != 0)
  }
}

/// A bar: 80 bytes. Its duration is in the name of the stream.
@frozen package struct StoredBar: StoredRow {
  /// Start of the bar.
  package var time: Timestamp
  package var sequence: UInt64
  package var open: Price
  package var high: Price
  package var low: Price
  package var close: Price
  package var volume: Quantity
  package var signedVolume: Int64
  package var contract: ContractCode
  package var tradeCount: UInt32
  package var flags: RowFlags

  package init(
    time: Timestamp, sequence: UInt64, open: Price, high: Price, low: Price, close: Price, volume: Quantity,
    signedVolume: Int64, contract: ContractCode, tradeCount: UInt32, flags: RowFlags
  ) {
    self.time = time
    self.sequence = sequence
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.signedVolume = signedVolume
    self.contract = contract
    self.tradeCount = tradeCount
    self.flags = flags
  }

  package static let fields: [RowField] = [
    RowField("start_time", "<i8"), RowField("sequence", "<u8"), RowField("open", "<i8"), RowField("high", "<i8"),
    RowField("low", "<i8"), RowField("close", "<i8"), RowField("volume", "<i8"), RowField("signed_volume", "<i8"),
    RowField("contract", "|S8"), RowField("trade_count", "<u4"), RowField("flags", "<u4"),
  ]

  /// What the flags say of the bar's making. A missing row before the bar may have been a minute without trades or a
  /// lost one: the store cannot know, so it counts as lost.
  package var status: BarStatus { flags.contains(.gapBefore) ? .gap : flags.contains(.noTrade) ? .noTrade : .complete }

  /// The row as a domain bar of the stream's duration.
  package func bar(duration: Nanoseconds) -> Bar {
    Bar(
      start: time, duration: duration, open: open, high: high, low: low, close: close, volume: volume,
      tradeCount: tradeCount, signedVolume: signedVolume, status: status)
  }
}
