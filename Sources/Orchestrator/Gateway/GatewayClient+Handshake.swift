// Opening a session: connection, Hello, definitions, subscriptions. The same steps serve a reconnection.
import CHotPath
import Glibc
import TradingDomain

extension GatewayClient {
  /// Connects and agrees on a session; returns when every subscription is acknowledged and events may be polled.
  ///
  /// Blocks the calling thread, which from here on owns the client, for at most `openTimeout`.
  package func open() throws(GatewayError) {
    let deadline = hp_clock_monotonic_ns() + configuration.openTimeout.count
    hp_link_open(link, hp_clock_monotonic_ns())
    while phase < .synchronising {
      let now = hp_clock_monotonic_ns()
      if now >= deadline {
        throw give(up: .noAnswer(endpoint: configuration.endpoint, waitingFor: phase.awaited))
      }
      let state = Int(hp_link_wait(link, now, min(deadline - now, 5_000_000)))
      drainHandshake(now: now)
      followOpening(state: state, now: now)
      if let failure { throw give(up: failure) }
    }
  }

  /// Ends the session for good with `error`, which is returned.
  func give(up error: GatewayError) -> GatewayError {
    failure = error
    phase = .ended
    hp_link_drop(link)
    return error
  }

  /// Before the session stands, a lost connection is an error to tell, not one to hide behind attempts.
  private func followOpening(state: Int, now: Int64) {
    guard failure == nil, phase < .synchronising else { return }
    let code = -hp_link_error(link)
    switch state {
    case HP_LINK_CONNECTED:
      if phase == .offline { startSession(now: now) }
    case HP_LINK_DOWN:
      if phase == .securing {
        failure = .sealRefused(endpoint: configuration.endpoint)
      } else if phase > .offline {
        failure = .closedInHandshake(endpoint: configuration.endpoint, waitingFor: phase.awaited)
      } else if code == ETIMEDOUT {
        failure = .connectTimeout(endpoint: configuration.endpoint)
      } else {
        failure = .unreachable(endpoint: configuration.endpoint, code: code)
      }
    case HP_LINK_FAILED: failure = .ringUnavailable(code: code)
    default: break
    }
  }

  /// The link has just come up: agrees on keys first where it is to be sealed, else says Hello.
  func startSession(now: Int64) {
    lastReceived = now
    // The silence that a clock event tells of begins with the connection.
    lastClock = now
    guard wire.isSealed else { return greet(now: now) }
    securingSince = now
    phase = wire.offer() ? .securing : .offline
  }

  /// Takes the answer to our offer if it has come, and says Hello; ``failure`` tells if there will be none.
  func secure(now: Int64) {
    switch wire.accept() {
    case HP_SEAL_OK: greet(now: now)
    case HP_SEAL_NEED_MORE:
      if now - securingSince >= GatewayClient.securingPatience {
        failure = .noAnswer(endpoint: configuration.endpoint, waitingFor: phase.awaited)
      }
    default: failure = .sealRefused(endpoint: configuration.endpoint)
    }
  }

  /// How long the other end may take for its answer to the offer.
  private static let securingPatience: Int64 = 2_000_000_000

  /// Sends Hello over the link as it now is.
  func greet(now: Int64) {
    var hello = hp_msg_hello()
    hello.magic = HP_HELLO_MAGIC
    hello.version_min = UInt16(HP_FRAME_VERSION)
    hello.version_max = UInt16(HP_FRAME_VERSION)
    hello.environment = configuration.environment.rawValue
    hello.role = UInt8(HP_ROLE_TRADER)
    hello.disconnect_policy = UInt8(HP_DISCONNECT_CANCEL_ENTRIES)
    hello.fencing_epoch = configuration.fencingEpoch
    hello.gateway_epoch = granted.gateway_epoch
    hello.resume_sequence = nextSequence
    hello.capabilities = UInt64(HP_CAPABILITY_BARS | HP_CAPABILITY_DEPTH | HP_CAPABILITY_ORDERS)
    if configuration.virtualTime { hello.capabilities |= UInt64(HP_CAPABILITY_VIRTUAL_TIME) }
    hello.config_hash = configuration.configurationHash
    hello.build_hash = configuration.buildHash
    hello.heartbeat_ms = UInt32(clamping: configuration.heartbeat.count / 1_000_000)
    WireText.set(&hello.build, configuration.build)
    WireText.set(&hello.client, configuration.clientName)
    lastReceived = now
    lastHeartbeat = now
    lastPeerHeartbeat = 0
    lastEchoed = now
    newestEcho = now
    phase = sendSession(HP_FRAME_HELLO, hello) ? .greeting : .offline
  }

  /// Takes frames until the session stands; what follows is left for ``poll(into:)``.
  private func drainHandshake(now: Int64) {
    if phase == .securing { secure(now: now) }
    var frame = hp_frame_empty()
    while phase > .securing, phase < .synchronising, failure == nil {
      var length = 0
      let bytes = wire.received(&length)
      if let detail = wire.sealFailure {
        failure = .sealBroken(endpoint: configuration.endpoint, detail: detail)
        break
      }
      let verdict = Int(hp_frame_decode(bytes, length, &frame))
      if verdict == HP_FRAME_NEED_MORE {
        if wire.isSealed, length > 0 { failure = frameBeyondRecord }
        break
      }
      if verdict != HP_FRAME_COMPLETE {
        failure = undecodable(Int32(verdict))
        break
      }
      lastReceived = now
      counts.frames += 1
      handshake(frame)
      wire.consume(Int(frame.header.length))
    }
  }

  /// A sealed record holds whole frames.
  var frameBeyondRecord: GatewayError {
    .malformed(endpoint: configuration.endpoint, detail: "a frame that does not end with its sealed record")
  }

  /// Undecodable bytes in answer to Hello mean another kind of service; later they mean a broken gateway.
  func undecodable(_ verdict: Int32) -> GatewayError {
    let detail = String(cString: hp_frame_result_text(verdict))
    return phase <= .greeting
      ? .notAGateway(endpoint: configuration.endpoint, detail: detail)
      : .malformed(endpoint: configuration.endpoint, detail: detail)
  }

  /// One frame of a session that does not stand yet.
  func handshake(_ frame: hp_frame) {
    switch (phase, Int(frame.header.type)) {
    case (_, HP_FRAME_ERROR): refuse(FrameDecoding.payload(frame, as: hp_msg_error.self))
    case (_, HP_FRAME_GOODBYE):
      failure = .closedInHandshake(endpoint: configuration.endpoint, waitingFor: phase.awaited)
    case (_, HP_FRAME_HEARTBEAT): noteHeartbeat(frame)
    case (.greeting, HP_FRAME_HELLO_REPLY): accept(FrameDecoding.payload(frame, as: hp_msg_hello_reply.self))
    case (.defining, HP_FRAME_ASSET_DEF): define(FrameDecoding.payload(frame, as: hp_msg_asset_def.self))
    case (.subscribing, HP_FRAME_SUBSCRIBE_ACK):
      acknowledge(FrameDecoding.payload(frame, as: hp_msg_subscribe_ack.self))
    default:
      let name = String(cString: hp_frame_type_name(frame.header.type))
      failure = .malformed(
        endpoint: configuration.endpoint, detail: "\(name) while \(phase.awaited) was awaited")
    }
  }

  private func refuse(_ message: hp_msg_error) {
    switch Int(message.code) {
    case HP_ERROR_FENCED: failure = .fenced(endpoint: configuration.endpoint, ours: configuration.fencingEpoch)
    default:
      failure = .refused(
        endpoint: configuration.endpoint, code: message.code, text: WireText.get(message.text))
    }
  }

  private func accept(_ reply: hp_msg_hello_reply) {
    let endpoint = configuration.endpoint
    if reply.magic != HP_HELLO_MAGIC {
      failure = .notAGateway(endpoint: endpoint, detail: "HelloReply without the protocol's magic number")
    } else if reply.version != UInt16(HP_FRAME_VERSION) {
      failure = .version(endpoint: endpoint, ours: UInt16(HP_FRAME_VERSION), theirs: reply.version)
    } else if reply.environment != configuration.environment.rawValue {
      failure = .environment(
        endpoint: endpoint, expected: configuration.environment, found: reply.environment)
    } else if configuration.virtualTime, reply.capabilities & UInt64(HP_CAPABILITY_VIRTUAL_TIME) == 0 {
      failure = .noVirtualTime(endpoint: endpoint)
    } else if reply.fencing_epoch != configuration.fencingEpoch {
      failure = .fenced(endpoint: endpoint, ours: configuration.fencingEpoch)
    } else {
      adopt(reply)
    }
  }

  private func adopt(_ reply: hp_msg_hello_reply) {
    if reply.resumed == 0 || reply.gateway_epoch != granted.gateway_epoch {
      nextSequence = reply.next_sequence
    } else if reply.next_sequence != nextSequence {
      failure = .malformed(
        endpoint: configuration.endpoint,
        detail: "resumed at \(reply.next_sequence), asked for \(nextSequence)")
      return
    }
    granted = reply
    instruments.removeAll()
    definitionsLeft = Int(reply.asset_count)
    phase = .defining
    if definitionsLeft == 0 { subscribe() }
  }
}
