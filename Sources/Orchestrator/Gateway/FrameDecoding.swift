// Wire to domain, for both ends: a client decodes venue events, a gateway (or simulator) decodes order commands.
// Every field is judged here: what cannot be a domain value is malformed, never guessed.
package import CHotPath
package import TradingDomain

/// What a frame means to the domain.
@frozen package enum FrameReading<Meaning> {
  case value(Meaning)
  /// A valid frame of another purpose: the session's own.
  case notForDomain
  /// A field holds an impossible value, or an instrument number that was never defined.
  case malformed
}

/// Reads frames that `hp_frame_decode` has accepted. Nothing here allocates or throws.
package enum FrameDecoding {
  /// The payload as `type`. The frame's size has been checked against its type by the decoder.
  @inlinable package static func payload<Payload: BitwiseCopyable>(_ frame: hp_frame, as type: Payload.Type) -> Payload
  {
    UnsafeRawPointer(frame.payload).loadUnaligned(as: type)
  }

  /// The venue event in `frame`, which came at `localTime`.
  package static func event(
    _ frame: hp_frame, localTime: Timestamp, instruments: InstrumentTable
  ) -> FrameReading<VenueEvent> {
    switch Int(frame.header.type) {
    case HP_FRAME_TRADE, HP_FRAME_QUOTE, HP_FRAME_DEPTH, HP_FRAME_BAR, HP_FRAME_TICKER_STATE, HP_FRAME_PRICE_LIMITS,
      HP_FRAME_GAP:
      guard let event = market(frame, instruments) else { return .malformed }
      return .value(VenueEvent(localTime: localTime, update: .market(event)))
    case HP_FRAME_ORDER_REPORT:
      guard let report = orderReport(payload(frame, as: hp_msg_order_report.self), instruments) else {
        return .malformed
      }
      return .value(VenueEvent(localTime: localTime, update: .order(report)))
    case HP_FRAME_CONN_STATE:
      let message = payload(frame, as: hp_msg_conn_state.self)
      if message.combined == 0 { return .notForDomain }
      guard let state = ConnectionState(rawValue: message.combined), state != .linkDown else { return .malformed }
      return .value(VenueEvent(localTime: localTime, update: .connection(state)))
    case HP_FRAME_CLOCK: return .value(VenueEvent(localTime: localTime, update: .clock))
    case HP_FRAME_KILL:
      guard let command = OperatorCommand(rawValue: payload(frame, as: hp_msg_kill.self).action) else {
        return .malformed
      }
      return .value(VenueEvent(localTime: localTime, update: .command(command)))
    case HP_FRAME_END_OF_SESSION: return .value(VenueEvent(localTime: localTime, update: .endOfSession))
    default: return .notForDomain
    }
  }

  static func orderReport(_ message: hp_msg_order_report, _ instruments: InstrumentTable) -> OrderReport? {
    guard let instrument = instruments.local(message.instrument), let side = Side(rawValue: message.side),
      message.quantity >= 0, message.traded_quantity >= 0
    else { return nil }
    return OrderReport(
      id: ClientOrderID(high: message.id.high, low: message.id.low), gatewayOrderID: message.gateway_order_id,
      instrument: instrument, status: OrderStatus(wire: message.status),
      reason: VenueReason(rawValue: message.reason) ?? .other, side: side, quantity: Quantity(message.quantity),
      tradedQuantity: Quantity(message.traded_quantity), tradedTicks: message.traded_ticks,
      exchangeTime: Timestamp(nanoseconds: message.exchange_time))
  }

  /// A price field: nil for "none".
  static func price(_ ticks: Int64) -> Price? { ticks == HP_PRICE_NONE ? nil : Price(ticks: ticks) }
}
