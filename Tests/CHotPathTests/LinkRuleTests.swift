// The rules of completion-based input and output, as a link keeps them: who owns which bytes when, how operations end,
// what is never assumed.
import CHotPath
import Glibc
import Testing

@Suite(.serialized) struct LinkRuleTests {
  @Test(arguments: LinkWay.allCases) func bytesHandedBackByTheKernelMayBeOverwrittenAtOnce(way: LinkWay) throws {
    let poison: UInt8 = 0xDB
    var config = Loopback.quickLink(way)
    (config.receive_capacity, config.send_capacity, config.buffer_count, config.buffer_size) = (8192, 8192, 4, 1024)
    let loopback = try Loopback(link: config)
    var poisoned = 0
    loopback.seam.onHandBack = { bytes in
      poisoned += bytes.count
      bytes.update(repeating: poison)
    }
    loopback.interpose()
    try #require(loopback.connect())
    // Many laps around every queue and buffer.
    for round in 0..<40 {
      let bytes = pattern(3_000, seed: UInt64(round)).map { $0 == poison ? 0 : $0 }
      #expect(loopback.upload(bytes))
      #expect(loopback.deliver(bytes))
    }
    #expect(poisoned >= 40 * 3_000)
  }

  @Test(arguments: LinkWay.allCases) func aSendCutShortAtAnyByteGoesOnFromThere(way: LinkWay) throws {
    let loopback = try Loopback(way)
    var cut: UInt32 = 0
    loopback.seam.onSubmission = { operation, _, length in
      if operation == HP_URING_SEND, cut > 0, length > cut { (length, cut) = (cut, 0) }
    }
    loopback.interpose()
    try #require(loopback.connect())
    let message = pattern(96, seed: 4)
    for offset in 1..<message.count {
      cut = UInt32(offset)
      #expect(loopback.upload(message), "cut after \(offset) bytes")
    }
    #expect(loopback.counts.short_sends == UInt64(message.count - 1))
  }

  @Test(arguments: LinkWay.allCases) func neverMoreThanOneSendIsInFlight(way: LinkWay) throws {
    let loopback = try Loopback(way)
    var (inFlight, most) = (0, 0)
    loopback.seam.onSubmission = { operation, _, _ in
      guard operation == HP_URING_SEND else { return }
      inFlight += 1
      most = max(most, inFlight)
    }
    loopback.seam.onCompletion = { completion in inFlight -= completion.operation == HP_URING_SEND ? 1 : 0 }
    loopback.interpose()
    try #require(loopback.connect())
    // The server does not read: the kernel's room ends, and a send has to wait while more are asked for.
    var sent: [UInt8] = []
    let deadline = hp_clock_monotonic_ns() + 5_000_000_000
    var refusals = 0
    while refusals < 50, hp_clock_monotonic_ns() < deadline {
      let bytes = pattern(4_096, seed: UInt64(sent.count))
      if hp_link_send(loopback.link, bytes, bytes.count) == 0 { sent += bytes } else { refusals += 1 }
      hp_link_poll(loopback.link, hp_clock_monotonic_ns())
    }
    var arrived: [UInt8] = []
    _ = loopback.pump {
      arrived += loopback.takeFromServer()
      return arrived.count >= sent.count
    }
    #expect(arrived == sent)
    #expect(refusals == 50)
    #expect(most == 1)
  }

  @Test(arguments: LinkWay.allCases) func takingAReceiveBackLosesNothingWhoeverWinsTheRace(way: LinkWay) throws {
    let loopback = try Loopback(way)
    try #require(loopback.connect())
    var random = SplitMix(seed: 17)
    var sent: [UInt8] = []
    var arrived: [UInt8] = []
    func talk() {
      let bytes = pattern(Int(random.next() % 200) + 1, seed: random.next())
      if hp_server_send(loopback.server, 0, bytes, bytes.count) == 0 { sent += bytes }
      hp_server_poll(loopback.server, hp_clock_monotonic_ns())
    }
    // The link's time is the test's: a poll two milliseconds after a wait takes the armed receive back.
    var now = hp_clock_monotonic_ns()
    for _ in 0..<1_500 {
      let moment = random.next() % 4
      if moment == 0 { talk() }
      hp_link_wait(loopback.link, now, 1_000)
      if moment == 1 { talk() }
      now += 2_000_000
      hp_link_poll(loopback.link, now)
      if moment == 2 { talk() }
      hp_link_poll(loopback.link, now)
      arrived += loopback.takeFromLink()
    }
    _ = loopback.pump {
      arrived += loopback.takeFromLink()
      return arrived.count >= sent.count
    }
    #expect(arrived == sent)
    #expect(!sent.isEmpty)
    hp_link_drop(loopback.link)
    #expect(loopback.pump { hp_link_state(loopback.link) == HP_LINK_DOWN })
    #expect(loopback.facts.in_flight == 0)
  }

  @Test(arguments: LinkWay.allCases) func everyOperationComesBackBeforeALinkIsGone(way: LinkWay) throws {
    let loopback = try Loopback(way)
    var started = 0
    var ended = 0
    loopback.seam.onSubmission = { operation, _, _ in started += operation == HP_URING_CANCEL ? 0 : 1 }
    loopback.seam.onCompletion = { completion in
      ended += completion.operation == HP_URING_CANCEL || completion.hasMore ? 0 : 1
    }
    loopback.interpose()
    try #require(loopback.connect())
    // Parks the receive: it is in the kernel's hands when the link goes.
    hp_link_wait(loopback.link, hp_clock_monotonic_ns(), 1_000_000)
    #expect(loopback.facts.in_flight > 0)
    #expect(ended < started)
    loopback.destroyLink()
    #expect(ended == started)
  }

  @Test(arguments: LinkWay.allCases) func lateCompletionsOfAnEarlierConnectionAreIgnored(way: LinkWay) throws {
    let loopback = try Loopback(way)
    loopback.interpose()
    try #require(loopback.connect())
    try #require(loopback.reconnect())
    // The generation of the second connection is 2.
    for operation in [HP_URING_CONNECT, HP_URING_RECEIVE, HP_URING_SEND, HP_URING_CANCEL] {
      for result: Int32 in [64, 0, -ECANCELED, -ECONNRESET] {
        var late: hp_uring_completion? = hp_uring_completion(
          tag: hp_uring_tag(UInt8(operation), 0, 1), result: result, flags: 0)
        let before = loopback.counts.late
        loopback.seam.onInject = {
          defer { late = nil }
          return late
        }
        let message = pattern(64, seed: UInt64(operation))
        #expect(loopback.deliver(message))
        #expect(loopback.upload(message))
        #expect(loopback.counts.late == before + 1)
        #expect(hp_link_state(loopback.link) == HP_LINK_CONNECTED)
      }
    }
  }

  @Test func aMultishotReceiveThatEndsInABurstIsStartedAgain() throws {
    var link = Loopback.quickLink(.armed)
    (link.buffer_count, link.buffer_size, link.receive_capacity) = (2, 256, 8192)
    let loopback = try Loopback(link: link)
    try #require(loopback.connect())
    try #require(loopback.facts.multishot == 1)
    #expect(loopback.deliver(pattern(500_000, seed: 6)))
    #expect(loopback.counts.rearmed > 0)
  }

  @Test func aCompletionQueueThatOverflowsLosesNothing() throws {
    var link = Loopback.quickLink(.armed)
    (link.ring_entries, link.buffer_count, link.buffer_size) = (1, 256, 64)
    let loopback = try Loopback(link: link)
    try #require(loopback.connect())
    let sent = pattern(60_000, seed: 7)
    #expect(hp_server_send(loopback.server, 0, sent, sent.count) == 0)
    // Everything lies at the socket before the link looks: far more completions than the queue's four.
    let deadline = hp_clock_monotonic_ns() + 20_000_000
    while hp_clock_monotonic_ns() < deadline { hp_server_poll(loopback.server, hp_clock_monotonic_ns()) }
    var arrived: [UInt8] = []
    _ = loopback.pump {
      arrived += loopback.takeFromLink()
      return arrived.count >= sent.count
    }
    #expect(arrived == sent)
    #expect(loopback.counts.overflows > 0)
    #expect(hp_link_state(loopback.link) == HP_LINK_CONNECTED)
  }

  @Test(arguments: LinkWay.rings) func completionsHaveFourTimesTheRoomOfSubmissions(way: LinkWay) throws {
    let loopback = try Loopback(way)
    let facts = loopback.facts
    #expect(facts.submission_entries == UInt32(HP_URING_ENTRIES))
    #expect(facts.completion_entries == 4 * facts.submission_entries)
  }
}
