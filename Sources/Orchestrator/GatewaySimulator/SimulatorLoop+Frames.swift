// Incoming: frames of clients, judged and obeyed.

import CHotPath
import Gateway
import Simulation
import TradingDomain

extension SimulatorLoop {
  /// Decodes and handles everything that a connection has received.
  func readFrames(_ connection: Connection) {
    var frame = hp_frame_empty()
    while !connection.isFinishing, connections[Int(connection.slot)] === connection {
      var length = 0
      guard let bytes = wire.received(connection.slot, &length) else {
        refuseSilently(connection)
        return
      }
      let result = Int(hp_frame_decode(bytes, length, &frame))
      if result == HP_FRAME_NEED_MORE {
        // A sealed record holds whole frames.
        if wire.isSealed, length > 0 { refuseSilently(connection) }
        return
      }
      if result != HP_FRAME_COMPLETE {
        fail(connection, HP_ERROR_MALFORMED, String(cString: hp_frame_result_text(Int32(result))), type: 0)
        return
      }
      connection.lastReceived = now
      handle(frame, connection)
      wire.consume(connection.slot, Int(frame.header.length))
    }
  }

  private func handle(_ frame: hp_frame, _ connection: Connection) {
    let type = Int(frame.header.type)
    guard let participant = connection.participant else {
      if type == HP_FRAME_HELLO {
        open(FrameDecoding.payload(frame, as: hp_msg_hello.self), connection)
      } else {
        fail(connection, HP_ERROR_UNEXPECTED, "the first frame must be Hello", type: type)
      }
      return
    }
    switch type {
    case HP_FRAME_NEW_ORDER, HP_FRAME_CANCEL_ORDER, HP_FRAME_CHANGE_ORDER, HP_FRAME_CANCEL_ALL:
      command(frame, participant, connection)
    case HP_FRAME_BARRIER_ACK:
      let message = FrameDecoding.payload(frame, as: hp_msg_barrier_ack.self)
      guard message.number <= barrier else {
        fail(connection, HP_ERROR_UNEXPECTED, "barrier \(message.number) was never sent", type: type)
        return
      }
      guard message.commands == participant.commandsSinceBarrier else {
        fail(
          connection, HP_ERROR_UNEXPECTED,
          "barrier \(message.number) tells of \(message.commands) commands, \(participant.commandsSinceBarrier) came",
          type: type)
        return
      }
      participant.commandsSinceBarrier = 0
      participant.barrier = max(participant.barrier, message.number)
    case HP_FRAME_HEARTBEAT:
      connection.echo = FrameDecoding.payload(frame, as: hp_msg_heartbeat.self).sent_monotonic
    case HP_FRAME_SUBSCRIBE:
      subscribe(FrameDecoding.payload(frame, as: hp_msg_subscribe.self), participant, connection, isOn: true)
    case HP_FRAME_UNSUBSCRIBE:
      subscribe(FrameDecoding.payload(frame, as: hp_msg_subscribe.self), participant, connection, isOn: false)
    case HP_FRAME_SNAPSHOT_REQUEST:
      sendSnapshot(participant, connection, withOrders: true)
      wire.flush(connection.slot)
    case HP_FRAME_ORDER_LIST_REQUEST:
      listOrders(FrameDecoding.payload(frame, as: hp_msg_list_request.self), participant, connection)
    case HP_FRAME_GOODBYE:
      participant.hasLeft = true
      applyDisconnectPolicy(participant)
      participant.slot = nil
      connection.participant = nil
      finish(connection)
    case HP_FRAME_HELLO:
      fail(connection, HP_ERROR_UNEXPECTED, "the session is open already", type: type)
    default:
      refuse(
        connection, HP_ERROR_UNSUPPORTED,
        "\(String(cString: hp_frame_type_name(frame.header.type))) is not answered by the simulator", type: type)
    }
  }

  // MARK: Orders

  private func command(_ frame: hp_frame, _ participant: Participant, _ connection: Connection) {
    let type = Int(frame.header.type)
    guard participant.mayTrade else {
      fail(connection, HP_ERROR_UNEXPECTED, "orders were not granted to this session", type: type)
      return
    }
    guard case .value(let command) = FrameDecoding.command(frame, instruments: instruments) else {
      fail(connection, HP_ERROR_MALFORMED, "a field of the order is impossible", type: type)
      return
    }
    statistics.commandsReceived += 1
    participant.commandsSinceBarrier += 1
    let isRepeated = frame.header.sequence <= participant.commandSequence
    participant.commandSequence = max(participant.commandSequence, frame.header.sequence)
    acknowledge(command, frame, participant, isRepeated ? HP_SUBMIT_DUPLICATE : HP_SUBMIT_RECEIVED)
    if isRepeated || core.isEnded { return }
    if participant.isVirtual {
      core.submit(command, client: participant.client)
    } else {
      core.submitNow(command, client: participant.client, now: presentTime())
    }
  }

  /// The present virtual instant of a session whose clients have no virtual clock.
  private func presentTime() -> Timestamp {
    guard let time = core.time else { return configuration.simulation.open }
    guard mode == .freeRunning, case .multiple(let speed) = configuration.pacing, virtualStart != 0 else { return time }
    return max(time, Timestamp(nanoseconds: virtualStart + Int64(Double(now - realStart) * speed)))
  }

  private func acknowledge(_ command: OrderCommand, _ frame: hp_frame, _ participant: Participant, _ result: Int) {
    var message = hp_msg_submit_ack()
    message.command_sequence = frame.header.sequence
    message.command_type = frame.header.type
    message.result = UInt8(result)
    switch command {
    case .new(let order):
      message.id = hp_order_id(high: order.id.high, low: order.id.low)
      message.quantity = order.intent.quantity.contracts
      message.instrument = instruments.wire(order.intent.instrument)
      message.side = order.intent.side.rawValue
    case .cancel(let cancel):
      message.id = hp_order_id(high: cancel.id.high, low: cancel.id.low)
      message.instrument = instruments.wire(cancel.instrument)
    case .change(let change):
      message.id = hp_order_id(high: change.id.high, low: change.id.low)
      message.quantity = change.quantity.contracts
      message.instrument = instruments.wire(change.instrument)
    case .cancelAll: break
    }
    let time =
      participant.isVirtual
      ? core.time ?? configuration.simulation.open : Timestamp(nanoseconds: hp_clock_realtime_ns())
    let stamp = FrameStamp(
      sequence: participant.kept.nextSequence, time: time, acknowledged: participant.commandSequence,
      flags: participant.flags)
    sendNumbered(participant) { FrameEncoding.frame(HP_FRAME_SUBMIT_ACK, message, stamp: stamp, into: $0) }
  }

  private func listOrders(_ request: hp_msg_list_request, _ participant: Participant, _ connection: Connection) {
    let orders = core.orderSnapshot(client: participant.client)
    for report in orders { sendAgain(report, participant, connection) }
    var end = hp_msg_list_end()
    end.request_id = request.request_id
    end.items = UInt32(orders.count)
    end.proven = 1
    sendPlain(connection, HP_FRAME_ORDER_LIST_END, end)
    wire.flush(connection.slot)
  }

  // MARK: Subscriptions

  private func subscribe(
    _ request: hp_msg_subscribe, _ participant: Participant, _ connection: Connection, isOn: Bool
  ) {
    var answer = hp_msg_subscribe_ack()
    answer.request_id = request.request_id
    answer.instrument = request.instrument
    if isOn { connection.lastSubscribe = now }
    if let index = resolve(request) {
      if request.instrument == 0 { sendPlain(connection, HP_FRAME_ASSET_DEF, definition(index)) }
      let offered = UInt16(HP_STREAM_TRADES | HP_STREAM_QUOTES | HP_STREAM_DEPTH | HP_STREAM_BARS | HP_STREAM_STATE)
      let before = connection.streams[index]
      let wanted = request.streams & offered
      connection.streams[index] = isOn ? before | wanted : before & ~request.streams
      answer.instrument = configuration.simulation.instruments[index].instrument.id.rawValue
      answer.streams = connection.streams[index]
      answer.result = UInt16(isOn && wanted != request.streams ? HP_SUBSCRIBE_PARTIAL : HP_SUBSCRIBE_OK)
      sendPlain(connection, HP_FRAME_SUBSCRIBE_ACK, answer)
      if isOn { connection.subscriptions += 1 }
      if isOn && before == 0 && connection.isStanding { _ = sendMirror(index, participant, connection) }
    } else {
      answer.result = UInt16(HP_SUBSCRIBE_UNKNOWN)
      sendPlain(connection, HP_FRAME_SUBSCRIBE_ACK, answer)
    }
    wire.flush(connection.slot)
  }

  private func resolve(_ request: hp_msg_subscribe) -> Int? {
    if request.instrument != 0 { return index(of: InstrumentID(request.instrument)) }
    let ticker = WireText.get(request.ticker)
    return mirrors.indices.first { index in
      let symbol = configuration.simulation.instruments[index].instrument.symbol
      return WireText.get(definition(index).ticker) == ticker || symbol == ticker
    }
  }

  /// Present limits, phase and quote of a subscribed instrument; returns how many frames they took.
  func sendMirror(_ index: Int, _ participant: Participant, _ connection: Connection) -> Int {
    var frames = 0
    for event in mirrors[index].events
    where connection.streams[index] & SimulatorLoop.stream(of: event.update) != 0 {
      let time =
        participant.isVirtual ? core.time ?? event.exchangeTime : Timestamp(nanoseconds: hp_clock_realtime_ns())
      let stamp = FrameStamp(
        sequence: 0, time: time, acknowledged: participant.commandSequence,
        flags: participant.flags | UInt8(HP_FRAME_REPLAY))
      _ = wire.send(connection.slot) { room in
        FrameEncoding.event(.market(event), stamp: stamp, instruments: instruments, into: room)
      }
      frames += 1
    }
    return frames
  }

  // MARK: Errors

  /// Refuses something without ending the session.
  func refuse(_ connection: Connection, _ code: Int, _ text: String, type: Int) {
    var message = hp_msg_error()
    message.code = UInt16(code)
    message.offending_type = UInt16(truncatingIfNeeded: type)
    WireText.set(&message.text, text)
    sendPlain(connection, HP_FRAME_ERROR, message)
    wire.flush(connection.slot)
  }

  /// Says what is wrong and ends the session.
  func fail(_ connection: Connection, _ code: Int, _ text: String, type: Int) {
    refuse(connection, code, text, type: type)
    if let participant = connection.participant, participant.slot == connection.slot {
      participant.slot = nil
      participant.lostAt = now
      connection.participant = nil
    }
    finish(connection)
  }
}
