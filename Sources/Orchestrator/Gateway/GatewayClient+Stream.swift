// Frames of a standing session: events to the caller, session frames to the client's state.
import CHotPath
import TradingDomain

extension GatewayClient {
  /// What became of a frame.
  private enum FrameOutcome {
    case taken
    /// It stays where it is: an event of our own had to precede it, or there is no room.
    case kept
    /// Taken, and nothing after it may be read before the next poll.
    case takenAndStop
    /// The connection is given up.
    case broken
  }

  /// Decodes what waits at the link into events, in place, until the buffer is full or a barrier stands.
  func drain(_ outbox: inout EventOutbox, now: Int64) {
    if phase == .securing {
      secure(now: now)
      if let failure { settle(handshakeFailure: failure) }
    }
    if phase <= .securing { return }
    var isGoingOn = true
    while isGoingOn, phase != .ended {
      var length = 0
      let bytes = wire.received(&length)
      if let detail = wire.sealFailure {
        breakOff(.sealBroken(endpoint: configuration.endpoint, detail: detail))
        wire.consumeAll()
        return
      }
      if length == 0 { return }
      let taken = drainSpan(bytes, length, &outbox, now: now)
      // Bytes of a connection that was given up are of no use any more.
      if phase == .offline {
        wire.consumeAll()
        return
      }
      wire.consume(taken)
      // In clear everything that waits is one span; sealed, a record that was taken whole may have another behind it.
      isGoingOn = wire.isSealed && taken == length && !outbox.isFull && pendingBarrier == nil
    }
  }

  /// Decodes one span of whole frames; returns how many bytes of it were taken.
  private func drainSpan(
    _ bytes: UnsafePointer<UInt8>, _ length: Int, _ outbox: inout EventOutbox, now: Int64
  ) -> Int {
    let arrival = configuration.virtualTime ? 0 : hp_clock_realtime_ns()
    var offset = 0
    var frame = hp_frame_empty()
    while !outbox.isFull, phase != .ended {
      let verdict = Int(hp_frame_decode(bytes + offset, length - offset, &frame))
      if verdict == HP_FRAME_NEED_MORE {
        if wire.isSealed, offset < length { breakOff(frameBeyondRecord) }
        break
      }
      if verdict != HP_FRAME_COMPLETE {
        breakOff(undecodable(Int32(verdict)))
        break
      }
      lastReceived = now
      let outcome = take(frame, arrival: arrival, &outbox)
      if outcome == .kept || outcome == .broken { break }
      counts.frames += 1
      offset += Int(frame.header.length)
      if outcome == .takenAndStop { break }
    }
    return offset
  }

  private func take(_ frame: hp_frame, arrival: Int64, _ outbox: inout EventOutbox) -> FrameOutcome {
    if frame.header.acknowledged > acknowledgedCommand {
      acknowledgedCommand = min(frame.header.acknowledged, nextCommand - 1)
    }
    if phase < .synchronising {
      handshake(frame)
      guard let failure else { return .taken }
      settle(handshakeFailure: failure)
      return .broken
    }
    if frame.header.sequence != 0 {
      if frame.header.sequence < nextSequence {
        counts.duplicates += 1
        return .taken
      }
      if frame.header.sequence > nextSequence {
        return broken("kept frame \(frame.header.sequence) after \(nextSequence &- 1): one was lost")
      }
    }
    let localTime = Timestamp(nanoseconds: configuration.virtualTime ? frame.header.time : arrival)
    switch FrameDecoding.event(frame, localTime: localTime, instruments: instruments) {
    case .value(let event): return deliver(event, frame, &outbox)
    case .malformed:
      return broken("\(String(cString: hp_frame_type_name(frame.header.type))) with an impossible field")
    case .notForDomain: return session(frame, &outbox)
    }
  }

  private func deliver(_ event: VenueEvent, _ frame: hp_frame, _ outbox: inout EventOutbox) -> FrameOutcome {
    if case .market(let market) = event.update {
      let isReplay = Int(frame.header.flags) & HP_FRAME_REPLAY != 0
      if feeds.hasSeen(market, isReplay: isReplay) {
        counts.duplicates += 1
        return .taken
      }
      let lost = feeds.lost(before: market)
      if lost > 0 {
        outbox.put(gap(before: market, lost: lost, at: event.localTime))
        return outbox.isFull ? .kept : put(event, frame, &outbox)
      }
    }
    return put(event, frame, &outbox)
  }

  private func put(_ event: VenueEvent, _ frame: hp_frame, _ outbox: inout EventOutbox) -> FrameOutcome {
    if case .market(let market) = event.update { feeds.note(market) }
    if frame.header.sequence != 0 { nextSequence = frame.header.sequence + 1 }
    lastEventTime = event.localTime
    outbox.put(event)
    if case .endOfSession = event.update {
      phase = .ended
      return .takenAndStop
    }
    return .taken
  }

  /// The gap takes the number of the last message that is missing, so that the feed's numbers stay consecutive.
  private func gap(before event: MarketEvent, lost: UInt64, at time: Timestamp) -> VenueEvent {
    let gap = MarketEvent(
      instrument: event.instrument, sequence: event.sequence - 1, exchangeTime: event.exchangeTime,
      update: .gap(missing: lost))
    feeds.note(gap)
    return VenueEvent(localTime: time, update: .market(gap))
  }

  private func session(_ frame: hp_frame, _ outbox: inout EventOutbox) -> FrameOutcome {
    if frame.header.sequence != 0 { nextSequence = frame.header.sequence + 1 }
    switch Int(frame.header.type) {
    case HP_FRAME_BARRIER: return barrier(FrameDecoding.payload(frame, as: hp_msg_barrier.self), outbox)
    case HP_FRAME_HEARTBEAT: noteHeartbeat(frame)
    case HP_FRAME_SUBMIT_ACK:
      return submitted(FrameDecoding.payload(frame, as: hp_msg_submit_ack.self), frame, &outbox)
    case HP_FRAME_SNAPSHOT_BEGIN:
      if granted.resumed == 0 {
        nextSequence = FrameDecoding.payload(frame, as: hp_msg_snapshot_begin.self).next_sequence
      }
    case HP_FRAME_SNAPSHOT_END: phase = .streaming
    case HP_FRAME_ERROR: return told(FrameDecoding.payload(frame, as: hp_msg_error.self))
    case HP_FRAME_GOODBYE: return .taken
    case HP_FRAME_HELLO, HP_FRAME_HELLO_REPLY, HP_FRAME_BARRIER_ACK, HP_FRAME_NEW_ORDER, HP_FRAME_CANCEL_ORDER,
      HP_FRAME_CHANGE_ORDER, HP_FRAME_CANCEL_ALL, HP_FRAME_ZERO_POSITION, HP_FRAME_SUBSCRIBE, HP_FRAME_UNSUBSCRIBE:
      return broken("\(String(cString: hp_frame_type_name(frame.header.type))) in a standing session")
    default: break
    }
    return .taken
  }

  /// Without events before it in this poll, every event before the barrier has been processed: answer at once.
  private func barrier(_ message: hp_msg_barrier, _ outbox: EventOutbox) -> FrameOutcome {
    guard configuration.virtualTime else { return broken("Barrier in a session in real time") }
    counts.barriers += 1
    if outbox.count == 0 {
      acknowledge(barrier: message.number)
      return .taken
    }
    pendingBarrier = message.number
    return .takenAndStop
  }

  func acknowledge(barrier number: UInt64) {
    let message = hp_msg_barrier_ack(number: number, commands: commandsSinceBarrier)
    commandsSinceBarrier = 0
    // A barrier that cannot be answered would stop time for ever: the link is full only when nobody reads there.
    if !sendSession(HP_FRAME_BARRIER_ACK, message), phase != .ended {
      breakOff(.linkLost(endpoint: configuration.endpoint, code: 0))
    }
  }

  /// A refusal by the gateway itself is an order's end and reaches the engine as such; a receipt is only counted.
  private func submitted(_ answer: hp_msg_submit_ack, _ frame: hp_frame, _ outbox: inout EventOutbox) -> FrameOutcome {
    if answer.command_sequence > acknowledgedCommand {
      acknowledgedCommand = min(answer.command_sequence, nextCommand - 1)
    }
    guard Int(answer.result) == HP_SUBMIT_REFUSED, Int(answer.command_type) == HP_FRAME_NEW_ORDER else {
      return .taken
    }
    guard let instrument = instruments.local(answer.instrument), let side = Side(rawValue: answer.side) else {
      return broken("SubmitAck with an impossible field")
    }
    let virtual = configuration.virtualTime
    let time = Timestamp(nanoseconds: virtual ? frame.header.time : hp_clock_realtime_ns())
    let report = OrderReport(
      id: ClientOrderID(high: answer.id.high, low: answer.id.low), gatewayOrderID: answer.gateway_order_id,
      instrument: instrument, status: .orderNotCreated, reason: VenueReason(rawValue: answer.reason) ?? .other,
      side: side, quantity: Quantity(answer.quantity), tradedQuantity: 0, tradedTicks: 0,
      exchangeTime: Timestamp(nanoseconds: frame.header.time))
    lastEventTime = time
    outbox.put(VenueEvent(localTime: time, update: .order(report)))
    return .taken
  }

  /// Errors that end the session close it here too; others concern one request only.
  private func told(_ message: hp_msg_error) -> FrameOutcome {
    switch Int(message.code) {
    case HP_ERROR_FENCED:
      settle(handshakeFailure: .fenced(endpoint: configuration.endpoint, ours: configuration.fencingEpoch))
      return .broken
    case 1..<HP_ERROR_UNKNOWN_INSTRUMENT, HP_ERROR_AUTHENTICATION:
      breakOff(.refused(endpoint: configuration.endpoint, code: message.code, text: WireText.get(message.text)))
      return .broken
    default: return .taken
    }
  }

  private func broken(_ detail: String) -> FrameOutcome {
    breakOff(.malformed(endpoint: configuration.endpoint, detail: detail))
    return .broken
  }
}
