// Link and server over loopback: bytes arrive whole and in order, ends are noticed, bounds hold.
import CHotPath
import Glibc
import Testing

@Suite(.serialized) struct LinkTests {
  @Test(arguments: LinkWay.allCases) func bytesCrossInBothDirections(way: LinkWay) throws {
    let loopback = try Loopback(way)
    try #require(loopback.connect())
    let question = pattern(64, seed: 1)
    let answer = pattern(100, seed: 2)
    #expect(hp_link_send(loopback.link, question, 64) == 0)
    var arrived: [UInt8] = []
    #expect(
      loopback.pump {
        arrived += loopback.takeFromServer()
        return arrived.count >= 64
      })
    #expect(arrived == question)
    #expect(hp_server_send(loopback.server, 0, answer, 100) == 0)
    arrived = []
    #expect(
      loopback.pump {
        arrived += loopback.takeFromLink()
        return arrived.count >= 100
      })
    #expect(arrived == answer)
  }

  @Test(arguments: [1, 3, 61, 4096], [LinkWay.usual, .armed, .plain])
  func aStreamInSlicesOfAnySizeArrivesExactly(slice: UInt32, way: LinkWay) throws {
    var config = hp_server_config_default()
    config.send_slice = slice
    let loopback = try Loopback(server: config, link: Loopback.quickLink(way))
    try #require(loopback.connect())
    let sent = pattern(slice < 10 ? 5_000 : 300_000, seed: UInt64(slice))
    #expect(hp_server_send(loopback.server, 0, sent, sent.count) == 0)
    var arrived: [UInt8] = []
    #expect(
      loopback.pump {
        arrived += loopback.takeFromLink()
        return arrived.count >= sent.count
      })
    #expect(arrived == sent)
  }

  @Test(arguments: LinkWay.allCases) func aBurstBeyondEveryBufferLosesNothing(way: LinkWay) throws {
    var link = Loopback.quickLink(way)
    // Far too few buffers for the burst: multishot receives must end, and be started again.
    (link.buffer_count, link.buffer_size, link.receive_capacity) = (2, 512, 8192)
    let loopback = try Loopback(link: link)
    try #require(loopback.connect())
    let sent = pattern(3_000_000, seed: 5)
    #expect(hp_server_send(loopback.server, 0, sent, sent.count) == 0)
    var arrived: [UInt8] = []
    var polls = 0
    let complete = loopback.pump {
      polls += 1
      // Every second time nothing is taken, so that the queue fills to its brim.
      if polls % 2 == 0 { arrived += loopback.takeFromLink() }
      return arrived.count >= sent.count
    }
    #expect(complete)
    #expect(arrived == sent)
    if way == .armed { #expect(loopback.counts.rearmed > 0) }
  }

  @Test(arguments: LinkWay.allCases) func aFullSendQueueRefusesAndTakesAgainLater(way: LinkWay) throws {
    var link = Loopback.quickLink(way)
    link.send_capacity = 4096
    let loopback = try Loopback(link: link)
    try #require(loopback.connect())
    let message = pattern(64, seed: 9)
    var accepted = 0
    // The server is not polled: socket buffers fill, then the queue, and then the answer must be "full".
    let deadline = hp_clock_monotonic_ns() + 5_000_000_000
    var refusals = 0
    while refusals < 100, hp_clock_monotonic_ns() < deadline {
      let result = hp_link_send(loopback.link, message, 64)
      if result == 0 {
        accepted += 1
        refusals = 0
      } else {
        #expect(result == -ENOBUFS)
        refusals += 1
      }
      hp_link_poll(loopback.link, hp_clock_monotonic_ns())
    }
    #expect(refusals == 100, "the queue never said that it is full")
    #expect(hp_link_queued(loopback.link) <= 4096)
    var arrived = 0
    #expect(
      loopback.pump {
        arrived += loopback.takeFromServer().count
        return arrived >= accepted * 64
      })
    #expect(arrived == accepted * 64)
    #expect(hp_link_send(loopback.link, message, 64) == 0)
  }

  @Test(arguments: LinkWay.allCases) func bytesSentBeforeAnOrderlyEndAreReadableAfterIt(way: LinkWay) throws {
    let loopback = try Loopback(way)
    try #require(loopback.connect())
    let last = pattern(128, seed: 3)
    // The client's bytes are never read by the server: a plain close would reset the connection.
    #expect(hp_link_send(loopback.link, last, 128) == 0)
    #expect(hp_server_send(loopback.server, 0, last, 128) == 0)
    hp_server_finish(loopback.server, 0, hp_clock_monotonic_ns())
    #expect(loopback.pump { hp_link_state(loopback.link) == HP_LINK_DOWN })
    #expect(loopback.takeFromLink() == last)
    #expect(hp_link_error(loopback.link) == 0)
    #expect(loopback.pump { hp_server_client_state(loopback.server, 0) == HP_CLIENT_GONE })
  }

  @Test(arguments: LinkWay.allCases) func aLinkComesBackAfterTheServerDropsIt(way: LinkWay) throws {
    let loopback = try Loopback(way)
    try #require(loopback.connect())
    for round in 1...5 {
      let generation = hp_server_client_generation(loopback.server, 0)
      hp_server_drop(loopback.server, 0)
      try #require(loopback.pump { hp_link_state(loopback.link) == HP_LINK_DOWN })
      hp_server_release(loopback.server, 0)
      try #require(loopback.connect())
      #expect(hp_server_client_generation(loopback.server, 0) != generation)
      let message = pattern(64, seed: UInt64(round))
      #expect(hp_link_send(loopback.link, message, 64) == 0)
      var arrived: [UInt8] = []
      #expect(
        loopback.pump {
          arrived += loopback.takeFromServer()
          return arrived.count >= 64
        })
      #expect(arrived == message)
      #expect(hp_link_get_counts(loopback.link).connections == UInt64(round + 1))
    }
  }

  @Test(arguments: [LinkWay.usual, .plain]) func attemptsOnADeadPortFailAndWaitLongerEachTime(way: LinkWay) throws {
    let loopback = try Loopback(way)
    let port = loopback.port
    var config = Loopback.quickLink(way)
    var link: OpaquePointer?
    // A port that was free a moment ago and that nobody listens on.
    try #require(hp_link_create(&config, "127.0.0.1", port == 1 ? 2 : 1, &link) == 0)
    let dead = try #require(link)
    defer { hp_link_destroy(dead, 0) }
    var waits: [Int64] = []
    for _ in 0..<5 {
      let asked = hp_clock_monotonic_ns()
      hp_link_open(dead, asked)
      waits.append(hp_link_next_attempt_ns(dead) - asked)
      let deadline = asked + 5_000_000_000
      while hp_link_poll(dead, hp_clock_monotonic_ns()) != HP_LINK_DOWN, hp_clock_monotonic_ns() < deadline {}
      #expect(hp_link_state(dead) == HP_LINK_DOWN)
      #expect(hp_link_error(dead) == -ECONNREFUSED)
    }
    #expect(waits[0] == 0)
    let bounds: [(Int64, Int64)] = [(2, 2), (4, 4), (8, 8), (16, 16)]
    for (wait, bound) in zip(waits.dropFirst(), bounds) {
      #expect(wait >= bound.0 * 1_000_000 && wait <= bound.1 * 1_250_000, "\(waits)")
    }
  }

  @Test(arguments: [LinkWay.usual, .plain]) func anAddressThatNeverAnswersTimesOut(way: LinkWay) throws {
    // A listener whose backlog is full drops further attempts silently: the same as a dead host.
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { general in
        bind(listener, general, length) == 0 && listen(listener, 0) == 0 && getsockname(listener, general, &length) == 0
      }
    }
    try #require(bound)
    var config = Loopback.quickLink(way)
    config.connect_timeout_ns = 150_000_000
    var links: [OpaquePointer] = []
    defer { for link in links { hp_link_destroy(link, 0) } }
    var timedOut = false
    for _ in 0..<4 where !timedOut {
      var link: OpaquePointer?
      try #require(hp_link_create(&config, "127.0.0.1", UInt16(bigEndian: address.sin_port), &link) == 0)
      let created = try #require(link)
      links.append(created)
      let start = hp_clock_monotonic_ns()
      hp_link_open(created, start)
      while hp_clock_monotonic_ns() - start < 2_000_000_000 {
        let state = hp_link_poll(created, hp_clock_monotonic_ns())
        if state == HP_LINK_CONNECTED || state == HP_LINK_DOWN { break }
      }
      timedOut = hp_link_state(created) == HP_LINK_DOWN && hp_link_error(created) == -ETIMEDOUT
    }
    #expect(timedOut)
  }

  @Test func aHostThatDoesNotResolveIsToldAtCreation() {
    var config = hp_link_config_default()
    var link: OpaquePointer?
    #expect(hp_link_create(&config, "gateway.invalid", 1, &link) == -EHOSTUNREACH)
    #expect(link == nil)
  }

  @Test func unsoundConfigurationsAreRefused() {
    var odd = hp_link_config_default()
    odd.buffer_count = 3
    var large = hp_link_config_default()
    large.buffer_size = large.receive_capacity + 1
    var impatient = hp_link_config_default()
    impatient.connect_timeout_ns = 0
    var endless = hp_link_config_default()
    endless.ring_entries = UInt32(HP_URING_ENTRIES) + 1
    for var config in [odd, large, impatient, endless] {
      var link: OpaquePointer?
      #expect(hp_link_create(&config, "127.0.0.1", 1, &link) == -EINVAL)
    }
  }

  @Test(arguments: LinkWay.allCases) func aDestroyedLinkDeliversItsLastBytes(way: LinkWay) throws {
    let loopback = try Loopback(way)
    var config = Loopback.quickLink(way)
    var other: OpaquePointer?
    try #require(hp_link_create(&config, "127.0.0.1", loopback.port, &other) == 0)
    let parting = try #require(other)
    let now = hp_clock_monotonic_ns()
    hp_link_open(parting, now)
    while hp_link_poll(parting, hp_clock_monotonic_ns()) != HP_LINK_CONNECTED {}
    let message = pattern(1000, seed: 8)
    #expect(hp_link_send(parting, message, 1000) == 0)
    hp_link_destroy(parting, 1_000_000)
    var arrived: [UInt8] = []
    #expect(
      loopback.pump {
        arrived += loopback.takeFromServer()
        return hp_server_client_state(loopback.server, 0) == HP_CLIENT_GONE
      })
    #expect(arrived == message)
  }
}
