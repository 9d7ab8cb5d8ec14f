// What waiting costs on this machine: a loopback connection with a message every millisecond, awaited in each way.

import CHotPath
import Synchronization
package import TradingDomain

/// One way of waiting, measured.
package struct IdleCost: Codable, Hashable, Sendable {
  /// `spin`, or `park after N us`.
  package var policy: String
  /// Share of a core that the waiting thread used, 0 to 1.
  package var processorShare: Double
  /// From just before the message was sent to its sight by the waiting thread, in nanoseconds.
  package var reaction: LatencySummary
}

/// The measurement could not be made.
package struct IdleCostError: Error, CustomStringConvertible {
  package var description: String
}

extension IdleCost {
  private static let gap = 1_000_000
  private static let slices = 5

  /// Measures each way of waiting (nil: spin; otherwise park after so long) over `messages` messages, in turns of short
  /// slices so that a change of the machine's mood meets all of them. Takes about a millisecond a message and way.
  package static func measure(parkAfter ways: [Nanoseconds?], messages: Int) throws(IdleCostError) -> [IdleCost] {
    let far = try MessageSender()
    defer { far.stop() }
    let near = try Receiver(port: far.port)
    let perSlice = max(1, messages / slices)
    var tallies = ways.map { _ in Tally() }
    for _ in 0..<slices {
      for (index, way) in ways.enumerated() { try near.receive(perSlice, parkAfter: way, into: &tallies[index]) }
    }
    return zip(ways, tallies).compactMap { way, tally in
      guard let reaction = tally.recorder.summary else { return nil }
      return IdleCost(
        policy: way.map { "park after \($0.count / 1_000) us" } ?? "spin",
        processorShare: Double(tally.processor) / Double(max(1, tally.elapsed)), reaction: reaction)
    }
  }

  private struct Tally {
    var recorder = LatencyRecorder()
    var processor: Int64 = 0
    var elapsed: Int64 = 0
  }

  /// The near end: the thread whose waiting is measured.
  private final class Receiver {
    private let link: OpaquePointer

    init(port: UInt16) throws(IdleCostError) {
      var settings = hp_link_config_default()
      var made: OpaquePointer?
      let outcome = hp_link_create(&settings, "127.0.0.1", port, &made)
      guard outcome == 0, let made else {
        throw IdleCostError(description: "the link cannot be made (errno \(-outcome)); see io_uring in `trader doctor`")
      }
      link = made
      hp_link_open(link, hp_clock_monotonic_ns())
      let deadline = hp_clock_monotonic_ns() + 2_000_000_000
      while Int(hp_link_state(link)) != HP_LINK_CONNECTED {
        let now = hp_clock_monotonic_ns()
        guard now < deadline else { throw IdleCostError(description: "no loopback connection within 2 s") }
        _ = hp_link_wait(link, now, 10_000_000)
      }
    }

    deinit { hp_link_destroy(link, 0) }

    func receive(_ count: Int, parkAfter: Nanoseconds?, into tally: inout Tally) throws(IdleCostError) {
      // What came while another way was measured, or while nobody looked, says nothing about this one.
      _ = hp_link_poll(link, hp_clock_monotonic_ns())
      drop()
      let began = hp_clock_monotonic_ns()
      let processor = hp_thread_cpu_ns()
      var idleSince = began
      var seen = 0
      while seen < count {
        let now = hp_clock_monotonic_ns()
        _ = hp_link_poll(link, now)
        let stamps = drop()
        if let sent = stamps {
          tally.recorder.record(UInt64(max(0, hp_clock_monotonic_ns() - sent)))
          seen += 1
          idleSince = hp_clock_monotonic_ns()
        } else if let parkAfter, now - idleSince >= parkAfter.count {
          _ = hp_link_wait(link, hp_clock_monotonic_ns(), 10_000_000)
        } else {
          hp_cpu_relax()
        }
        guard Int(hp_link_state(link)) == HP_LINK_CONNECTED else {
          throw IdleCostError(description: "the loopback connection broke (errno \(-hp_link_error(link)))")
        }
      }
      tally.elapsed += hp_clock_monotonic_ns() - began
      tally.processor += hp_thread_cpu_ns() - processor
    }

    /// Consumes what waits; returns the last stamp.
    @discardableResult private func drop() -> Int64? {
      var length = 0
      let bytes = hp_link_received(link, &length)
      let whole = length & ~7
      guard whole > 0 else { return nil }
      let stamp = UnsafeRawPointer(bytes + whole - 8).loadUnaligned(as: Int64.self)
      hp_link_consume(link, whole)
      return stamp
    }
  }

  /// The far end: a thread that sends the time, once a gap.
  private final class MessageSender: @unchecked Sendable {
    private let server: OpaquePointer
    private var thread: OpaquePointer?
    private let wantsStop = Atomic<Bool>(false)

    init() throws(IdleCostError) {
      var settings = hp_server_config_default()
      var made: OpaquePointer?
      let outcome = hp_server_create(&settings, "127.0.0.1", 0, &made)
      guard outcome == 0, let made else {
        throw IdleCostError(description: "no port on 127.0.0.1 can be listened on (errno \(-outcome))")
      }
      server = made
      let started = hp_thread_start(
        "idle-sender", Int32(HP_THREAD_ANY_CORE),
        { context in
          guard let context else { return }
          Unmanaged<MessageSender>.fromOpaque(context).takeUnretainedValue().send()
        }, Unmanaged.passUnretained(self).toOpaque(), &thread)
      guard started == 0 else {
        hp_server_destroy(server)
        throw IdleCostError(description: "no thread can be started (errno \(-started))")
      }
    }

    var port: UInt16 { hp_server_port(server) }

    private func send() {
      while !wantsStop.load(ordering: .relaxed) {
        // Sleeps in the ring until a client comes or the gap is over; what a client sends does not matter.
        _ = hp_server_wait(server, hp_clock_monotonic_ns(), Int64(IdleCost.gap))
        guard Int(hp_server_client_state(server, 0)) == HP_CLIENT_OPEN else { continue }
        var stamp = hp_clock_monotonic_ns()
        _ = hp_server_send(server, 0, &stamp, MemoryLayout<Int64>.size)
      }
    }

    func stop() {
      wantsStop.store(true, ordering: .relaxed)
      if let thread { _ = hp_thread_join(thread) }
      thread = nil
      hp_server_destroy(server)
    }
  }
}
