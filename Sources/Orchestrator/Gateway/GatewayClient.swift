// The trader's end of a gateway session: source of venue events and door for orders.
// Session steps are in GatewayClient+Handshake.swift, frames of the stream in +Stream.swift, liveness in
// +Liveness.swift.
package import CHotPath
import Glibc
package import TradingDomain

/// Counts of one client since it was made.
package struct GatewayCounts: Hashable, Sendable {
  /// Frames received and understood.
  package var frames: UInt64 = 0
  package var events: UInt64 = 0
  package var commands: UInt64 = 0
  /// Commands that could not be handed over.
  package var notSent: UInt64 = 0
  /// Frames received again after a resume, and dropped.
  package var duplicates: UInt64 = 0
  /// Connections given up because the other end was silent or broke the protocol.
  package var dropped: UInt64 = 0
  package var barriers: UInt64 = 0
}

/// A session with a gateway or simulator over TCP.
///
/// One thread owns it: `open`, `poll`, `send` and `close` come from that thread. After `open` nothing allocates.
/// A lost link is announced as `.connection(.linkDown)`; the client then reconnects and resumes by itself. A session in
/// virtual time cannot be resumed: there the loss ends the session. ``failure`` tells why a session ended early.
package final class GatewayClient: VenueEventSource, OrderGateway {
  package let configuration: GatewayConfiguration
  let link: OpaquePointer
  let wire: ClientWire
  let instruments = InstrumentTable()
  let feeds: FeedPositions
  var phase = SessionPhase.offline
  /// Why the session is over, when it did not end in order.
  package internal(set) var failure: GatewayError?
  package internal(set) var counts = GatewayCounts()
  /// What the gateway granted; zeros before the first HelloReply.
  package internal(set) var granted = hp_msg_hello_reply()

  // Numbering.
  var nextSequence: UInt64 = 0
  var nextCommand: UInt64 = 1
  var acknowledgedCommand: UInt64 = 0

  // Handshake progress.
  var securingSince: Int64 = 0
  var definitionsLeft = 0
  var subscriptionsLeft = 0
  var subscriptionsTotal: UInt32 = 0
  var isLinkDownTold = false

  // Virtual time.
  var pendingBarrier: UInt64?
  var commandsSinceBarrier: UInt64 = 0
  var lastEventTime = Timestamp.distantPast

  /// When the newest poll had its bytes, before any of them was decoded.
  package private(set) var receivedTicks: UInt64 = 0

  // Liveness, monotonic nanoseconds.
  var lastReceived: Int64 = 0
  var lastHeartbeat: Int64 = 0
  var lastPeerHeartbeat: Int64 = 0
  /// Newest echo of our own heartbeats, and when it came.
  var newestEcho: Int64 = 0
  var lastEchoed: Int64 = 0
  var lastClock: Int64 = 0

  // Announcements of our own that wait for room in a poll's buffer.
  var announceLinkDown = false
  var announceResynchronising = false
  var announceEnd = false

  /// Prepares the link; nothing is sent before ``open()``.
  package init(_ configuration: GatewayConfiguration) throws(GatewayError) {
    self.configuration = configuration
    if let keys = configuration.keys {
      guard keys.end == .trader, keys.environment == configuration.environment else {
        throw .keysMisplaced(endpoint: configuration.endpoint, folder: keys.folder)
      }
    } else if !LoopbackAddress.contains(configuration.host) {
      throw .plainOffLoopback(endpoint: configuration.endpoint)
    }
    var settings = hp_link_config_default()
    settings.connect_timeout_ns = min(settings.connect_timeout_ns, configuration.openTimeout.count)
    settings.backoff_min_ns = configuration.backoffMinimum.count
    settings.backoff_max_ns = configuration.backoffMaximum.count
    settings.jitter_seed = configuration.jitterSeed
    settings.user_timeout_ms = UInt32(clamping: configuration.deadAfter.count / 1_000_000)
    var created: OpaquePointer?
    let result = hp_link_create(&settings, configuration.host, configuration.port, &created)
    guard result == 0, let created else {
      throw result == -EHOSTUNREACH
        ? .hostUnknown(endpoint: configuration.endpoint) : .ringUnavailable(code: -result)
    }
    link = created
    wire = ClientWire(link: created, keys: configuration.keys)
    feeds = FeedPositions()
  }

  deinit { hp_link_destroy(link, 0) }

  /// Commands handed over that the gateway has not acknowledged.
  package var unacknowledgedCommands: UInt64 { nextCommand - 1 - acknowledgedCommand }

  /// Where the session is.
  package var sessionPhase: SessionPhase { phase }

  /// Bytes, attempts and completions of the link.
  package var linkCounts: hp_link_counts { hp_link_get_counts(link) }

  package func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int {
    guard buffer.count > 0 else { return 0 }
    if let barrier = pendingBarrier {
      acknowledge(barrier: barrier)
      pendingBarrier = nil
    }
    let now = hp_clock_monotonic_ns()
    _ = hp_link_poll(link, now)
    receivedTicks = hp_clock_ticks()
    wire.keepFresh(now: now)
    var outbox = EventOutbox(buffer)
    announce(&outbox)
    drain(&outbox, now: now)
    followLink(now: now)
    keepAlive(&outbox, now: now)
    announce(&outbox)
    counts.events += UInt64(outbox.count)
    return outbox.count
  }

  package func send(_ command: OrderCommand) -> SendOutcome {
    let outcome = enqueue(command)
    flush()
    return outcome
  }

  /// Lets what was enqueued leave. Whatever the link says to it, the bytes are in its queue and may leave with the next
  /// poll: that is "handed over".
  package func flush() { _ = wire.flush() }

  package func enqueue(_ command: OrderCommand) -> SendOutcome {
    guard phase == .streaming || phase == .synchronising,
      let room = wire.claim(FrameEncoding.largestFrame)
    else { return refuse() }
    let stamp = FrameStamp(
      sequence: nextCommand, time: command.decisionTime, acknowledged: nextSequence == 0 ? 0 : nextSequence - 1,
      flags: timeFlag)
    let length = FrameEncoding.command(
      command, stamp: stamp, instruments: instruments,
      into: UnsafeMutableRawBufferPointer(start: room, count: FrameEncoding.largestFrame))
    guard length > 0 else { return refuse() }
    wire.commit(length)
    nextCommand += 1
    commandsSinceBarrier += 1
    counts.commands += 1
    return .handedOver
  }

  /// Sleeps until something arrives, at most `span`: for callers that have nothing else to do between two polls.
  package func rest(atMost span: Nanoseconds) {
    if pendingBarrier == nil, !holdsWholeFrame() { _ = hp_link_wait(link, hp_clock_monotonic_ns(), span.count) }
  }

  /// Says goodbye, lets what is queued leave for at most `flush`, and ends the session.
  package func close(flush: Nanoseconds = .milliseconds(200)) {
    if Int(hp_link_state(link)) == HP_LINK_CONNECTED, phase > .securing {
      var message = hp_msg_goodbye()
      message.reason = UInt16(HP_GOODBYE_CLIENT_DONE)
      _ = sendSession(HP_FRAME_GOODBYE, message)
      hp_link_finish(link, flush.count)
    }
    phase = .ended
    hp_link_drop(link)
  }

  private func refuse() -> SendOutcome {
    counts.notSent += 1
    return .notSent
  }

  var timeFlag: UInt8 { configuration.virtualTime ? UInt8(HP_FRAME_VIRTUAL_TIME) : 0 }

  /// Sends a frame of the session itself; false when the link takes nothing now.
  func sendSession<Payload: BitwiseCopyable>(_ type: Int, _ payload: Payload) -> Bool {
    guard let room = wire.claim(FrameEncoding.largestFrame) else { return false }
    let stamp = FrameStamp(
      sequence: 0, time: Timestamp(nanoseconds: hp_clock_realtime_ns()),
      acknowledged: nextSequence == 0 ? 0 : nextSequence - 1)
    let length = FrameEncoding.frame(
      type, payload, stamp: stamp,
      into: UnsafeMutableRawBufferPointer(start: room, count: FrameEncoding.largestFrame))
    wire.commit(length)
    return wire.flush()
  }
}
