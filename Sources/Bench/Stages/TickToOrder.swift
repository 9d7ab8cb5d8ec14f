// Stages `tick_to_order`, `.spin`, `.inner` and `.bare`: the whole trader over loopback TCP, and the bare wire beside.
//
// A trade leaves the gateway; the real client receives it over io_uring, the engine completes a bar, computes features,
// forecasts, decides, passes the risk gate, writes the journal, and its order arrives at the gateway.

import CHotPath
import Glibc
import Monitoring

extension BenchStage {
  /// At most 2,000: the risk gate's orders of one session.
  private static var triggers: Int { 1_000 }

  /// With both ends resting, as `trader run` rests: waking up is part of it.
  static var tickToOrder: BenchStage {
    BenchStage(
      name: "tick_to_order", operation: "from a trade's due time at the gateway to its order's arrival there", batch: 1,
      samples: triggers
    ) { stopwatch in
      var session: WireSession?
      func close() {
        session?.close()
        session = nil
      }
      return PreparedStage(
        finish: close,
        begin: { samples in
          close()
          session = try WireSession(triggers: samples, waiting: .resting, stopwatch: stopwatch)
        },
        round: { samples, recorder in
          guard let session else { throw BenchFailure.inconsistent("a round over the wire began without a session") }
          try session.run(samples)
          for latency in session.results { recorder.record(latency) }
          return session.checksum
        })
    }
  }

  /// With both ends spinning: `.spin` at the gateway, `.inner` inside the trader, and `.bare`, a spinning io_uring
  /// exchange of the same bytes with nothing in between. They share their measurement, in slices that alternate.
  static var tickToOrderSlices: [BenchStage] {
    let slices = TickToOrderSlices()
    return TickToOrderSlices.Part.allCases.map { part in
      BenchStage(name: part.rawValue, operation: part.operation, batch: 1, samples: triggers) { stopwatch in
        slices.join(part, stopwatch)
        return PreparedStage(
          finish: { slices.leave(part) }, begin: { samples in try slices.provide(samples, for: part) },
          round: { samples, recorder in slices.take(samples, of: part, into: recorder) })
      }
    }
  }
}

/// Triggers over the wire and bare exchanges, taken in turns of a few dozen, so that both see the same machine.
private final class TickToOrderSlices {
  enum Part: String, CaseIterable {
    case spin = "tick_to_order.spin"
    case inner = "tick_to_order.inner"
    case bare = "tick_to_order.bare"

    var operation: String {
      switch self {
      case .spin: return "the same with both ends polling without sleep"
      case .inner: return "the trader's share: from the bytes' arrival to the order ready for the kernel"
      case .bare: return "the wire alone: a spinning io_uring exchange of the same bytes"
      }
    }
  }

  /// Triggers and bare exchanges in a turn.
  private static let slice = 20
  private var members: [Part] = []
  private var stopwatches: [Part: Stopwatch] = [:]
  /// Nanoseconds that wait to be taken.
  private var waiting: [Part: [UInt64]] = [:]
  private var checksum: UInt64 = 0

  func join(_ part: Part, _ stopwatch: Stopwatch) {
    members.append(part)
    stopwatches[part] = stopwatch
  }

  func leave(_ part: Part) { members.removeAll { $0 == part } }

  /// Sees to it that `samples` of `part` wait; what is measured for one is added to what waits for the others, who take
  /// as many.
  func provide(_ samples: Int, for part: Part) throws {
    guard waiting[part, default: []].count < samples, let any = stopwatches[part] else { return }
    // What is planted into the trader's parts must not reach the wire's, nor the other way round.
    let trader = [.spin, .inner].compactMap { stopwatches[$0] }
    let stopwatch = trader.first(where: \.isPlanted) ?? trader.first ?? any
    let bare = stopwatches[.bare] ?? any
    let session = try WireSession(triggers: samples, waiting: .spinning, stopwatch: stopwatch)
    defer { session.close() }
    let header = Int(HP_FRAME_HEADER_LENGTH)
    var opened: OpaquePointer?
    let outcome = hp_pingpong_open(
      UInt32(header + MemoryLayout<hp_msg_trade>.size), UInt32(header + MemoryLayout<hp_msg_new_order>.size),
      Cores.forOtherEnd, &opened)
    guard outcome == 0, let pair = opened else {
      throw BenchFailure.environment("no loopback connection (\(String(cString: strerror(-outcome))))")
    }
    defer { hp_pingpong_close(pair) }
    var left = samples
    while left > 0 {
      let count = min(left, TickToOrderSlices.slice)
      try session.run(count)
      if members.contains(.bare) { try exchange(pair, count, bare) }
      left -= count
    }
    if members.contains(.spin) { waiting[.spin, default: []] += session.results }
    if members.contains(.inner) {
      waiting[.inner, default: []] += session.innerTicks.map { stopwatch.nanoseconds(from: 0, to: $0) }
    }
    checksum = session.checksum
  }

  func take(_ samples: Int, of part: Part, into recorder: LatencyRecorder) -> UInt64 {
    for nanoseconds in waiting[part, default: []].prefix(samples) { recorder.record(nanoseconds) }
    waiting[part]?.removeFirst(samples)
    return part == .bare ? UInt64(samples) : checksum
  }

  private func exchange(_ pair: OpaquePointer, _ count: Int, _ stopwatch: Stopwatch) throws {
    hp_pingpong_choose(pair, Int32(HP_PINGPONG_IO_URING))
    defer { hp_pingpong_choose(pair, Int32(HP_PINGPONG_REST)) }
    // The first few meet a far end that has only just turned to them.
    for number in -4..<count {
      let start = stopwatch.ticks
      let outcome = hp_pingpong_exchange(pair)
      guard outcome == 0 else {
        throw BenchFailure.environment("a bare round trip failed (\(String(cString: strerror(-outcome))))")
      }
      if number >= 0 { waiting[.bare, default: []].append(stopwatch.nanoseconds(from: start, to: stopwatch.ticks)) }
    }
  }
}
