// Stages `loopback.clear` and `loopback.sealed`: a round trip over the trader's link and the simulator's server, with
// frames decoded at both ends, in clear and sealed.
//
// Same bytes as the yardsticks beside them; both ends spin. The two are measured together in slices of some dozen round
// trips that alternate, over connections of the same kind to the same server, so that their ratio is what the seal
// costs: two records sealed, two opened, 48 bytes more on the wire.

import CHotPath
import Monitoring

extension BenchStage {
  /// Both lanes, which share their measurement.
  static var sealedLoopbacks: [BenchStage] {
    let slices = SealedSlices()
    return [
      lane("loopback.clear", "trade out, order back: link and server, frames decoded", .plain, slices),
      lane("loopback.sealed", "the same, sealed", .sealed, slices),
    ]
  }

  private static func lane(
    _ name: String, _ operation: String, _ kind: SealedLanes.Kind, _ slices: SealedSlices
  ) -> BenchStage {
    BenchStage(name: name, operation: operation, batch: 1, samples: 2_000) { stopwatch in
      slices.join(kind, stopwatch)
      return PreparedStage(finish: { slices.leave() }) { samples, recorder in
        try slices.take(samples, of: kind, into: recorder)
        return UInt64(samples)
      }
    }
  }
}

/// Round trips of both lanes, taken in alternating slices.
///
/// The first stage that asks for samples has them measured for both; the other finds its own waiting.
private final class SealedSlices {
  /// Round trips in a slice: a millisecond or less.
  private static let slice = 40
  /// Uncounted round trips at a slice's beginning.
  private static let settling = 4

  private var lanes: SealedLanes?
  private var stopwatches: [Stopwatch?] = [nil, nil]
  /// Nanoseconds measured and not yet taken, by lane.
  private var waiting: [[UInt64]] = [[], []]
  private var members = 0

  init() { for lane in waiting.indices { waiting[lane].reserveCapacity(4_096) } }

  func join(_ kind: SealedLanes.Kind, _ stopwatch: Stopwatch) {
    stopwatches[kind.rawValue] = stopwatch
    members += 1
  }

  /// Ends one stage's part; with the last one the connections.
  func leave() {
    members -= 1
    guard members == 0 else { return }
    lanes?.close()
    lanes = nil
    stopwatches = [nil, nil]
    for lane in waiting.indices { waiting[lane].removeAll(keepingCapacity: true) }
  }

  /// Records `samples` round trips of `kind`.
  func take(_ samples: Int, of kind: SealedLanes.Kind, into recorder: LatencyRecorder) throws {
    if waiting[kind.rawValue].count < samples { try measure(samples) }
    for nanoseconds in waiting[kind.rawValue].prefix(samples) { recorder.record(nanoseconds) }
    waiting[kind.rawValue].removeFirst(samples)
  }

  private func measure(_ samples: Int) throws {
    // Not before the first round: by then the measuring thread has its core, and the other end gets another.
    let open = try lanes ?? SealedLanes()
    lanes = open
    open.isSpinning = true
    defer { open.isSpinning = false }
    var left = samples
    while left > 0 {
      let count = min(left, SealedSlices.slice)
      try measure(count, .plain, open)
      try measure(count, .sealed, open)
      left -= count
    }
  }

  private func measure(_ count: Int, _ kind: SealedLanes.Kind, _ lanes: SealedLanes) throws {
    guard let stopwatch = stopwatches[kind.rawValue] else { return }
    for _ in 0..<SealedSlices.settling { try lanes.exchange(kind) }
    for _ in 0..<count {
      let start = stopwatch.ticks
      try lanes.exchange(kind)
      waiting[kind.rawValue].append(stopwatch.nanoseconds(from: start, to: stopwatch.ticks))
    }
  }
}
