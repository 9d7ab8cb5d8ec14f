// What the prints of a bar tell by themselves: sides, kinds and sizes.

import TradingDomain

/// Sums over the trades of the bar being built.
struct TradeFlow: ~Copyable {
  private(set) var volume: Int64 = 0
  private(set) var signedVolume: Int64 = 0
  private var count: Int64 = 0
  private var signSum: Int64 = 0
  private var liquidityProvider: Int64 = 0
  private var cross: Int64 = 0
  private var auction: Int64 = 0
  private var large: Int64 = 0
  private var largeSigned: Int64 = 0
  private var sizes: SizeQuantile
  private var lastTime = Int64.min
  private var lastLargeTime = Int64.min

  init(settings: EventFeatureSettings) {
    sizes = SizeQuantile(capacity: settings.sizeWindow, perMille: settings.largePerMille)
  }

  /// Whether any trade has been seen.
  var hasTrades: Bool { lastTime != .min }

  /// Contracts that were taken from the book: crosses are agreed elsewhere, and a retail liquidity provider's offers
  /// are not shown in it.
  var bookVolume: Int64 { volume - cross - liquidityProvider }

  /// Adds a trade that the buyer (+1), the seller (-1) or neither (0) started.
  mutating func add(_ trade: Trade, sign: Int64, at time: Int64) {
    let quantity = trade.quantity.contracts
    volume &+= quantity
    signedVolume &+= sign * quantity
    count += 1
    signSum += sign
    switch trade.kind {
    case .retailLiquidityProvider: liquidityProvider &+= quantity
    case .cross: cross &+= quantity
    case .auction: auction &+= quantity
    case .unspecified, .buyerAggressor, .sellerAggressor, .other: break
    }
    // A trade is compared with the sizes before it: its own must not make it ordinary.
    if sizes.isLarge(quantity) {
      large &+= quantity
      largeSigned &+= sign * quantity
      lastLargeTime = time
    }
    sizes.add(quantity)
    lastTime = time
  }

  /// Begins the next bar.
  mutating func beginBar() {
    volume = 0
    signedVolume = 0
    count = 0
    signSum = 0
    liquidityProvider = 0
    cross = 0
    auction = 0
    large = 0
    largeSigned = 0
  }

  /// Writes the signals at `time`; `span` is the bar's, in seconds.
  func write(to values: EventValues, at time: Int64, span: Double) {
    guard hasTrades else { return }
    values[.signedVolume] = Double(signedVolume)
    values[.signedVolumeShare] = EventValues.ratio(signedVolume, volume)
    values[.tradeSignMean] = EventValues.ratio(signSum, count)
    values[.meanTradeSize] = EventValues.ratio(volume, count)
    values[.tradeRate] = Double(count) / span
    values[.liquidityProviderShare] = EventValues.ratio(liquidityProvider, volume)
    values[.crossShare] = EventValues.ratio(cross, volume)
    values[.auctionShare] = EventValues.ratio(auction, volume)
    values[.largeTradeShare] = sizes.isFull ? EventValues.ratio(large, volume) : .nan
    values[.largeTradeSignedShare] = sizes.isFull ? EventValues.ratio(largeSigned, volume) : .nan
    values[.secondsSinceTrade] = Double(time - lastTime) / 1e9
    values[.secondsSinceLargeTrade] = lastLargeTime == .min ? .nan : Double(time - lastLargeTime) / 1e9
  }
}
