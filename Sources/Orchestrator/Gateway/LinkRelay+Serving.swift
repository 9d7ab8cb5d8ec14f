// The link's side of a relay: the loop of the thread that owns the client.
import CHotPath
import Synchronization
import TradingDomain

extension LinkRelay {
  /// Opens the session, then carries events and commands until ``close()``; the body of the link's thread.
  /// `settled` is called once on this thread before anything else.
  package func serve(settled: () -> Void = {}) {
    settled()
    do {
      try client.open()
    } catch {
      finish(error)
      return
    }
    let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: Self.batch)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
    defer { buffer.deallocate() }
    publishState()
    hasOpened.store(true, ordering: .releasing)
    stage.store(.open, ordering: .releasing)
    hp_doorbell_ring(engineBell)
    var watch = IdleWatch(idle)
    while true {
      // First what is processed, then the commands: those that follow from it are then seen.
      let done = processed.load(ordering: .acquiring)
      var work = takeCommands()
      let mayPoll = !client.configuration.virtualTime || done == delivered
      if mayPoll, room >= Self.batch { work += fetch(buffer) }
      if wantsClose.load(ordering: .acquiring) {
        // What the engine published before it asked for the end still leaves.
        _ = takeCommands()
        client.close()
        finish(client.failure)
        return
      }
      if work > 0 {
        watch.worked()
      } else if watch.turnInVain() {
        sleep(mayPoll: mayPoll)
      }
    }
  }

  /// Free slots of the event ring, as far as known.
  private var room: Int { Self.eventCapacity - Int(hp_ring_size_guess(events)) }

  /// Hands the engine's commands to the client; returns how many. Each may need room for the report that it did not
  /// leave, so none is taken while there is none.
  private func takeCommands() -> Int {
    var count = 0
    while room > 0, let slot = hp_ring_next(commands) {
      let command = slot.assumingMemoryBound(to: OrderCommand.self).pointee
      hp_ring_release(commands)
      count += 1
      if client.send(command) == .notSent, case .new(let order) = command { refuse(order) }
    }
    return count
  }

  /// Moves what the client has into the ring; returns how many events.
  private func fetch(_ buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int {
    let count = client.poll(into: buffer)
    // The state first: whoever sees the last event of a session must find the door closed, as with the client itself.
    publishState()
    for index in 0..<count { publish(buffer[index]) }
    if count > 0 { commit() }
    return count
  }

  private func publish(_ event: VenueEvent) {
    guard let slot = hp_ring_claim(events) else { preconditionFailure("the room was looked at before") }
    slot.assumingMemoryBound(to: VenueEvent.self).initialize(to: event)
    delivered += 1
  }

  private func commit() {
    hp_ring_commit(events)
    if idle.parkAfter != nil { hp_doorbell_ring(engineBell) }
  }

  private func publishState() {
    isUp.store(client.phase == .streaming || client.phase == .synchronising, ordering: .releasing)
    if let failure = client.failure, !hasFailed.load(ordering: .relaxed) {
      linkFailure = failure
      hasFailed.store(true, ordering: .releasing)
    }
  }

  /// The order provably did not leave: its end reaches the engine as a report.
  private func refuse(_ order: NewOrder) {
    let time =
      client.configuration.virtualTime ? client.lastEventTime : Timestamp(nanoseconds: hp_clock_realtime_ns())
    let report = OrderReport(
      id: order.id, gatewayOrderID: 0, instrument: order.intent.instrument, status: .orderNotCreated, reason: .other,
      side: order.intent.side, quantity: order.intent.quantity, tradedQuantity: 0, tradedTicks: 0, exchangeTime: time)
    publish(VenueEvent(localTime: time, update: .order(report)))
    commit()
  }

  /// Sleeps where the next thing is expected. While the engine is awake and may send, this side only spins on: it can
  /// wait for the link only while the engine sleeps too and has no command before we wake it. An operator's command
  /// is the exception, and waits for at most the millisecond of this rest.
  private func sleep(mayPoll: Bool) {
    if !mayPoll {
      hp_doorbell_announce(linkBell)
      let isDue =
        processed.load(ordering: .acquiring) == delivered || hp_ring_size_guess(commands) > 0
        || wantsClose.load(ordering: .acquiring)
      if isDue { hp_doorbell_awake(linkBell) } else { hp_doorbell_sleep(linkBell, 1_000_000) }
    } else if hp_doorbell_is_asleep(engineBell) != 0 {
      client.rest(atMost: .milliseconds(1))
    } else {
      hp_cpu_relax()
    }
  }

  private func finish(_ failure: GatewayError?) {
    if let failure, !hasFailed.load(ordering: .relaxed) {
      linkFailure = failure
      hasFailed.store(true, ordering: .releasing)
    }
    isUp.store(false, ordering: .releasing)
    stage.store(.closed, ordering: .releasing)
    hp_doorbell_ring(engineBell)
  }
}
