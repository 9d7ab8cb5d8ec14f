// The client on a thread of its own: same order of commands and barriers, no command lost without a word.
import CHotPath
import Gateway
import Synchronization
import Testing
import TradingDomain

/// A relay with its link's thread.
private final class RelayedClient: @unchecked Sendable {
  let client: GatewayClient
  let relay: LinkRelay
  private var thread: OpaquePointer?

  init(_ configuration: GatewayConfiguration, idle: IdlePolicy) throws {
    client = try GatewayClient(configuration)
    relay = try LinkRelay(client: client, idle: idle)
    let started = hp_thread_start(
      "link", Int32(HP_THREAD_ANY_CORE),
      { context in
        guard let context else { return }
        Unmanaged<LinkRelay>.fromOpaque(context).takeUnretainedValue().serve()
      }, Unmanaged.passUnretained(relay).toOpaque(), &thread)
    try #require(started == 0)
  }

  /// Ends the session and waits for the link's thread, after which the client may be looked at.
  func end() {
    relay.close()
    if let thread { _ = hp_thread_join(thread) }
    thread = nil
  }

  /// Polls until `enough` holds or 10 s have passed.
  func collect(capacity: Int = 8, _ enough: ([VenueEvent]) -> Bool) -> [VenueEvent] {
    let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: capacity)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
    defer { buffer.deallocate() }
    var events: [VenueEvent] = []
    let deadline = hp_clock_monotonic_ns() + 10_000_000_000
    while !enough(events), hp_clock_monotonic_ns() < deadline {
      let count = relay.poll(into: buffer)
      events += buffer[..<count]
      if count == 0 { relay.rest(atMost: .milliseconds(1)) }
    }
    return events
  }
}

@Suite(.serialized) struct LinkRelayTests {
  static let policies: [IdlePolicy] = [.spin, .park(after: .zero), .park(after: .microseconds(50))]

  @Test(arguments: policies, [1, 3, 64])
  func commandsPrecedeTheAnswerToTheBarrierAfterThem(idle: IdlePolicy, capacity: Int) throws {
    var script = GatewayScript()
    let windows: UInt64 = 200
    script.onStanding = { session in
      let virtual = HP_FRAME_VIRTUAL_TIME
      session.send(.connection(.ready), sequence: 1, time: 10, flags: virtual)
      for window in 1...windows {
        for number in 0..<3 {
          session.send(trade(3 * window + UInt64(number)), time: Int64(window) * 20, flags: virtual)
        }
        session.send(HP_FRAME_BARRIER, hp_msg_barrier(number: window, horizon: Int64(window) * 20 + 10))
      }
      session.send(.endOfSession, sequence: 2, time: 1_000_000, flags: virtual)
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let link = try RelayedClient(gateway.configuration(virtualTime: true), idle: idle)
    try link.relay.waitUntilOpen()
    let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: capacity)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
    defer { buffer.deallocate() }
    var (events, orders, isOver) = (0, UInt64(0), false)
    let deadline = hp_clock_monotonic_ns() + 30_000_000_000
    while !isOver, hp_clock_monotonic_ns() < deadline {
      let count = link.relay.poll(into: buffer)
      if count == 0 { link.relay.rest(atMost: .milliseconds(1)) }
      for event in buffer[..<count] {
        events += 1
        if case .endOfSession = event.update { isOver = true }
        guard case .market = event.update else { continue }
        orders += 1
        #expect(link.relay.send(order(orders, at: event.localTime.nanoseconds)) == .handedOver)
      }
    }
    link.end()
    #expect(link.relay.failure == nil && isOver)
    #expect(orders == 3 * windows && events == Int(3 * windows) + 2)
    // By the barriers' own count, and by the order of the frames on the wire.
    let answers = gateway.received(HP_FRAME_BARRIER_ACK).map { $0.read(as: hp_msg_barrier_ack.self) }
    #expect(answers.map(\.number) == Array(1...windows))
    #expect(answers.allSatisfy { $0.commands == 3 }, "\(answers.map(\.commands))")
    let wire = gateway.received.map(\.type).filter { $0 == HP_FRAME_NEW_ORDER || $0 == HP_FRAME_BARRIER_ACK }
    let window = [HP_FRAME_NEW_ORDER, HP_FRAME_NEW_ORDER, HP_FRAME_NEW_ORDER, HP_FRAME_BARRIER_ACK]
    #expect(wire == Array(repeating: window, count: Int(windows)).flatMap { $0 })
  }

  @Test func everyOrderHandedOverIsSentOrItsEndIsReported() throws {
    var script = GatewayScript()
    let isStuck = Mutex(true)
    // A gateway that stops reading: the link's queue and the kernel's buffers fill, and the client refuses.
    script.onFrame = { _, frame in
      guard frame.type == HP_FRAME_NEW_ORDER else { return }
      while isStuck.withLock({ $0 }) { hesitate() }
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    var configuration = gateway.configuration()
    configuration.heartbeat = .seconds(60)
    configuration.deadAfter = .seconds(120)
    let link = try RelayedClient(configuration, idle: .park(after: .zero))
    try link.relay.waitUntilOpen()
    _ = link.collect { $0.contains { $0.update == .connection(.ready) } }
    var (handed, ended) = (0, 0)
    let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: 64)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
    defer { buffer.deallocate() }
    var refused: Set<UInt64> = []
    func drain() {
      let count = link.relay.poll(into: buffer)
      for event in buffer[..<count] {
        guard case .order(let report) = event.update else { continue }
        #expect(report.status == .orderNotCreated)
        #expect(refused.insert(report.id.low).inserted, "an order ended twice")
        ended += 1
      }
    }
    let deadline = hp_clock_monotonic_ns() + 20_000_000_000
    while ended < 500, hp_clock_monotonic_ns() < deadline {
      if link.relay.send(order(UInt64(handed + 1), at: 1)) == .handedOver { handed += 1 }
      drain()
    }
    #expect(ended >= 500, "\(handed) orders were handed over and none was refused")
    isStuck.withLock { $0 = false }
    // What is still in the ring goes its way, too.
    let settle = hp_clock_monotonic_ns() + 300_000_000
    while hp_clock_monotonic_ns() < settle { drain() }
    link.end()
    drain()
    #expect(link.client.counts.commands == UInt64(handed - ended))
    #expect(link.client.counts.notSent == UInt64(ended))
  }

  @Test func aSessionThatCannotBeOpenedSaysWhyOnTheEnginesSide() throws {
    let gateway = try ScriptedGateway()
    var configuration = gateway.configuration()
    gateway.stop()
    configuration.openTimeout = .milliseconds(200)
    let link = try RelayedClient(configuration, idle: .park(after: .zero))
    #expect(throws: GatewayError.self) { try link.relay.waitUntilOpen() }
    #expect(link.relay.failure != nil)
    #expect(link.relay.send(order(1, at: 1)) == .notSent)
    link.end()
  }

  @Test func aLostLinkReachesTheEngineAndClosesTheDoor() throws {
    var script = GatewayScript()
    script.onStanding = { session in
      session.send(.connection(.ready), sequence: 1, time: 10, flags: HP_FRAME_VIRTUAL_TIME)
      session.send(trade(1), time: 20, flags: HP_FRAME_VIRTUAL_TIME)
      session.finish()
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let link = try RelayedClient(gateway.configuration(virtualTime: true), idle: .park(after: .zero))
    try link.relay.waitUntilOpen()
    let events = link.collect { $0.last?.update == .endOfSession }
    #expect(
      events.map(\.update).suffix(2) == [.connection(.linkDown), .endOfSession], "\(events.map(\.update))")
    #expect(link.relay.failure != nil)
    #expect(link.relay.send(order(1, at: 1)) == .notSent)
    link.end()
  }
}

@Suite struct IdleWatchTests {
  @Test func aSpinningThreadIsNeverToldToSleep() {
    var watch = IdleWatch(.spin)
    var sleeps = 0
    for _ in 0..<10_000 where watch.turnInVain() { sleeps += 1 }
    #expect(sleeps == 0)
  }

  @Test func aParkingThreadSleepsAfterItsSpanAndSpinsAgainOnlyAfterWork() {
    var watch = IdleWatch(.park(after: .milliseconds(2)))
    let began = hp_clock_monotonic_ns()
    var turns = [watch.turnInVain()]
    while !watch.turnInVain() {}
    #expect(hp_clock_monotonic_ns() - began >= 1_900_000)
    // Still nothing: it goes on sleeping without spinning first.
    turns.append(watch.turnInVain())
    watch.worked()
    turns.append(watch.turnInVain())
    #expect(turns == [false, true, false])
    var impatient = IdleWatch(.park(after: .zero))
    let isOver = impatient.turnInVain()
    #expect(isOver)
  }
}

/// A millisecond, busily.
private func hesitate() {
  let until = hp_clock_monotonic_ns() + 1_000_000
  while hp_clock_monotonic_ns() < until { hp_cpu_relax() }
}
