// Wire to market data.
import CHotPath
import TradingDomain

extension FrameDecoding {
  static func market(_ frame: hp_frame, _ instruments: InstrumentTable) -> MarketEvent? {
    let prefix = payload(frame, as: hp_market_prefix.self)
    guard let instrument = instruments.local(prefix.instrument), let update = marketUpdate(frame, prefix) else {
      return nil
    }
    return MarketEvent(
      instrument: instrument, sequence: prefix.feed_sequence,
      exchangeTime: Timestamp(nanoseconds: prefix.exchange_time), update: update)
  }

  private static func marketUpdate(_ frame: hp_frame, _ prefix: hp_market_prefix) -> MarketUpdate? {
    switch Int(frame.header.type) {
    case HP_FRAME_TRADE: return trade(payload(frame, as: hp_msg_trade.self))
    case HP_FRAME_QUOTE: return quote(payload(frame, as: hp_msg_quote.self))
    case HP_FRAME_DEPTH: return depth(payload(frame, as: hp_msg_depth.self))
    case HP_FRAME_BAR: return bar(payload(frame, as: hp_msg_bar.self))
    case HP_FRAME_TICKER_STATE: return .phase(TradingPhase(rawValue: prefix.detail) ?? .unknown)
    case HP_FRAME_PRICE_LIMITS:
      let message = payload(frame, as: hp_msg_price_limits.self)
      return .limits(
        PriceLimits(
          lower: Price(ticks: message.lower), upper: Price(ticks: message.upper), settlement: price(message.settlement))
      )
    default: return .gap(missing: payload(frame, as: hp_msg_gap.self).missing)
    }
  }

  private static func trade(_ message: hp_msg_trade) -> MarketUpdate? {
    guard message.quantity >= 0 else { return nil }
    return .trade(
      Trade(
        price: Price(ticks: message.price), quantity: Quantity(message.quantity),
        kind: TradeKind(rawValue: message.market.detail) ?? .other, number: message.number))
  }

  private static func quote(_ message: hp_msg_quote) -> MarketUpdate? {
    guard message.bid_quantity >= 0, message.ask_quantity >= 0 else { return nil }
    return .quote(
      Quote(
        bid: Price(ticks: message.bid), bidQuantity: Quantity(message.bid_quantity), ask: Price(ticks: message.ask),
        askQuantity: Quantity(message.ask_quantity)))
  }

  private static func depth(_ message: hp_msg_depth) -> MarketUpdate? {
    guard let side = Side(rawValue: message.market.detail), message.quantity >= 0 else { return nil }
    return .depth(
      DepthUpdate(
        side: side, price: Price(ticks: message.price), quantity: Quantity(message.quantity),
        orderCount: message.order_count, endsBatch: Int(message.market.flags) & HP_DEPTH_ENDS_BATCH != 0))
  }

  private static func bar(_ message: hp_msg_bar) -> MarketUpdate? {
    guard message.duration > 0, message.volume >= 0, message.low <= message.high,
      let status = BarStatus(rawValue: message.market.detail)
    else { return nil }
    return .bar(
      Bar(
        start: Timestamp(nanoseconds: message.start), duration: Nanoseconds(message.duration),
        open: Price(ticks: message.open), high: Price(ticks: message.high), low: Price(ticks: message.low),
        close: Price(ticks: message.close), volume: Quantity(message.volume), tradeCount: message.trade_count,
        signedVolume: message.signed_volume, status: status))
  }
}
