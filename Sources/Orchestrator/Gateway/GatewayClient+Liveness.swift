// The link's comings and goings in a standing session: heartbeats, silence, loss, reconnection, and what is announced.
import CHotPath
import TradingDomain

extension GatewayClient {
  /// Gives the connection up. In virtual time that ends the session; else the link is built up again.
  func breakOff(_ error: GatewayError) {
    counts.dropped += 1
    hp_link_drop(link)
    lose(error)
  }

  /// A reconnection was refused: some refusals will not change by asking again.
  func settle(handshakeFailure error: GatewayError) {
    failure = nil
    switch error {
    case .fenced, .environment, .version, .noVirtualTime, .instrumentMismatch, .instrumentMissing, .notAGateway:
      hp_link_drop(link)
      end(error)
    default: breakOff(error)
    }
  }

  /// The session's own books after a loss; the link is down or going down.
  private func lose(_ error: GatewayError) {
    guard phase != .ended else { return }
    if !isLinkDownTold { announceLinkDown = true }
    isLinkDownTold = true
    announceResynchronising = false
    pendingBarrier = nil
    feeds.connectionLost()
    phase = .offline
    if configuration.virtualTime { end(error) }
  }

  private func end(_ error: GatewayError) {
    failure = error
    phase = .ended
    announceEnd = true
  }

  /// Follows the link's state: a loss in a standing session, a new connection after one.
  func followLink(now: Int64) {
    guard phase != .ended else { return }
    switch Int(hp_link_state(link)) {
    case HP_LINK_DOWN:
      if phase != .offline {
        // Whole frames that arrived before the end are still handed out; only then is the link down.
        guard !holdsWholeFrame() else { return }
        lose(.linkLost(endpoint: configuration.endpoint, code: -hp_link_error(link)))
      }
      if phase == .offline { hp_link_open(link, now) }
    case HP_LINK_CONNECTED:
      if phase == .offline {
        announceResynchronising = true
        isLinkDownTold = false
        startSession(now: now)
      }
    case HP_LINK_FAILED: end(.ringUnavailable(code: -hp_link_error(link)))
    default: break
    }
  }

  /// Whether the next poll has a frame to take.
  func holdsWholeFrame() -> Bool {
    guard phase > .securing else { return false }
    var length = 0
    let bytes = wire.received(&length)
    var frame = hp_frame_empty()
    return Int(hp_frame_decode(bytes, length, &frame)) == HP_FRAME_COMPLETE
  }

  /// Our heartbeat, the other end's silence, and a clock event where nothing else carries the time.
  func keepAlive(_ outbox: inout EventOutbox, now: Int64) {
    if configuration.virtualTime || phase <= .securing || phase == .ended { return }
    if now - lastHeartbeat >= configuration.heartbeat.count {
      lastHeartbeat = now
      let message = hp_msg_heartbeat(
        sent_monotonic: now, echo_monotonic: lastPeerHeartbeat, queued_bytes: UInt32(clamping: hp_link_queued(link)),
        dropped: 0)
      _ = sendSession(HP_FRAME_HEARTBEAT, message)
    }
    // Silence, or heartbeats that never echo ours: then what we send does not arrive.
    let isDeaf = lastPeerHeartbeat != 0 && now - lastEchoed >= configuration.deadAfter.count
    if isDeaf || now - lastReceived >= configuration.deadAfter.count {
      breakOff(.noAnswer(endpoint: configuration.endpoint, waitingFor: "any frame, heartbeats included,"))
      return
    }
    tick(&outbox, now: now)
  }

  /// One clock event per second of silence: the engine knows no other "now".
  private func tick(_ outbox: inout EventOutbox, now: Int64) {
    if outbox.count > 0 {
      lastClock = now
    } else if phase == .streaming, now - lastClock >= 1_000_000_000 {
      lastClock = now
      outbox.put(VenueEvent(localTime: Timestamp(nanoseconds: hp_clock_realtime_ns()), update: .clock))
    }
  }

  func noteHeartbeat(_ frame: hp_frame) {
    let message = FrameDecoding.payload(frame, as: hp_msg_heartbeat.self)
    lastPeerHeartbeat = message.sent_monotonic
    if message.echo_monotonic > newestEcho {
      newestEcho = message.echo_monotonic
      // The time of its arrival, not of its sending: a stall of our own is not the other end's.
      lastEchoed = lastReceived
    }
  }

  /// Hands out what the client itself has to say, as far as there is room.
  func announce(_ outbox: inout EventOutbox) {
    if announceLinkDown, !outbox.isFull {
      announceLinkDown = false
      outbox.put(VenueEvent(localTime: ownTime, update: .connection(.linkDown)))
    }
    if announceResynchronising, !announceLinkDown, !outbox.isFull {
      announceResynchronising = false
      outbox.put(VenueEvent(localTime: ownTime, update: .connection(.resynchronising)))
    }
    if announceEnd, !announceLinkDown, !outbox.isFull {
      announceEnd = false
      outbox.put(VenueEvent(localTime: ownTime, update: .endOfSession))
    }
  }

  /// Time of an event of our own: in virtual time nothing of ours takes any.
  private var ownTime: Timestamp {
    configuration.virtualTime ? lastEventTime : Timestamp(nanoseconds: hp_clock_realtime_ns())
  }
}
