// Stages `loopback.*`: the yardsticks of everything that crosses the wire, and the trader's link beside them.
//
// A round trip of as many bytes as a trade and the order that answers it, over loopback TCP, both ends spinning on two
// threads, with nothing in between. What the trader adds to it is its own cost. The stages of one run are measured
// together, in slices of a few dozen round trips that alternate, so that their ratios hold on a machine whose speed
// wanders within seconds.

import CHotPath
import Glibc
import Monitoring

extension BenchStage {
  /// The yardsticks, which share their measurement: `loopback.plain`, `.io_uring`, `.link` and `.server`.
  static var loopbacks: [BenchStage] {
    let slices = LoopbackSlices()
    return [
      loopback("loopback.plain", "tick out, order back: plain non-blocking calls", HP_PINGPONG_PLAIN, slices),
      loopback("loopback.io_uring", "tick out, order back: bare io_uring", HP_PINGPONG_IO_URING, slices),
      loopback("loopback.link", "the trader's link at one end, plain calls at the other", HP_PINGPONG_LINK, slices),
      loopback("loopback.server", "the trader's link and the simulator's server", HP_PINGPONG_SERVER, slices),
    ]
  }

  private static func loopback(_ name: String, _ operation: String, _ style: Int, _ slices: LoopbackSlices)
    -> BenchStage
  {
    BenchStage(name: name, operation: operation, batch: 1, samples: 2_000) { stopwatch in
      slices.join(style, stopwatch)
      return PreparedStage(finish: { slices.leave(style) }) { samples, recorder in
        try slices.take(samples, of: style, into: recorder)
      }
    }
  }
}

/// Round trips of every style that a run measures, taken in alternating slices.
///
/// The first stage that asks for samples has them measured for all; the others find theirs waiting.
private final class LoopbackSlices {
  /// Round trips in a slice: a millisecond or less.
  private static let slice = 40
  /// Uncounted round trips after the far end has turned to a style.
  private static let settling = 4

  private let tick = UInt32(Int(HP_FRAME_HEADER_LENGTH) + MemoryLayout<hp_msg_trade>.size)
  private let order = UInt32(Int(HP_FRAME_HEADER_LENGTH) + MemoryLayout<hp_msg_new_order>.size)
  private var pair: OpaquePointer?
  /// The styles of this run in ascending order, each with its own clock and what waits to be taken, in nanoseconds.
  private var members: [(style: Int, stopwatch: Stopwatch, waiting: [UInt64])] = []
  private var turns = 0

  func join(_ style: Int, _ stopwatch: Stopwatch) {
    var waiting: [UInt64] = []
    waiting.reserveCapacity(4_096)
    members.append((style, stopwatch, waiting))
  }

  /// Ends a style's part; with the last one the connections.
  func leave(_ style: Int) {
    members.removeAll { $0.style == style }
    guard members.isEmpty, let open = pair else { return }
    hp_pingpong_close(open)
    pair = nil
  }

  /// Records `samples` round trips of `style`; their bytes.
  func take(_ samples: Int, of style: Int, into recorder: LatencyRecorder) throws -> UInt64 {
    guard let index = members.firstIndex(where: { $0.style == style }) else {
      throw BenchFailure.inconsistent("loopback style \(style) was measured without having been prepared")
    }
    if members[index].waiting.count < samples { try measure(samples) }
    for nanoseconds in members[index].waiting.prefix(samples) { recorder.record(nanoseconds) }
    members[index].waiting.removeFirst(samples)
    return UInt64(samples) &* UInt64(tick + order)
  }

  /// The connections; opened by the first round and not before, for then the measuring thread has its core.
  private func connections() throws -> OpaquePointer {
    if let pair { return pair }
    var opened: OpaquePointer?
    let outcome = hp_pingpong_open(tick, order, Cores.forOtherEnd, &opened)
    guard outcome == 0, let opened else {
      throw BenchFailure.environment(
        "no loopback connection (\(String(cString: strerror(-outcome)))); see 'trader doctor'")
    }
    pair = opened
    return opened
  }

  /// Adds `samples` round trips to every member; the one that begins a turn rotates.
  private func measure(_ samples: Int) throws {
    let pair = try connections()
    defer { hp_pingpong_choose(pair, Int32(HP_PINGPONG_REST)) }
    var left = samples
    while left > 0 {
      let count = min(left, LoopbackSlices.slice)
      for offset in members.indices { try measure(count, (offset + turns) % members.count, pair) }
      turns += 1
      left -= count
    }
  }

  private func measure(_ count: Int, _ index: Int, _ pair: OpaquePointer) throws {
    hp_pingpong_choose(pair, Int32(members[index].style))
    for _ in 0..<LoopbackSlices.settling { try exchange(pair, members[index].style) }
    let stopwatch = members[index].stopwatch
    for _ in 0..<count {
      let start = stopwatch.ticks
      try exchange(pair, members[index].style)
      members[index].waiting.append(stopwatch.nanoseconds(from: start, to: stopwatch.ticks))
    }
  }

  private func exchange(_ pair: OpaquePointer, _ style: Int) throws {
    let outcome = hp_pingpong_exchange(pair)
    guard outcome == 0 else {
      throw BenchFailure.environment(
        "loopback style \(style): a round trip failed (\(String(cString: strerror(-outcome))))")
    }
  }
}
