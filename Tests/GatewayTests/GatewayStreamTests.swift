// A standing session: barriers, refusals, losses, resumption, silence.
import CHotPath
import Gateway
import Testing
import TradingDomain

@Suite(.serialized) struct GatewayStreamTests {
  @Test(arguments: [1, 2, 3, 64]) func barriersAreAnsweredAfterEveryEventBeforeThemAndItsOrders(capacity: Int) throws {
    var script = GatewayScript()
    script.onStanding = { session in
      let virtual = HP_FRAME_VIRTUAL_TIME
      session.send(.connection(.ready), sequence: 1, time: 10, flags: virtual)
      for number in 1...3 as ClosedRange<UInt64> { session.send(trade(number), time: 20, flags: virtual) }
      session.send(HP_FRAME_BARRIER, hp_msg_barrier(number: 1, horizon: 30))
      session.send(trade(4), time: 30, flags: virtual)
      session.send(HP_FRAME_BARRIER, hp_msg_barrier(number: 2, horizon: 40))
      session.send(HP_FRAME_BARRIER, hp_msg_barrier(number: 3, horizon: 50))
      session.send(.endOfSession, sequence: 2, time: 60, flags: virtual)
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration(virtualTime: true))
    try client.open()
    let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: capacity)
    buffer.initialize(repeating: VenueEvent(localTime: .distantPast, update: .clock))
    defer { buffer.deallocate() }
    var times: [Int64] = []
    var polls: [[Int64]] = []
    let deadline = hp_clock_monotonic_ns() + 10_000_000_000
    while times.last != 60, hp_clock_monotonic_ns() < deadline {
      let count = client.poll(into: buffer)
      if count > 0 { polls.append(buffer[..<count].map(\.localTime.nanoseconds)) }
      for event in buffer[..<count] {
        times.append(event.localTime.nanoseconds)
        // One order per trade, so that the acknowledgements can be counted against them.
        if case .market = event.update {
          #expect(client.send(order(UInt64(times.count), at: event.localTime.nanoseconds)) == .handedOver)
        }
      }
    }
    #expect(times == [10, 20, 20, 20, 30, 60])
    #expect(polls.allSatisfy { !($0.contains(20) && $0.contains(30)) }, "a poll crossed a barrier")
    client.close()
    _ = collect(from: client, seconds: 5) { _ in gateway.received(HP_FRAME_GOODBYE).count == 1 }
    let wanted = [HP_FRAME_NEW_ORDER, HP_FRAME_BARRIER_ACK, HP_FRAME_GOODBYE]
    let order = gateway.received.filter { wanted.contains($0.type) }.map(\.type)
    #expect(
      order == [
        HP_FRAME_NEW_ORDER, HP_FRAME_NEW_ORDER, HP_FRAME_NEW_ORDER, HP_FRAME_BARRIER_ACK, HP_FRAME_NEW_ORDER,
        HP_FRAME_BARRIER_ACK, HP_FRAME_BARRIER_ACK, HP_FRAME_GOODBYE,
      ])
    let answers = gateway.received(HP_FRAME_BARRIER_ACK).map { $0.read(as: hp_msg_barrier_ack.self) }
    #expect(answers.map(\.number) == [1, 2, 3] && answers.map(\.commands) == [3, 1, 0])
    #expect(client.failure == nil)
  }

  @Test func aBarrierIsNotAnsweredBeforeTheNextPoll() throws {
    var script = GatewayScript()
    script.onStanding = { session in
      session.send(trade(1), time: 20)
      session.send(HP_FRAME_BARRIER, hp_msg_barrier(number: 1, horizon: 30))
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration(virtualTime: true))
    try client.open()
    #expect(collect(from: client) { $0.count == 1 }.count == 1)
    client.rest(atMost: .milliseconds(1))
    let wait = hp_clock_monotonic_ns() + 50_000_000
    while hp_clock_monotonic_ns() < wait {}
    #expect(gateway.received(HP_FRAME_BARRIER_ACK).isEmpty)
    _ = collect(from: client) { _ in gateway.received(HP_FRAME_BARRIER_ACK).count == 1 }
    #expect(gateway.received(HP_FRAME_BARRIER_ACK).count == 1)
  }

  @Test func aLostLinkIsResumedWhereItBroke() throws {
    var script = GatewayScript()
    script.reply = { reply, hello in
      reply.resumed = hello.resume_sequence > 0 && hello.gateway_epoch == 9 ? 1 : 0
      reply.next_sequence = reply.resumed == 1 ? hello.resume_sequence : 1
    }
    script.onStanding = { session in
      if session.connection == 1 {
        session.send(.connection(.ready), sequence: 1)
        session.send(trade(1))
        session.send(report(1), sequence: 2)
        session.send(report(2), sequence: 3)
        session.finish()
      } else {
        // Market state seen before, then a frame kept and sent once more, then what was missed.
        session.send(trade(1), flags: HP_FRAME_REPLAY)
        session.send(report(2), sequence: 3, flags: HP_FRAME_REPLAY)
        session.send(report(3), sequence: 4, flags: HP_FRAME_REPLAY)
        session.send(.connection(.ready), sequence: 5)
        session.send(trade(9))
        session.send(trade(10))
      }
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    // A buffer of one event: every event must find its way through it, the gap before its trade too.
    let events = collect(from: client, capacity: 1) { $0.last?.update == trade(10) }.map(\.update)
    let gap = VenueUpdate.market(
      MarketEvent(
        instrument: Instrument.dol.id, sequence: 8, exchangeTime: Timestamp(nanoseconds: 9), update: .gap(missing: 7)))
    #expect(
      events == [
        .connection(.ready), trade(1), report(1), report(2), .connection(.linkDown), .connection(.resynchronising),
        report(3), .connection(.ready), gap, trade(9), trade(10),
      ])
    let hellos = gateway.received(HP_FRAME_HELLO).map { $0.read(as: hp_msg_hello.self) }
    #expect(hellos.map(\.resume_sequence) == [0, 4])
    #expect(hellos.map(\.gateway_epoch) == [0, 9])
    #expect(client.counts.duplicates == 2)
  }

  @Test func aGatewayOfAnotherEpochStartsFromItsSnapshot() throws {
    var script = GatewayScript()
    script.reply = { reply, hello in reply.gateway_epoch = hello.gateway_epoch == 0 ? 9 : 10 }
    script.onStanding = { session in
      session.send(.connection(.ready), sequence: 1)
      session.send(report(UInt64(session.connection)), sequence: 2)
      if session.connection == 1 { session.finish() }
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    let events = collect(from: client) { $0.last?.update == report(2) }.map(\.update)
    #expect(
      events == [
        .connection(.ready), report(1), .connection(.linkDown), .connection(.resynchronising), .connection(.ready),
        report(2),
      ])
  }

  @Test func aKeptFrameThatIsMissingBreaksTheConnection() throws {
    var script = GatewayScript()
    script.onStanding = { session in
      session.send(.connection(.ready), sequence: 1)
      if session.connection == 1 { session.send(report(9), sequence: 3) }
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    let events = collect(from: client) { $0.count >= 4 }.map(\.update)
    #expect(
      events == [
        .connection(.ready), .connection(.linkDown), .connection(.resynchronising), .connection(.ready),
      ])
    #expect(client.counts.dropped == 1)
  }

  @Test func aSilentGatewayIsGivenUpAndFoundAgain() throws {
    let gateway = try ScriptedGateway()
    defer { gateway.stop() }
    var configuration = gateway.configuration()
    configuration.deadAfter = .milliseconds(150)
    configuration.heartbeat = .milliseconds(20)
    let client = try GatewayClient(configuration)
    try client.open()
    let start = hp_clock_monotonic_ns()
    let events = collect(from: client) { $0.count >= 4 }.map(\.update)
    #expect(
      events == [
        .connection(.ready), .connection(.linkDown), .connection(.resynchronising), .connection(.ready),
      ])
    #expect(hp_clock_monotonic_ns() - start >= 150_000_000)
    #expect(gateway.received(HP_FRAME_HEARTBEAT).count >= 3)
  }

  @Test func heartbeatsKeepASessionAliveAndEchoTheOtherEnd() throws {
    var script = GatewayScript()
    script.onFrame = { session, frame in
      guard frame.type == HP_FRAME_HEARTBEAT else { return }
      let heard = frame.read(as: hp_msg_heartbeat.self).sent_monotonic
      let message = hp_msg_heartbeat(sent_monotonic: 4711, echo_monotonic: heard, queued_bytes: 0, dropped: 0)
      session.send(HP_FRAME_HEARTBEAT, message)
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    var configuration = gateway.configuration()
    configuration.deadAfter = .milliseconds(1_000)
    configuration.heartbeat = .milliseconds(20)
    let client = try GatewayClient(configuration)
    try client.open()
    let events = collect(from: client, seconds: 2.2) { _ in false }.map(\.update)
    #expect(!events.contains(.connection(.linkDown)))
    #expect(events.contains(.clock), "a silent second must carry a clock event")
    let echoes = gateway.received(HP_FRAME_HEARTBEAT).map { $0.read(as: hp_msg_heartbeat.self).echo_monotonic }
    #expect(echoes.first == 0 && echoes.contains(4711))
  }

  @Test func heartbeatsThatNeverEchoOursMeanThatOneDirectionIsDead() throws {
    var script = GatewayScript()
    script.onFrame = { session, frame in
      guard frame.type == HP_FRAME_HEARTBEAT else { return }
      let message = hp_msg_heartbeat(sent_monotonic: 4711, echo_monotonic: 0, queued_bytes: 0, dropped: 0)
      session.send(HP_FRAME_HEARTBEAT, message)
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    var configuration = gateway.configuration()
    configuration.deadAfter = .milliseconds(200)
    configuration.heartbeat = .milliseconds(20)
    let client = try GatewayClient(configuration)
    try client.open()
    let events = collect(from: client) { $0.count >= 2 }.map(\.update)
    #expect(events == [.connection(.ready), .connection(.linkDown)])
  }

  @Test func anOrderThatTheGatewayRefusesComesBackAsNotCreated() throws {
    var script = GatewayScript()
    script.onFrame = { session, frame in
      guard frame.type == HP_FRAME_NEW_ORDER else { return }
      let order = frame.read(as: hp_msg_new_order.self)
      let isFirst = frame.sequence == 1
      let answer = hp_msg_submit_ack(
        id: order.id, command_sequence: frame.sequence, gateway_order_id: 0, quantity: order.quantity,
        instrument: order.instrument, reason: isFirst ? 0 : VenueReason.gatewayLimit.rawValue,
        command_type: UInt16(HP_FRAME_NEW_ORDER), result: UInt8(isFirst ? HP_SUBMIT_RECEIVED : HP_SUBMIT_REFUSED),
        side: order.side)
      session.send(HP_FRAME_SUBMIT_ACK, answer, sequence: frame.sequence + 1)
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    _ = collect(from: client) { $0.count == 1 }
    #expect(client.send(order(1, at: 1)) == .handedOver)
    #expect(client.send(order(2, at: 1)) == .handedOver)
    let events = collect(from: client) { $0.contains { if case .order = $0.update { true } else { false } } }
    let reports = events.compactMap { event -> OrderReport? in
      guard case .order(let report) = event.update else { return nil }
      return report
    }
    #expect(reports.count == 1)
    #expect(reports.first?.id.counter == 2)
    #expect(reports.first?.status == .orderNotCreated && reports.first?.reason == .gatewayLimit)
    #expect(client.unacknowledgedCommands == 0)
  }

  @Test func aVirtualSessionThatLosesItsLinkEndsWithAReason() throws {
    var script = GatewayScript()
    script.onStanding = { session in
      session.send(trade(1), time: 77)
      session.finish()
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration(virtualTime: true))
    try client.open()
    let events = collect(from: client) { $0.last?.update == .endOfSession }
    #expect(events.map(\.update) == [trade(1), .connection(.linkDown), .endOfSession])
    #expect(events.allSatisfy { $0.localTime.nanoseconds == 77 })
    guard case .linkLost = client.failure else {
      Issue.record("\(String(describing: client.failure))")
      return
    }
    #expect(client.send(order(1, at: 78)) == .notSent)
  }

  @Test func aReconnectionToTheWrongEnvironmentEndsTheSession() throws {
    var script = GatewayScript()
    script.reply = { reply, hello in if hello.gateway_epoch != 0 { reply.environment = UInt8(HP_ENVIRONMENT_REAL) } }
    script.onStanding = { $0.finish() }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    let events = collect(from: client) { $0.last?.update == .endOfSession }.map(\.update)
    #expect(events.contains(.connection(.linkDown)) && events.last == .endOfSession, "\(events)")
    guard case .environment = client.failure else {
      Issue.record("\(String(describing: client.failure))")
      return
    }
    #expect(gateway.received(HP_FRAME_HELLO).count == 2)
  }

  @Test func framesThatMakeNoSenseBreakTheConnection() throws {
    let broken: [@Sendable (GatewaySession) -> Void] = [
      { $0.sendBytes([UInt8](repeating: 0xFF, count: 64)) },
      { $0.send(HP_FRAME_BARRIER, hp_msg_barrier(number: 1, horizon: 1)) },
      { $0.send(HP_FRAME_CANCEL_ALL, hp_msg_cancel_all()) },
      { session in
        var message = hp_msg_conn_state()
        message.combined = 99
        session.send(HP_FRAME_CONN_STATE, message, sequence: 2)
      },
    ]
    for (index, misbehave) in broken.enumerated() {
      var script = GatewayScript()
      script.onStanding = { session in
        session.send(.connection(.ready), sequence: 1)
        if session.connection == 1 { misbehave(session) }
      }
      let gateway = try ScriptedGateway(script)
      defer { gateway.stop() }
      let client = try GatewayClient(gateway.configuration())
      try client.open()
      let events = collect(from: client) { $0.count >= 4 }.map(\.update)
      #expect(
        events == [
          .connection(.ready), .connection(.linkDown), .connection(.resynchronising), .connection(.ready),
        ], "case \(index)")
    }
  }

  @Test func aSessionSlicedIntoSingleBytesIsTheSameSession() throws {
    var script = GatewayScript()
    script.onStanding = { session in
      session.send(.connection(.ready), sequence: 1)
      var bytes: [UInt8] = []
      for number in 1...5 as ClosedRange<UInt64> {
        var room = [UInt8](repeating: 0, count: FrameEncoding.largestFrame)
        let length = room.withUnsafeMutableBytes {
          FrameEncoding.event(
            trade(number), stamp: FrameStamp(sequence: 0, time: Timestamp(nanoseconds: 0)),
            instruments: ScriptedGateway.numbers, into: $0)
        }
        bytes += room[..<length]
      }
      for byte in bytes {
        session.sendBytes([byte])
        _ = hp_server_poll(session.server, hp_clock_monotonic_ns())
      }
    }
    let gateway = try ScriptedGateway(script)
    defer { gateway.stop() }
    let client = try GatewayClient(gateway.configuration())
    try client.open()
    let events = collect(from: client) { $0.count >= 6 }.map(\.update)
    #expect(events == [.connection(.ready)] + (1...5).map { trade($0) })
  }
}
