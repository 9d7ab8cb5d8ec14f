// The session loop: one thread that listens, answers, and lets virtual time pass. Incoming frames, the opening of a
// session and outgoing events are in the extensions.

import CHotPath
import Gateway
import Simulation
import Synchronization
import TradingDomain

/// How time passes in the session.
enum SessionMode {
  /// Not enough clients yet.
  case gathering
  /// Virtual time: window, barrier, acknowledgements, next window.
  case lockstep
  /// No client asked for virtual time: events leave when they are due.
  case freeRunning
  /// The end of the session has been told.
  case over
}

/// State and rounds of the simulator. Made on one thread and then used by the session's thread alone.
final class SimulatorLoop {
  let configuration: GatewaySimulatorConfiguration
  let core: VenueCore
  let wire: SimulatorWire
  let instruments: InstrumentTable
  let shared: SimulatorShared
  var connections: [Connection?]
  var participants: [Participant] = []
  var mirrors: [MarketMirror]
  var mode = SessionMode.gathering
  var statistics = GatewaySimulatorStatistics()
  /// CLOCK_MONOTONIC of this round.
  var now: Int64 = 0
  /// Real and virtual instant at which time started.
  var realStart: Int64 = 0
  var virtualStart: Int64 = 0
  /// Number of the last barrier sent.
  var barrier: UInt64 = 0
  var isWindowOpen = false
  /// Frames encoded for clients that are not connected.
  let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: SimulatorWire.frameRoom, alignment: 8)

  /// Longest sleep, so that a stop is noticed.
  private static let longestWait: Int64 = 20_000_000

  init(
    configuration: GatewaySimulatorConfiguration, feed: MarketFeed, wire: SimulatorWire, clientSlots: Int,
    shared: SimulatorShared
  ) {
    self.configuration = configuration
    self.wire = wire
    self.shared = shared
    core = VenueCore(configuration: configuration.simulation, feed: feed)
    instruments = InstrumentTable(identity: configuration.simulation.instruments.map(\.instrument.id))
    connections = Array(repeating: nil, count: clientSlots)
    mirrors = Array(repeating: MarketMirror(), count: configuration.simulation.instruments.count)
  }

  deinit {
    wire.close()
    scratch.deallocate()
  }

  func close() { wire.close() }

  /// The participant's connection, once events may flow on it.
  func standing(_ participant: Participant) -> Connection? {
    guard let slot = participant.slot, let connection = connections[Int(slot)] else { return nil }
    return connection.isStanding && !connection.isFinishing ? connection : nil
  }

  func index(of instrument: InstrumentID) -> Int? {
    configuration.simulation.instruments.firstIndex { $0.instrument.id == instrument }
  }

  // MARK: Rounds

  /// Runs until `stop` is set.
  func run() {
    var wait: Int64 = 0
    while !shared.stop.load(ordering: .acquiring) {
      now = hp_clock_monotonic_ns()
      wire.sealAll(now: now)
      let result = wait > 0 ? hp_server_wait(wire.server, now, wait) : hp_server_poll(wire.server, now)
      if result < 0 {
        statistics.failure = .ringFailed(code: -result)
        break
      }
      now = hp_clock_monotonic_ns()
      for slot in connections.indices { attend(UInt32(slot)) }
      keepAlive()
      wait = letTimePass()
      publish()
    }
    sayGoodbye(HP_GOODBYE_SHUTDOWN, "the simulator was stopped")
    publish()
    wire.close()
  }

  private func publish() {
    statistics.venue = core.statistics
    statistics.framesSent = wire.framesSent
    statistics.virtualTime = core.time
    shared.statistics.withLock { [statistics] in $0 = statistics }
  }

  /// Lets due events happen; returns how long nothing is due.
  private func letTimePass() -> Int64 {
    switch mode {
    case .gathering:
      startIfComplete()
      return mode == .gathering ? SimulatorLoop.longestWait : 0
    case .lockstep: return min(lockstepRound(), SimulatorLoop.longestWait)
    case .freeRunning: return min(freeRound(), SimulatorLoop.longestWait)
    case .over: return SimulatorLoop.longestWait
    }
  }

  private func startIfComplete() {
    let present = participants.filter { standing($0) != nil }
    guard !present.isEmpty, present.count >= configuration.expectedClients else { return }
    realStart = now
    mode = present.contains(where: \.isVirtual) ? .lockstep : .freeRunning
  }

  /// Nanoseconds until `time` is due by the pacing; 0 when it is.
  func delay(until time: Int64) -> Int64 {
    guard case .multiple(let speed) = configuration.pacing, speed > 0 else { return 0 }
    if virtualStart == 0 { virtualStart = time }
    let due = realStart + Int64(Double(time - virtualStart) / speed)
    return max(0, due - now)
  }

  // MARK: Connections

  /// Looks after one slot: new client, bytes, end.
  private func attend(_ slot: UInt32) {
    let state = Int(hp_server_client_state(wire.server, slot))
    let generation = hp_server_client_generation(wire.server, slot)
    if let connection = connections[Int(slot)], connection.generation != generation || state == HP_CLIENT_NONE {
      lose(connection)
    }
    if state == HP_CLIENT_NONE { return }
    if connections[Int(slot)] == nil && state == HP_CLIENT_OPEN {
      statistics.connections += 1
      wire.begin(slot)
      limitPending()
      connections[Int(slot)] = Connection(
        slot: slot, generation: generation, instruments: mirrors.count, now: now,
        heartbeat: configuration.heartbeat.count)
    }
    if let connection = connections[Int(slot)] {
      readFrames(connection)
      standIfSubscribed(connection)
    }
    if Int(hp_server_client_state(wire.server, slot)) == HP_CLIENT_GONE {
      if let connection = connections[Int(slot)] { lose(connection) }
      hp_server_release(wire.server, slot)
    }
  }

  /// Forgets a connection; its participant may come back.
  func lose(_ connection: Connection) {
    connections[Int(connection.slot)] = nil
    guard let participant = connection.participant, participant.slot == connection.slot else { return }
    participant.slot = nil
    participant.lostAt = now
    if mode != .lockstep { applyDisconnectPolicy(participant) }
  }

  /// What the client asked to be done for it when it is gone: entry orders are withdrawn, protection stays.
  func applyDisconnectPolicy(_ participant: Participant) {
    let withdraws = Int(participant.disconnectPolicy) & HP_DISCONNECT_CANCEL_ENTRIES != 0
    guard withdraws, participant.mayTrade, core.time != nil, !core.isEnded else { return }
    core.withdrawEntries(client: participant.client)
  }

  /// Ends a connection without a word: whoever is there has not shown that it may hear one.
  func refuseSilently(_ connection: Connection) {
    statistics.connectionsRefused += 1
    hp_server_drop(wire.server, connection.slot)
    lose(connection)
  }

  /// Strangers in the middle of their handshake are bounded: one more and the oldest goes. Who has the keys is done
  /// within a round trip, and is hardly ever the oldest.
  private func limitPending() {
    guard wire.isSealed else { return }
    let pending = connections.compactMap { $0 }.filter { $0.participant == nil && !$0.isFinishing }
    guard pending.count >= SimulatorWire.mostPending else { return }
    if let oldest = pending.min(by: { $0.openedAt < $1.openedAt }) { refuseSilently(oldest) }
  }

  /// Ends a connection in order.
  func finish(_ connection: Connection) {
    connection.isFinishing = true
    wire.flush(connection.slot)
    hp_server_finish(wire.server, connection.slot, now)
  }

  private func keepAlive() {
    for case .some(let connection) in connections where !connection.isFinishing {
      guard let participant = connection.participant else {
        // A stranger that says nothing must not hold a slot.
        if now - connection.openedAt > 2_000_000_000 { refuseSilently(connection) }
        continue
      }
      // Virtual time has no heartbeats: either end may think as long as it likes.
      if participant.isVirtual { continue }
      if now - connection.lastReceived > configuration.deadAfter.count {
        hp_server_drop(wire.server, connection.slot)
        continue
      }
      if now - connection.lastSent >= connection.heartbeat {
        var message = hp_msg_heartbeat()
        message.sent_monotonic = now
        message.echo_monotonic = connection.echo
        message.dropped = connection.dropped
        sendPlain(connection, HP_FRAME_HEARTBEAT, message)
        wire.flush(connection.slot)
      }
    }
  }
}
