// Market data to wire.
import CHotPath
import TradingDomain

extension FrameEncoding {
  static func prefix(_ event: MarketEvent, _ instruments: InstrumentTable, detail: UInt8 = 0, flags: UInt8 = 0)
    -> hp_market_prefix
  {
    hp_market_prefix(
      feed_sequence: event.sequence, exchange_time: event.exchangeTime.nanoseconds,
      instrument: instruments.wire(event.instrument), detail: detail, flags: flags, reserved: 0)
  }

  static func market(
    _ event: MarketEvent, stamp: FrameStamp, instruments: InstrumentTable, into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    switch event.update {
    case .trade(let trade):
      let message = hp_msg_trade(
        market: prefix(event, instruments, detail: trade.kind.rawValue), price: trade.price.ticks,
        quantity: trade.quantity.contracts, number: trade.number, volume_micro_brl: 0, buy_agent: 0, sell_agent: 0)
      return frame(HP_FRAME_TRADE, message, stamp: stamp, into: room)
    case .quote(let quote):
      let message = hp_msg_quote(
        market: prefix(event, instruments), bid: quote.bid.ticks, bid_quantity: quote.bidQuantity.contracts,
        ask: quote.ask.ticks, ask_quantity: quote.askQuantity.contracts)
      return frame(HP_FRAME_QUOTE, message, stamp: stamp, into: room)
    case .depth(let depth):
      let flags = UInt8(depth.endsBatch ? HP_DEPTH_ENDS_BATCH : 0)
      let message = hp_msg_depth(
        market: prefix(event, instruments, detail: depth.side.rawValue, flags: flags), price: depth.price.ticks,
        quantity: depth.quantity.contracts, order_count: depth.orderCount, reserved: 0)
      return frame(HP_FRAME_DEPTH, message, stamp: stamp, into: room)
    case .bar(let bar):
      let payload = message(bar, prefix(event, instruments, detail: bar.status.rawValue))
      return frame(HP_FRAME_BAR, payload, stamp: stamp, into: room)
    case .phase(let phase):
      let message = hp_msg_ticker_state(market: prefix(event, instruments, detail: phase.rawValue))
      return frame(HP_FRAME_TICKER_STATE, message, stamp: stamp, into: room)
    case .limits(let limits):
      let message = hp_msg_price_limits(
        market: prefix(event, instruments), lower: limits.lower.ticks, upper: limits.upper.ticks,
        settlement: limits.settlement?.ticks ?? HP_PRICE_NONE)
      return frame(HP_FRAME_PRICE_LIMITS, message, stamp: stamp, into: room)
    case .gap(let missing):
      let message = hp_msg_gap(market: prefix(event, instruments), missing: missing)
      return frame(HP_FRAME_GAP, message, stamp: stamp, into: room)
    }
  }

  private static func message(_ bar: Bar, _ prefix: hp_market_prefix) -> hp_msg_bar {
    hp_msg_bar(
      market: prefix, start: bar.start.nanoseconds, duration: bar.duration.count, open: bar.open.ticks,
      high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks, volume: bar.volume.contracts,
      signed_volume: bar.signedVolume, trade_count: bar.tradeCount, reserved: 0)
  }
}
