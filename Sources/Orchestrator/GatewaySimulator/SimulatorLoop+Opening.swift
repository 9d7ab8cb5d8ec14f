// The opening of a session: hello, reply, instruments, and what the client has missed.

import CHotPath
import Gateway
import Simulation
import TradingDomain

extension SimulatorLoop {
  /// Judges a Hello and opens the session, or says why not.
  func open(_ hello: hp_msg_hello, _ connection: Connection) {
    if let (code, text) = refusal(of: hello) {
      fail(connection, code, text, type: HP_FRAME_HELLO)
      return
    }
    let name = WireText.get(hello.client)
    let isVirtual = hello.capabilities & UInt64(HP_CAPABILITY_VIRTUAL_TIME) != 0
    let mayTrade = Int(hello.role) == HP_ROLE_TRADER && hello.capabilities & UInt64(HP_CAPABILITY_ORDERS) != 0
    let participant: Participant
    if let known = participants.first(where: { $0.name == name }) {
      guard hello.fencing_epoch >= known.fencingEpoch else {
        fail(
          connection, HP_ERROR_FENCED,
          "epoch \(hello.fencing_epoch) of \(name) is older than \(known.fencingEpoch): a newer run has taken over",
          type: HP_FRAME_HELLO)
        return
      }
      replaceConnection(of: known)
      // A new run counts its commands anew.
      if hello.fencing_epoch > known.fencingEpoch { known.commandSequence = 0 }
      known.fencingEpoch = hello.fencing_epoch
      known.mayTrade = mayTrade
      if mode == .gathering { known.isVirtual = isVirtual }
      participant = known
    } else {
      participant = Participant(
        name: name, client: core.addClient(), fencingEpoch: hello.fencing_epoch, isVirtual: isVirtual,
        mayTrade: mayTrade, disconnectPolicy: hello.disconnect_policy, instruments: mirrors.count)
      // Who joins a session in virtual time does not answer for what was before.
      participant.barrier = barrier
      participants.append(participant)
    }
    participant.disconnectPolicy = hello.disconnect_policy
    participant.slot = connection.slot
    participant.lostAt = nil
    participant.hasLeft = false
    connection.participant = participant
    if hello.heartbeat_ms > 0 {
      connection.heartbeat = min(configuration.heartbeat.count, Int64(hello.heartbeat_ms) * 1_000_000)
    }
    reply(hello, participant, connection)
  }

  private func refusal(of hello: hp_msg_hello) -> (code: Int, text: String)? {
    if hello.magic != HP_HELLO_MAGIC { return (HP_ERROR_MALFORMED, "not a gateway client's hello") }
    let version = UInt16(HP_FRAME_VERSION)
    if hello.version_min > version || hello.version_max < version {
      return (
        HP_ERROR_VERSION, "protocol \(version) is spoken here, not \(hello.version_min) to \(hello.version_max)"
      )
    }
    if Int(hello.environment) != HP_ENVIRONMENT_SIMULATOR {
      return (HP_ERROR_ENVIRONMENT, "this is a simulator: connect with the simulator environment")
    }
    if Int(hello.role) != HP_ROLE_TRADER && Int(hello.role) != HP_ROLE_OBSERVER {
      return (HP_ERROR_MALFORMED, "role \(hello.role) does not exist")
    }
    if mode == .over { return (HP_ERROR_SHUTTING_DOWN, "the session is over") }
    if mode == .freeRunning && hello.capabilities & UInt64(HP_CAPABILITY_VIRTUAL_TIME) != 0 {
      return (
        HP_ERROR_CAPABILITY, "this session runs in real time already: virtual time must be asked for at its start"
      )
    }
    return nil
  }

  /// A client that connects again has lost its old connection, even where TCP has not noticed.
  private func replaceConnection(of participant: Participant) {
    guard let slot = participant.slot, let old = connections[Int(slot)] else { return }
    var message = hp_msg_goodbye()
    message.reason = UInt16(HP_GOODBYE_REPLACED)
    WireText.set(&message.text, "the same client has connected again")
    sendPlain(old, HP_FRAME_GOODBYE, message)
    wire.flush(slot)
    participant.slot = nil
    old.participant = nil
    finish(old)
  }

  private func reply(_ hello: hp_msg_hello, _ participant: Participant, _ connection: Connection) {
    let isKnown = hello.gateway_epoch == configuration.simulation.gatewayEpoch
    let next = participant.kept.nextSequence
    let resumes = isKnown && hello.resume_sequence > 0 && hello.resume_sequence <= next
    var message = hp_msg_hello_reply()
    message.magic = HP_HELLO_MAGIC
    message.version = UInt16(HP_FRAME_VERSION)
    message.environment = UInt8(HP_ENVIRONMENT_SIMULATOR)
    message.resumed = resumes ? 1 : 0
    message.asset_count = UInt16(mirrors.count)
    message.fencing_epoch = participant.fencingEpoch
    message.gateway_epoch = configuration.simulation.gatewayEpoch
    message.next_sequence = resumes ? hello.resume_sequence : next
    var granted = hello.capabilities & UInt64(HP_CAPABILITY_BARS | HP_CAPABILITY_DEPTH)
    if participant.isVirtual { granted |= UInt64(HP_CAPABILITY_VIRTUAL_TIME) }
    if participant.mayTrade { granted |= UInt64(HP_CAPABILITY_ORDERS) }
    message.capabilities = granted
    message.config_hash = hello.config_hash
    message.heartbeat_ms = UInt32(connection.heartbeat / 1_000_000)
    message.dead_ms = UInt32(configuration.deadAfter.count / 1_000_000)
    message.session_date = configuration.simulation.instruments[0].session.date.dayNumber
    if participant.isVirtual {
      message.virtual_start = configuration.simulation.open.nanoseconds
      message.lookahead = configuration.simulation.window.count
    }
    WireText.set(&message.build, "trader gateway simulator")
    sendPlain(connection, HP_FRAME_HELLO_REPLY, message)
    for index in mirrors.indices { sendPlain(connection, HP_FRAME_ASSET_DEF, definition(index)) }
    connection.resumesFrom = resumes ? hello.resume_sequence : nil
    connection.lastSubscribe = now
    wire.flush(connection.slot)
  }

  /// Opens the stream of a connection once its subscriptions are complete: at once when every instrument is subscribed,
  /// else when no further Subscribe has come for a moment. Before that nothing but acknowledgements may be sent.
  func standIfSubscribed(_ connection: Connection) {
    guard let participant = connection.participant, !connection.isStanding, !connection.isFinishing else { return }
    if connection.subscriptions < mirrors.count {
      let patience: Int64 = connection.subscriptions == 0 ? 1_000_000_000 : 50_000_000
      if now - connection.lastSubscribe < patience { return }
    }
    participant.missed = Array(repeating: 0, count: mirrors.count)
    sendSnapshot(participant, connection, withOrders: connection.resumesFrom == nil)
    if let sequence = connection.resumesFrom { resend(from: sequence, participant, connection) }
    connection.isStanding = true
    if mode != .gathering { catchUp(participant, connection) }
    wire.flush(connection.slot)
  }

  func definition(_ index: Int) -> hp_msg_asset_def {
    let tickers = configuration.tickers
    let instrument = configuration.simulation.instruments[index].instrument
    return AssetDefinition.message(instrument, ticker: index < tickers.count ? tickers[index] : instrument.symbol)
  }

  private func resend(from sequence: UInt64, _ participant: Participant, _ connection: Connection) {
    for number in sequence..<participant.kept.nextSequence {
      let isSent = participant.kept.withFrame(number) { wire.send(connection.slot, bytes: $0) }
      if !isSent {
        hp_server_drop(wire.server, connection.slot)
        return
      }
    }
  }

  /// The present state: of all orders, unless the client resumes and knows them, and of the subscribed markets.
  func sendSnapshot(_ participant: Participant, _ connection: Connection, withOrders: Bool) {
    let orders = withOrders ? core.orderSnapshot(client: participant.client) : []
    let next = participant.kept.nextSequence
    sendPlain(
      connection, HP_FRAME_SNAPSHOT_BEGIN,
      hp_msg_snapshot_begin(
        next_sequence: next, orders: UInt32(orders.count), positions: 0, instruments: UInt32(mirrors.count), reserved: 0
      ))
    var frames = orders.count
    for report in orders { sendAgain(report, participant, connection) }
    for index in mirrors.indices { frames += sendMirror(index, participant, connection) }
    sendPlain(connection, HP_FRAME_SNAPSHOT_END, hp_msg_snapshot_end(next_sequence: next, frames: UInt64(frames)))
  }

  /// A report that is part of a snapshot or list: not numbered, not news.
  func sendAgain(_ report: OrderReport, _ participant: Participant, _ connection: Connection) {
    let time = participant.isVirtual ? core.time ?? report.exchangeTime : Timestamp(nanoseconds: hp_clock_realtime_ns())
    let stamp = FrameStamp(
      sequence: 0, time: time, acknowledged: participant.commandSequence,
      flags: participant.flags | UInt8(HP_FRAME_REPLAY))
    let isSent = wire.send(connection.slot) { room in
      FrameEncoding.event(.order(report), stamp: stamp, instruments: instruments, into: room)
    }
    if !isSent { hp_server_drop(wire.server, connection.slot) }
  }

  /// A client that joins or rejoins a running session is ready at once; in lockstep the open barrier is put again. What
  /// it missed of the market it sees by the feed's numbers.
  private func catchUp(_ participant: Participant, _ connection: Connection) {
    let time = core.time ?? configuration.simulation.open
    sendNumbered(VenueEvent(localTime: time, update: .connection(.ready)), participant)
    if mode == .lockstep && participant.barrier < barrier && !isWindowOpen {
      sendBarrier(to: participant, horizon: time.nanoseconds)
    }
  }
}
