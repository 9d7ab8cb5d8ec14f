// The doorbell never loses a ring, and the scheduling class is what was asked for or a refusal.
import CHotPath
import Glibc
import Synchronization
import Testing

/// Two threads that hand one number to and fro, each asleep while it is the other's turn.
private final class Handover: @unchecked Sendable {
  static let rounds = 20_000
  /// A lost ring shows as a sleep that lasts this long.
  static let timeout: Int64 = 5_000_000_000
  let turn = Atomic<Int>(0)
  let bells: UnsafeMutablePointer<hp_doorbell>
  let timeouts = Atomic<Int>(0)

  init() {
    bells = .allocate(capacity: 2)
    bells.initialize(repeating: hp_doorbell(), count: 2)
  }

  deinit { bells.deallocate() }

  func play(_ side: Int) {
    for round in 0..<Self.rounds {
      while turn.load(ordering: .acquiring) != 2 * round + side {
        hp_doorbell_announce(bells + side)
        if turn.load(ordering: .acquiring) == 2 * round + side {
          hp_doorbell_awake(bells + side)
          break
        }
        let began = hp_clock_monotonic_ns()
        hp_doorbell_sleep(bells + side, Self.timeout)
        if hp_clock_monotonic_ns() - began >= Self.timeout { timeouts.add(1, ordering: .relaxed) }
      }
      turn.store(2 * round + side + 1, ordering: .releasing)
      hp_doorbell_ring(bells + 1 - side)
    }
  }
}

@Suite(.serialized) struct DoorbellTests {
  @Test(.timeLimit(.minutes(1))) func noRingIsLost() throws {
    let handover = Handover()
    var thread: OpaquePointer?
    try #require(
      hp_thread_start(
        "other side", Int32(HP_THREAD_ANY_CORE),
        { context in
          guard let context else { return }
          Unmanaged<Handover>.fromOpaque(context).takeUnretainedValue().play(1)
        }, Unmanaged.passUnretained(handover).toOpaque(), &thread) == 0)
    handover.play(0)
    if let thread { #expect(hp_thread_join(thread) == 0) }
    #expect(handover.turn.load(ordering: .acquiring) == 2 * Handover.rounds)
    #expect(handover.timeouts.load(ordering: .acquiring) == 0)
  }

  @Test func aRingBeforeTheSleepEndsItAtOnce() {
    var bell = hp_doorbell()
    hp_doorbell_announce(&bell)
    #expect(hp_doorbell_is_asleep(&bell) == 1)
    hp_doorbell_ring(&bell)
    #expect(hp_doorbell_is_asleep(&bell) == 0)
    let began = hp_clock_monotonic_ns()
    hp_doorbell_sleep(&bell, 60_000_000_000)
    #expect(hp_clock_monotonic_ns() - began < 60_000_000_000)
  }

  @Test func aSleepWithoutARingEndsWithItsTime() {
    var bell = hp_doorbell()
    hp_doorbell_announce(&bell)
    let began = hp_clock_monotonic_ns()
    // The kernel may end a sleep early; the announcement is withdrawn either way.
    hp_doorbell_sleep(&bell, 2_000_000)
    #expect(hp_clock_monotonic_ns() > began)
    #expect(hp_doorbell_is_asleep(&bell) == 0)
  }

  @Test func theRealTimeClassIsEnteredOrRefusedByName() throws {
    let answers = UnsafeMutablePointer<Int32>.allocate(capacity: 3)
    answers.initialize(repeating: -1, count: 3)
    defer { answers.deallocate() }
    var thread: OpaquePointer?
    // On a thread of its own, which ends with its class.
    try #require(
      hp_thread_start(
        "real time", Int32(HP_THREAD_ANY_CORE),
        { context in
          guard let answers = context?.assumingMemoryBound(to: Int32.self) else { return }
          answers[0] = hp_thread_set_fifo(0)
          answers[1] = hp_thread_set_fifo(1)
          answers[2] = hp_thread_is_fifo()
        }, answers, &thread) == 0)
    if let thread { #expect(hp_thread_join(thread) == 0) }
    #expect(answers[0] == -EINVAL)
    #expect(answers[1] == 0 || answers[1] == -EPERM)
    #expect(answers[2] == (answers[1] == 0 ? 1 : 0))
    #expect(hp_thread_is_fifo() == 0)
  }

  @Test func processorTimePassesWithWorkOnly() {
    let before = hp_thread_cpu_ns()
    var sum: UInt64 = 0
    while hp_thread_cpu_ns() - before < 2_000_000 { for value in 0..<1_000 { sum &+= UInt64(value) } }
    let worked = hp_thread_cpu_ns()
    #expect(worked > before && sum > 0)
    let wall = hp_clock_monotonic_ns()
    usleep(30_000)
    #expect(hp_thread_cpu_ns() - worked < hp_clock_monotonic_ns() - wall)
  }
}
