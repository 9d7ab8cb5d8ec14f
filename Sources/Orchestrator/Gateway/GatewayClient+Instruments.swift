// The instruments of a session: definitions compared with ours, subscriptions for the allow-list and nothing else.
import CHotPath
import TradingDomain

extension GatewayClient {
  /// One AssetDef. Definitions outside the allow-list are passed over: nothing of them is subscribed.
  func define(_ asset: hp_msg_asset_def) {
    definitionsLeft -= 1
    let symbol = WireText.get(asset.symbol)
    let ticker = WireText.get(asset.ticker)
    let wanted = configuration.instruments.first {
      $0.instrument.symbol == symbol && ($0.ticker == nil || $0.ticker == ticker)
    }
    if let wanted {
      if let detail = difference(asset, wanted.instrument) {
        failure = .instrumentMismatch(endpoint: configuration.endpoint, symbol: symbol, detail: detail)
        return
      }
      // A second contract of the same family has no place: the first one is the current one.
      _ = instruments.bind(wire: asset.instrument, local: wanted.instrument.id)
    }
    if definitionsLeft == 0 { subscribe() }
  }

  /// What differs between the gateway's definition and ours; nil when they agree to the last tick.
  private func difference(_ asset: hp_msg_asset_def, _ ours: Instrument) -> String? {
    guard asset.tick_denominator > 0, asset.tick_numerator > 0 else { return "tick size is not a fraction" }
    let tick = Double(asset.tick_numerator) / Double(asset.tick_denominator)
    if tick != ours.tickSize { return "tick size \(tick), ours \(ours.tickSize)" }
    if asset.tick_value_micro_brl != ours.tickValue.microBRL {
      return "tick value \(asset.tick_value_micro_brl) millionths of BRL, ours \(ours.tickValue.microBRL)"
    }
    if asset.lot != ours.lot.contracts { return "lot \(asset.lot), ours \(ours.lot.contracts)" }
    return nil
  }

  /// Subscribes everything on the allow-list; an instrument that was not defined ends the attempt.
  func subscribe() {
    subscriptionsLeft = 0
    for wanted in configuration.instruments {
      let number = instruments.wire(wanted.instrument.id)
      guard number != 0 else {
        failure = .instrumentMissing(
          endpoint: configuration.endpoint, symbol: wanted.ticker ?? wanted.instrument.symbol)
        return
      }
      subscriptionsTotal += 1
      var message = hp_msg_subscribe()
      message.request_id = subscriptionsTotal
      message.instrument = number
      message.streams = UInt16(
        HP_STREAM_TRADES | HP_STREAM_QUOTES | HP_STREAM_DEPTH | HP_STREAM_BARS | HP_STREAM_STATE)
      guard sendSession(HP_FRAME_SUBSCRIBE, message) else { return }
      subscriptionsLeft += 1
    }
    phase = subscriptionsLeft == 0 ? .synchronising : .subscribing
  }

  /// One SubscribeAck. A part of the streams may be missing (a source without depth), the instrument may not.
  func acknowledge(_ answer: hp_msg_subscribe_ack) {
    let result = Int(answer.result)
    guard result == HP_SUBSCRIBE_OK || result == HP_SUBSCRIBE_PARTIAL else {
      let symbol = instruments.local(answer.instrument).flatMap { id in
        configuration.instruments.first { $0.instrument.id == id }?.instrument.symbol
      }
      failure = .instrumentMissing(endpoint: configuration.endpoint, symbol: symbol ?? "number \(answer.instrument)")
      return
    }
    subscriptionsLeft -= 1
    if subscriptionsLeft == 0 { phase = .synchronising }
  }
}
