// Outgoing: windows, barriers, and events that become frames.

import CHotPath
import Gateway
import Simulation
import TradingDomain

extension SimulatorLoop {
  // MARK: Lockstep

  /// One round of virtual time; returns how long nothing is due.
  func lockstepRound() -> Int64 {
    guard awaitParticipants() else { return .max }
    if !isWindowOpen {
      guard core.openWindow() else {
        finishSession()
        return .max
      }
      isWindowOpen = true
    }
    if let time = core.windowTime {
      let wait = delay(until: time.nanoseconds)
      if wait > 0 { return wait }
    }
    while let next = roomForAll() ? core.nextInWindow() : nil { deliver(next) }
    if !roomForAll() {
      flushAll()
      return 1_000_000
    }
    isWindowOpen = false
    if core.isEnded {
      // The end is the last event: nobody answers it.
      finishSession()
      return .max
    }
    sendBarrier()
    flushAll()
    return .max
  }

  private func finishSession() {
    sayGoodbye(HP_GOODBYE_SESSION_OVER, "the session is over")
    statistics.isFinished = true
    mode = .over
  }

  /// Whether every client in virtual time has answered the last barrier. Clients that have been gone for too long are
  /// given up.
  private func awaitParticipants() -> Bool {
    var waitsFor = 0
    var present = 0
    for participant in participants where participant.isVirtual && !participant.hasLeft {
      if let lost = participant.lostAt, now - lost > configuration.reconnectGrace.count {
        participant.hasLeft = true
        applyDisconnectPolicy(participant)
        continue
      }
      present += 1
      if standing(participant) == nil || participant.barrier < barrier { waitsFor += 1 }
    }
    return present > 0 && waitsFor == 0
  }

  private func sendBarrier() {
    barrier += 1
    let horizon = core.time?.nanoseconds ?? 0
    for participant in participants where participant.isVirtual && !participant.hasLeft {
      sendBarrier(to: participant, horizon: horizon)
    }
  }

  func sendBarrier(to participant: Participant, horizon: Int64) {
    guard let connection = standing(participant) else { return }
    sendPlain(connection, HP_FRAME_BARRIER, hp_msg_barrier(number: barrier, horizon: horizon))
  }

  /// Whether every connection can take another frame.
  private func roomForAll() -> Bool {
    for case .some(let connection) in connections where connection.isStanding && !connection.isFinishing {
      if !wire.hasRoom(connection.slot) { return false }
    }
    return true
  }

  func flushAll() {
    for case .some(let connection) in connections { wire.flush(connection.slot) }
  }

  // MARK: Free running

  /// One round of a session without virtual time; returns how long nothing is due.
  func freeRound() -> Int64 {
    defer { flushAll() }
    guard participants.contains(where: { $0.slot != nil }) else { return .max }
    let paced: Bool
    if case .multiple = configuration.pacing { paced = true } else { paced = false }
    // A bounded batch, so that commands are heard in between.
    for _ in 0..<1024 {
      guard let due = core.nextDue() else {
        if let end = core.next(notAfter: .distantFuture) { deliver(end) }
        finishSession()
        return .max
      }
      if core.time != nil {
        let wait = delay(until: due.nanoseconds)
        if wait > 0 { return wait }
      }
      if !paced && !roomForAll() { return 1_000_000 }
      if let next = core.next(notAfter: due) { deliver(next) }
    }
    return 0
  }

  // MARK: Events

  /// Sends one event to whom it is for.
  func deliver(_ delivery: VenueDelivery) {
    if case .market(let event) = delivery.event.update, let index = index(of: event.instrument) {
      mirrors[index].note(event)
      for participant in participants where !participant.hasLeft {
        sendMarket(event, index, delivery.event, participant)
      }
      return
    }
    for participant in participants where delivery.client == nil || participant.client == delivery.client {
      switch delivery.event.update {
      case .clock: sendClock(delivery.event, participant)
      case .endOfSession: sendNumbered(delivery.event, participant, number: participant.events)
      case .order:
        participant.events += 1
        sendNumbered(delivery.event, participant)
      case .connection: sendNumbered(delivery.event, participant)
      case .market, .command: break
      }
    }
  }

  private func stamp(_ time: Timestamp, _ participant: Participant, sequence: UInt64 = 0) -> FrameStamp {
    let sent = participant.isVirtual ? time : Timestamp(nanoseconds: hp_clock_realtime_ns())
    return FrameStamp(
      sequence: sequence, time: sent, acknowledged: participant.commandSequence, flags: participant.flags)
  }

  private func sendMarket(_ event: MarketEvent, _ index: Int, _ venueEvent: VenueEvent, _ participant: Participant) {
    guard let connection = standing(participant),
      connection.streams[index] & SimulatorLoop.stream(of: event.update) != 0
    else { return }
    if participant.missed[index] > 0 { tellGap(event, index, venueEvent.localTime, participant, connection.slot) }
    let stamp = stamp(venueEvent.localTime, participant)
    let isSent = wire.send(connection.slot) { room in
      FrameEncoding.event(venueEvent.update, stamp: stamp, instruments: instruments, into: room)
    }
    if isSent {
      participant.events += 1
      connection.lastSent = now
    } else {
      participant.missed[index] += 1
      connection.dropped += 1
      statistics.framesDropped += 1
    }
  }

  /// Tells a client that market events before `event` were not sent to it.
  private func tellGap(
    _ event: MarketEvent, _ index: Int, _ time: Timestamp, _ participant: Participant, _ slot: UInt32
  ) {
    var gap = event
    gap.sequence = event.sequence &- 1
    gap.update = .gap(missing: participant.missed[index])
    let stamp = stamp(time, participant)
    let isSent = wire.send(slot) { room in
      FrameEncoding.event(.market(gap), stamp: stamp, instruments: instruments, into: room)
    }
    if isSent { participant.missed[index] = 0 }
  }

  private func sendClock(_ event: VenueEvent, _ participant: Participant) {
    guard let connection = standing(participant) else { return }
    let stamp = stamp(event.localTime, participant)
    let number = participant.clocks + 1
    let isSent = wire.send(connection.slot) { room in
      FrameEncoding.event(.clock, number: number, stamp: stamp, instruments: instruments, into: room)
    }
    if isSent {
      participant.clocks += 1
      participant.events += 1
      connection.lastSent = now
    }
  }

  /// Sends and keeps a numbered frame. A client that cannot take it is cut off: it will resume from its number.
  func sendNumbered(_ event: VenueEvent, _ participant: Participant, number: UInt64 = 0) {
    let stamp = stamp(event.localTime, participant, sequence: participant.kept.nextSequence)
    sendNumbered(participant) { room in
      FrameEncoding.event(event.update, number: number, stamp: stamp, instruments: instruments, into: room)
    }
  }

  func sendNumbered(_ participant: Participant, _ encode: (UnsafeMutableRawBufferPointer) -> Int) {
    let length = encode(scratch)
    guard length > 0 else { return }
    let frame = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<length])
    participant.kept.append(frame)
    guard let connection = standing(participant) else { return }
    if wire.send(connection.slot, bytes: frame) {
      connection.lastSent = now
    } else {
      fail(connection, HP_ERROR_SLOW_CLIENT, "numbered frames found no room: read faster, then resume", type: 0)
    }
  }

  /// Sends a frame that is not numbered.
  func sendPlain<Payload: BitwiseCopyable>(_ connection: Connection, _ type: Int, _ payload: Payload, flags: UInt8 = 0)
  {
    let participant = connection.participant
    let isVirtual = participant?.isVirtual ?? false
    let time = isVirtual ? core.time ?? configuration.simulation.open : Timestamp(nanoseconds: hp_clock_realtime_ns())
    let stamp = FrameStamp(
      sequence: 0, time: time, acknowledged: participant?.commandSequence ?? 0,
      flags: (participant?.flags ?? 0) | flags)
    if wire.send(connection.slot, { FrameEncoding.frame(type, payload, stamp: stamp, into: $0) }) {
      connection.lastSent = now
    }
  }

  /// Ends all sessions in order.
  func sayGoodbye(_ reason: Int, _ text: String) {
    for case .some(let connection) in connections where !connection.isFinishing {
      var message = hp_msg_goodbye()
      message.reason = UInt16(reason)
      WireText.set(&message.text, text)
      sendPlain(connection, HP_FRAME_GOODBYE, message)
      wire.flush(connection.slot)
      finish(connection)
    }
  }

  /// The subscription bit under which an update is sent.
  static func stream(of update: MarketUpdate) -> UInt16 {
    switch update {
    case .trade: return UInt16(HP_STREAM_TRADES)
    case .quote: return UInt16(HP_STREAM_QUOTES)
    case .depth: return UInt16(HP_STREAM_DEPTH)
    case .bar: return UInt16(HP_STREAM_BARS)
    case .phase, .limits: return UInt16(HP_STREAM_STATE)
    // A loss concerns every stream.
    case .gap: return .max
    }
  }
}
