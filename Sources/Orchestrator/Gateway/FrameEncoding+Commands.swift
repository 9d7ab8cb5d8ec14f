// Order commands to wire.
import CHotPath
package import TradingDomain

extension FrameEncoding {
  /// Writes the frame that asks a gateway for `command`; `stamp.time` is the decision time.
  ///
  /// Returns the length; 0 when it does not fit or the instrument has no number on this wire.
  package static func command(
    _ command: OrderCommand, stamp: FrameStamp, instruments: InstrumentTable, into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    switch command {
    case .new(let order): return newOrder(order, stamp, instruments, room)
    case .cancel(let cancel): return cancelOrder(cancel, stamp, instruments, room)
    case .change(let change): return changeOrder(change, stamp, instruments, room)
    case .cancelAll(let time):
      let message = hp_msg_cancel_all(decision_time: time.nanoseconds, instrument: 0, account: 0, reserved: 0)
      return frame(HP_FRAME_CANCEL_ALL, message, stamp: stamp, into: room)
    }
  }

  private static func newOrder(
    _ order: NewOrder, _ stamp: FrameStamp, _ instruments: InstrumentTable, _ room: UnsafeMutableRawBufferPointer
  ) -> Int {
    let number = instruments.wire(order.intent.instrument)
    guard number != 0 else { return 0 }
    var message = hp_msg_new_order()
    message.id = hp_order_id(high: order.id.high, low: order.id.low)
    message.decision_time = order.decisionTime.nanoseconds
    message.quantity = order.intent.quantity.contracts
    message.limit = order.intent.limit?.ticks ?? HP_PRICE_NONE
    message.stop = order.intent.stop?.ticks ?? HP_PRICE_NONE
    message.instrument = number
    message.side = order.intent.side.rawValue
    message.type = order.intent.type.rawValue
    message.purpose = order.intent.purpose.rawValue
    message.validity = order.intent.validity.rawValue
    message.flags = UInt8(HP_ORDER_DAY_TRADE)
    return frame(HP_FRAME_NEW_ORDER, message, stamp: stamp, into: room)
  }

  private static func cancelOrder(
    _ cancel: CancelOrder, _ stamp: FrameStamp, _ instruments: InstrumentTable, _ room: UnsafeMutableRawBufferPointer
  ) -> Int {
    let number = instruments.wire(cancel.instrument)
    guard number != 0 else { return 0 }
    let message = hp_msg_cancel_order(
      id: hp_order_id(high: cancel.id.high, low: cancel.id.low), decision_time: cancel.decisionTime.nanoseconds,
      instrument: number, account: 0, reserved: 0)
    return frame(HP_FRAME_CANCEL_ORDER, message, stamp: stamp, into: room)
  }

  private static func changeOrder(
    _ change: ChangeOrder, _ stamp: FrameStamp, _ instruments: InstrumentTable, _ room: UnsafeMutableRawBufferPointer
  ) -> Int {
    let number = instruments.wire(change.instrument)
    guard number != 0 else { return 0 }
    let message = hp_msg_change_order(
      id: hp_order_id(high: change.id.high, low: change.id.low), decision_time: change.decisionTime.nanoseconds,
      quantity: change.quantity.contracts, limit: change.limit?.ticks ?? HP_PRICE_NONE,
      stop: change.stop?.ticks ?? HP_PRICE_NONE, instrument: number, account: 0, reserved: 0)
    return frame(HP_FRAME_CHANGE_ORDER, message, stamp: stamp, into: room)
  }
}
