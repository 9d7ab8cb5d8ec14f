// What a link rests on: the kernel's features, and what it does where one or all of them are refused.
import CHotPath
import Glibc
import Testing

@Suite(.serialized) struct LinkBackendTests {
  private static let features: UInt32 = 1 << 1 | 1 << 2 | 1 << 8  // NODROP, SUBMIT_STABLE, EXT_ARG
  private static let opcodes: [UInt64] = [13, 14, 16, 26, 27]  // accept, cancel, connect, send, receive

  @Test func aKernelWithoutAFeatureOrAnOperationIsRefused() {
    let all = Self.opcodes.reduce(0 as UInt64) { $0 | 1 << $1 }
    #expect(hp_uring_judge_kernel(Self.features, all) == 0)
    #expect(hp_uring_judge_kernel(.max, .max) == 0)
    #expect(hp_uring_judge_kernel(0, all) == -ENOSYS)
    for bit in [1, 2, 8] {
      #expect(hp_uring_judge_kernel(.max & ~(1 << UInt32(bit)), .max) == -ENOSYS, "feature \(bit)")
    }
    for opcode in Self.opcodes {
      #expect(hp_uring_judge_kernel(.max, .max & ~(1 << opcode)) == -ENOSYS, "operation \(opcode)")
    }
  }

  @Test func theFactsTellTheWayThatWasFound() throws {
    let usual = try Loopback(.usual)
    try #require(usual.connect())
    let facts = usual.facts
    #expect(Int(facts.backend) == HP_LINK_BACKEND_URING)
    #expect(hp_link_backend(usual.link) == HP_LINK_BACKEND_URING)
    #expect(facts.deferred_work == 1)
    #expect(facts.multishot == 1)
    #expect(facts.registered_ring == 1)
    #expect(facts.kernel_thread == 0)
    #expect(facts.refusal == 0)
    let single = try Loopback(.armedSingle).facts
    #expect(single.multishot == 0)
    let unregistered = try Loopback(.unregistered)
    try #require(unregistered.connect())
    #expect(unregistered.facts.registered_ring == 0)
    let undeferred = try Loopback(.undeferred).facts
    #expect(undeferred.deferred_work == 0)
    #expect(undeferred.multishot == 0)
    let plain = try Loopback(.plain)
    #expect(hp_link_backend(plain.link) == HP_LINK_BACKEND_PLAIN)
    #expect(Int(hp_server_get_facts(plain.server).backend) == HP_LINK_BACKEND_PLAIN)
    #expect(plain.facts.refusal == 0)
  }

  @Test func whereTheRingIsForbiddenPlainCallsStepInAndSayWhy() throws {
    let outcome = try Sandbox.withoutIOUring { () -> (Int, Int32, Bool) in
      guard let loopback = try? Loopback(.usual) else { return (0, 0, false) }
      let facts = loopback.facts
      let carries = loopback.connect() && loopback.deliver(pattern(5_000, seed: 1)) && loopback.upload([7])
      return (Int(facts.backend), facts.refusal, carries)
    }
    #expect(outcome.0 == HP_LINK_BACKEND_PLAIN)
    #expect(outcome.1 == -EPERM)
    #expect(outcome.2)
  }

  @Test func whereTheRingIsForbiddenAndRequiredTheLinkIsRefusedWithTheKernelsReason() throws {
    let outcome = try Sandbox.withoutIOUring { () -> (Int32, Int32) in
      var config = hp_link_config_default()
      config.options = UInt32(HP_LINK_REQUIRE_URING)
      var link: OpaquePointer?
      let linkOutcome = hp_link_create(&config, "127.0.0.1", 1, &link)
      var serverConfig = hp_server_config_default()
      serverConfig.options = UInt32(HP_LINK_REQUIRE_URING)
      var server: OpaquePointer?
      return (linkOutcome, hp_server_create(&serverConfig, "127.0.0.1", 0, &server))
    }
    #expect(outcome == (-EPERM, -EPERM))
  }

  @Test func aKernelThreadThatTakesSubmissionsCarriesTheSameBytes() throws {
    var config = Loopback.quickLink()
    config.options = UInt32(HP_LINK_KERNEL_THREAD)
    var server = hp_server_config_default()
    server.options = UInt32(HP_LINK_PLAIN_CALLS)
    // Only the link's: two such threads and two spinning ends want four cores.
    let loopback = try Loopback(server: server, link: config)
    try #require(loopback.facts.kernel_thread == 1)
    try #require(loopback.connect())
    for round in 0..<10 {
      #expect(loopback.upload(pattern(500, seed: UInt64(round))))
      #expect(loopback.deliver(pattern(500, seed: UInt64(round))))
    }
  }

  @Test func busyPollingIsTakenOrLeftOutButNeverFails() throws {
    var config = Loopback.quickLink()
    config.busy_poll_us = 50
    let loopback = try Loopback(link: config)
    try #require(loopback.connect())
    #expect(loopback.facts.busy_poll <= 1)
    #expect(loopback.upload([1, 2, 3]))
    config.busy_poll_us = .max
    let refused = try Loopback(link: config)
    try #require(refused.connect())
    #expect(refused.facts.busy_poll == 0)
    #expect(refused.upload([1, 2, 3]))
  }

  @Test func aReaderInTheMiddleOfItsBytesCostsNoVisitToTheKernel() throws {
    let loopback = try Loopback(.usual)
    loopback.interpose()
    try #require(loopback.connect())
    let sent = pattern(640, seed: 2)
    #expect(hp_server_send(loopback.server, 0, sent, sent.count) == 0)
    var length = 0
    try #require(
      loopback.pump {
        _ = hp_link_received(loopback.link, &length)
        return length == sent.count
      })
    var visits = 0
    loopback.seam.onEnter = { _, _ in
      visits += 1
      return 0
    }
    for _ in 0..<9 {
      hp_link_consume(loopback.link, 64)
      hp_link_poll(loopback.link, hp_clock_monotonic_ns())
    }
    #expect(visits == 0)
    // Nothing taken: the rest may be half a frame, and its other half is looked for.
    hp_link_poll(loopback.link, hp_clock_monotonic_ns())
    #expect(visits == 1)
    hp_link_consume(loopback.link, 64)
    hp_link_poll(loopback.link, hp_clock_monotonic_ns())
    #expect(visits == 2)
  }
}
