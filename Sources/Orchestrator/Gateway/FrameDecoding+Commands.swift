// Wire to order commands: what a gateway or simulator reads.
package import CHotPath
package import TradingDomain

extension FrameDecoding {
  /// The order command in `frame`.
  package static func command(_ frame: hp_frame, instruments: InstrumentTable) -> FrameReading<OrderCommand> {
    let command: OrderCommand?
    switch Int(frame.header.type) {
    case HP_FRAME_NEW_ORDER: command = newOrder(payload(frame, as: hp_msg_new_order.self), instruments)
    case HP_FRAME_CANCEL_ORDER: command = cancelOrder(payload(frame, as: hp_msg_cancel_order.self), instruments)
    case HP_FRAME_CHANGE_ORDER: command = changeOrder(payload(frame, as: hp_msg_change_order.self), instruments)
    case HP_FRAME_CANCEL_ALL:
      let message = payload(frame, as: hp_msg_cancel_all.self)
      command =
        message.instrument == 0 ? .cancelAll(decisionTime: Timestamp(nanoseconds: message.decision_time)) : nil
    default: return .notForDomain
    }
    guard let command else { return .malformed }
    return .value(command)
  }

  private static func newOrder(_ message: hp_msg_new_order, _ instruments: InstrumentTable) -> OrderCommand? {
    guard let instrument = instruments.local(message.instrument), let side = Side(rawValue: message.side),
      let type = OrderType(rawValue: message.type), let purpose = OrderPurpose(rawValue: message.purpose),
      let validity = OrderValidity(rawValue: message.validity)
    else { return nil }
    let intent = OrderIntent(
      instrument: instrument, side: side, type: type, quantity: Quantity(message.quantity), limit: price(message.limit),
      stop: price(message.stop), purpose: purpose, validity: validity)
    return .new(
      NewOrder(
        id: ClientOrderID(high: message.id.high, low: message.id.low), intent: intent,
        decisionTime: Timestamp(nanoseconds: message.decision_time)))
  }

  private static func cancelOrder(_ message: hp_msg_cancel_order, _ instruments: InstrumentTable) -> OrderCommand? {
    guard let instrument = instruments.local(message.instrument) else { return nil }
    return .cancel(
      CancelOrder(
        id: ClientOrderID(high: message.id.high, low: message.id.low), instrument: instrument,
        decisionTime: Timestamp(nanoseconds: message.decision_time)))
  }

  private static func changeOrder(_ message: hp_msg_change_order, _ instruments: InstrumentTable) -> OrderCommand? {
    guard let instrument = instruments.local(message.instrument) else { return nil }
    return .change(
      ChangeOrder(
        id: ClientOrderID(high: message.id.high, low: message.id.low), instrument: instrument,
        quantity: Quantity(message.quantity), limit: price(message.limit), stop: price(message.stop),
        decisionTime: Timestamp(nanoseconds: message.decision_time)))
  }
}
