// Domain to wire, for both ends: a gateway (or simulator) encodes venue events, a client encodes order commands.
// The way back is FrameDecoding.swift; the two are each other's inverse and tested as such.
import CHotPath
package import TradingDomain

/// Writes frames into the caller's memory. Nothing here allocates or throws.
package enum FrameEncoding {
  /// Largest frame that these functions write: how much room the caller offers at least.
  package static let largestFrame = 256

  /// Writes one frame of `type` with `payload`; returns its length, 0 when it does not fit into `room`.
  @inlinable package static func frame<Payload: BitwiseCopyable>(
    _ type: Int, _ payload: Payload, stamp: FrameStamp, into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    guard let base = room.baseAddress else { return 0 }
    return withUnsafePointer(to: payload) { source in
      Int(
        hp_frame_encode(
          base.assumingMemoryBound(to: UInt8.self), room.count, stamp.header(type: type), source,
          UInt32(MemoryLayout<Payload>.size)))
    }
  }

  /// The type of the frame that carries `update`, or nil for the states that only a client's own link can have.
  package static func frameType(of update: VenueUpdate) -> Int? {
    switch update {
    case .market(let event):
      switch event.update {
      case .trade: return HP_FRAME_TRADE
      case .quote: return HP_FRAME_QUOTE
      case .depth: return HP_FRAME_DEPTH
      case .bar: return HP_FRAME_BAR
      case .phase: return HP_FRAME_TICKER_STATE
      case .limits: return HP_FRAME_PRICE_LIMITS
      case .gap: return HP_FRAME_GAP
      }
    case .order: return HP_FRAME_ORDER_REPORT
    case .connection(.linkDown): return nil
    case .connection: return HP_FRAME_CONN_STATE
    case .clock: return HP_FRAME_CLOCK
    case .command: return HP_FRAME_KILL
    case .endOfSession: return HP_FRAME_END_OF_SESSION
    }
  }

  /// Writes the frame that tells a client of `update`.
  ///
  /// `stamp.time` is the event's local time in a virtual session and the gateway's own time else. `number` counts
  /// clock frames, or at the end of the session all events. Returns the length; 0 when it does not fit, or when
  /// ``frameType(of:)`` is nil.
  package static func event(
    _ update: VenueUpdate, number: UInt64 = 0, stamp: FrameStamp, instruments: InstrumentTable,
    into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    switch update {
    case .market(let event): return market(event, stamp: stamp, instruments: instruments, into: room)
    case .order(let report): return orderReport(report, stamp: stamp, instruments: instruments, into: room)
    case .connection(let state):
      guard state != .linkDown else { return 0 }
      var message = hp_msg_conn_state()
      message.kind = UInt8(HP_CONN_COMBINED)
      message.combined = state.rawValue
      return frame(HP_FRAME_CONN_STATE, message, stamp: stamp, into: room)
    case .clock:
      return frame(
        HP_FRAME_CLOCK, hp_msg_clock(number: number, server_time: stamp.time.nanoseconds), stamp: stamp, into: room)
    case .command(let command):
      var message = hp_msg_kill()
      message.action = command.rawValue
      return frame(HP_FRAME_KILL, message, stamp: stamp, into: room)
    case .endOfSession:
      let day = BrasiliaTime.local(stamp.time).date.dayNumber
      return frame(
        HP_FRAME_END_OF_SESSION, hp_msg_end_of_session(session_date: day, reserved: 0, events: number), stamp: stamp,
        into: room)
    }
  }

  static func orderReport(
    _ report: OrderReport, stamp: FrameStamp, instruments: InstrumentTable, into room: UnsafeMutableRawBufferPointer
  ) -> Int {
    var message = hp_msg_order_report()
    message.id = hp_order_id(high: report.id.high, low: report.id.low)
    message.gateway_order_id = report.gatewayOrderID
    message.quantity = report.quantity.contracts
    message.traded_quantity = report.tradedQuantity.contracts
    message.traded_ticks = report.tradedTicks
    message.exchange_time = report.exchangeTime.nanoseconds
    message.instrument = instruments.wire(report.instrument)
    message.reason = report.reason.rawValue
    message.status = report.status.rawValue
    message.side = report.side.rawValue
    message.limit = HP_PRICE_NONE
    message.stop = HP_PRICE_NONE
    return frame(HP_FRAME_ORDER_REPORT, message, stamp: stamp, into: room)
  }
}
