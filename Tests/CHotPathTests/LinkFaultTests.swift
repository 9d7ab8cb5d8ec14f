// Every error number of every operation, and of entering the kernel: a link always comes to a defined state, and to
// the same error that the kernel told.
import CHotPath
import Glibc
import Testing

@Suite(.serialized) struct LinkFaultTests {
  /// All error numbers of Linux.
  static let errors: [Int32] = (1...133).map { Int32($0) }
  /// After these a receive or send is simply made again.
  static let receiveGoesOn: Set<Int32> = [EAGAIN, EINTR, ENOBUFS, ECANCELED]
  static let sendGoesOn: Set<Int32> = [EAGAIN, EINTR]
  static let ways: [LinkWay] = [.usual, .armed, .armedSingle, .plain]

  /// Reconnects almost at once: these tests end a connection per error number.
  private func loopback(_ way: LinkWay) throws -> Loopback {
    var config = Loopback.quickLink(way)
    (config.backoff_min_ns, config.backoff_max_ns) = (1, 1)
    let loopback = try Loopback(link: config)
    loopback.interpose()
    return loopback
  }

  /// Whether a fault ended the connection with `error` and left nothing under way.
  private func isDown(_ loopback: Loopback, with error: Int32) -> Bool {
    loopback.pump(seconds: 5) { hp_link_state(loopback.link) == HP_LINK_DOWN }
      && hp_link_error(loopback.link) == -error && loopback.facts.in_flight == 0
  }

  @Test(arguments: ways) func everyErrorOfAReceiveEndsTheConnectionOrIsMadeGood(way: LinkWay) throws {
    let loopback = try loopback(way)
    try #require(loopback.connect())
    var fault: Int32 = 0
    loopback.seam.onCompletion = { completion in
      guard completion.operation == HP_URING_RECEIVE, fault != 0, !completion.hasMore, completion.result <= 0 else {
        return
      }
      (completion.result, fault) = (-fault, 0)
    }
    for error in Self.errors {
      fault = error
      // An armed receive ends without bytes when it is taken back: by a wait, and a poll two milliseconds later.
      let now = hp_clock_monotonic_ns()
      if way == .usual || way == .plain {
        hp_link_poll(loopback.link, now)
      } else {
        hp_server_finish(loopback.server, 0, now)
      }
      if Self.receiveGoesOn.contains(error), way == .usual || way == .plain {
        #expect(loopback.deliver([1, 2, 3]), "\(error)")
        continue
      }
      if Self.receiveGoesOn.contains(error) {
        // The other end has closed: the receive made again tells so.
        #expect(isDown(loopback, with: 0), "\(error)")
      } else {
        #expect(isDown(loopback, with: error), "\(error)")
      }
      try #require(loopback.reconnect())
    }
  }

  @Test(arguments: ways) func everyErrorOfASendEndsTheConnectionOrIsMadeGood(way: LinkWay) throws {
    let loopback = try loopback(way)
    try #require(loopback.connect())
    var fault: Int32 = 0
    // Nothing of the faulty send leaves, as with a kernel that refuses.
    loopback.seam.onSubmission = { operation, _, length in
      if operation == HP_URING_SEND, fault != 0 { length = 0 }
    }
    loopback.seam.onCompletion = { completion in
      if completion.operation == HP_URING_SEND, fault != 0 { (completion.result, fault) = (-fault, 0) }
    }
    let message = pattern(64, seed: 1)
    for error in Self.errors {
      fault = error
      if Self.sendGoesOn.contains(error) {
        #expect(loopback.upload(message), "\(error)")
      } else {
        #expect(hp_link_send(loopback.link, message, message.count) == 0)
        #expect(isDown(loopback, with: error), "\(error)")
        try #require(loopback.reconnect())
      }
    }
  }

  @Test(arguments: ways) func everyErrorOfAConnectEndsTheAttempt(way: LinkWay) throws {
    let loopback = try loopback(way)
    var fault: Int32 = 0
    loopback.seam.onCompletion = { completion in
      if completion.operation == HP_URING_CONNECT, fault != 0 { (completion.result, fault) = (-fault, 0) }
    }
    for error in Self.errors {
      fault = error
      hp_link_open(loopback.link, hp_clock_monotonic_ns())
      #expect(loopback.pump { hp_link_state(loopback.link) == HP_LINK_DOWN }, "\(error)")
      #expect(hp_link_error(loopback.link) == -error)
      #expect(loopback.facts.in_flight == 0)
      // The server saw a connection come and go.
      _ = loopback.pump(seconds: 1) {
        if hp_server_client_state(loopback.server, 0) == HP_CLIENT_GONE { hp_server_release(loopback.server, 0) }
        return hp_server_client_state(loopback.server, 0) == HP_CLIENT_NONE
      }
    }
    _ = loopback.pump(seconds: 0.02) { false }
    for slot in 0..<4 as Range<UInt32> { hp_server_release(loopback.server, slot) }
    #expect(loopback.connect())
  }

  @Test(arguments: ways) func everyErrorOfACancelLeavesTheCancelledToReportThemselves(way: LinkWay) throws {
    let loopback = try loopback(way)
    try #require(loopback.connect())
    var fault: Int32 = 0
    var cancels = 0
    loopback.seam.onCompletion = { completion in
      guard completion.operation == HP_URING_CANCEL else { return }
      completion.result = -fault
      cancels += 1
    }
    for error in [0] + Self.errors {
      fault = error
      // Parks a receive, so that there is something to cancel.
      hp_link_wait(loopback.link, hp_clock_monotonic_ns(), 1_000)
      hp_link_drop(loopback.link)
      #expect(isDown(loopback, with: ECONNABORTED), "\(error)")
      try #require(loopback.reconnect())
    }
    #expect(cancels >= Self.errors.count)
  }

  @Test(arguments: [LinkWay.usual, .plain]) func everyErrorOfAnAcceptLeavesTheServerAccepting(way: LinkWay) throws {
    let loopback = try loopback(way)
    let seam = Seam()
    var fault: Int32 = 0
    seam.onCompletion = { completion in
      guard completion.operation == HP_URING_ACCEPT, fault != 0 else { return }
      if completion.result >= 0 { close(completion.result) }
      (completion.result, fault) = (-fault, 0)
    }
    hp_server_interpose(loopback.server, seam.table)
    for error in Self.errors {
      fault = error
      hp_link_open(loopback.link, hp_clock_monotonic_ns())
      #expect(loopback.pump { fault == 0 && hp_link_state(loopback.link) == HP_LINK_DOWN }, "\(error)")
      #expect(loopback.connect(), "\(error)")
      #expect(loopback.deliver([4, 5, 6]))
      hp_link_drop(loopback.link)
      #expect(
        loopback.pump {
          if hp_server_client_state(loopback.server, 0) == HP_CLIENT_GONE { hp_server_release(loopback.server, 0) }
          return hp_link_state(loopback.link) == HP_LINK_DOWN
            && hp_server_client_state(loopback.server, 0) == HP_CLIENT_NONE
        })
    }
    withExtendedLifetime(seam) {}
  }

  @Test(arguments: LinkWay.rings, [EINTR, EAGAIN, EBUSY, ETIME])
  func everydayAnswersToEnteringTheKernelAreMadeGood(way: LinkWay, error: Int32) throws {
    let loopback = try loopback(way)
    try #require(loopback.connect())
    var random = SplitMix(seed: UInt64(error))
    var refused = 0
    loopback.seam.onEnter = { _, _ in
      guard random.next() % 3 != 0 else { return 0 }
      refused += 1
      return -error
    }
    for round in 0..<50 {
      let message = pattern(200, seed: UInt64(round))
      #expect(loopback.upload(message))
      #expect(loopback.deliver(message))
      hp_link_wait(loopback.link, hp_clock_monotonic_ns(), 1_000)
    }
    #expect(refused > 50)
  }

  @Test(arguments: LinkWay.rings, [EBADR, EBADF, EINVAL, EOPNOTSUPP])
  func answersThatLoseCompletionsMakeTheRingUnusable(way: LinkWay, error: Int32) throws {
    let loopback = try loopback(way)
    try #require(loopback.connect())
    loopback.seam.onEnter = { _, _ in -error }
    // Something to enter the kernel for, in every way.
    _ = hp_link_send(loopback.link, [1], 1)
    #expect(loopback.pump { hp_link_state(loopback.link) == HP_LINK_FAILED })
    #expect(hp_link_error(loopback.link) == -error)
    loopback.seam.onEnter = nil
    #expect(hp_link_poll(loopback.link, hp_clock_monotonic_ns()) == HP_LINK_FAILED)
  }

  @Test(arguments: LinkWay.rings) func aKernelThatNeverAnswersHoldsNobodyUpAndKeepsItsMemory(way: LinkWay) throws {
    let loopback = try loopback(way)
    try #require(loopback.connect())
    hp_link_wait(loopback.link, hp_clock_monotonic_ns(), 1_000)
    var length = 0
    let bytes = hp_link_received(loopback.link, &length)
    // A look makes sure that something is under way in every way.
    loopback.seam.onEnter = { _, _ in -EBUSY }
    _ = hp_link_send(loopback.link, [1], 1)
    let start = hp_clock_monotonic_ns()
    loopback.destroyLink()
    #expect(hp_clock_monotonic_ns() - start < 3_000_000_000)
    // The kernel could still write there: it must not have become someone else's memory, or nobody's.
    #expect(Memory.isMapped(bytes))
  }
}
