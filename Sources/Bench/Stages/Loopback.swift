// Stages `loopback.plain` and `loopback.io_uring`: the yardsticks of everything that crosses the wire.
//
// A round trip of as many bytes as a trade and the order that answers it, over loopback TCP, both ends spinning on two
// threads, with nothing in between. What the trader adds to it is its own cost.

import CHotPath
import Glibc
import Monitoring

extension BenchStage {
  static var loopbackPlain: BenchStage {
    loopback("loopback.plain", "tick out, order back: plain non-blocking calls", Int32(HP_PINGPONG_PLAIN))
  }

  static var loopbackIOUring: BenchStage {
    loopback("loopback.io_uring", "tick out, order back: io_uring", Int32(HP_PINGPONG_IO_URING))
  }

  private static func loopback(_ name: String, _ operation: String, _ style: Int32) -> BenchStage {
    BenchStage(name: name, operation: operation, batch: 1, samples: 2_000) { stopwatch in
      let header = Int(HP_FRAME_HEADER_LENGTH)
      let tick = UInt32(header + MemoryLayout<hp_msg_trade>.size)
      let order = UInt32(header + MemoryLayout<hp_msg_new_order>.size)
      var opened: OpaquePointer?
      let outcome = hp_pingpong_open(style, tick, order, &opened)
      guard outcome == 0, let pair = opened else {
        throw BenchFailure.environment(
          "\(name): no loopback connection (\(String(cString: strerror(-outcome)))); see 'trader doctor'")
      }
      return PreparedStage(finish: { hp_pingpong_close(pair) }) { samples, recorder in
        for _ in 0..<samples {
          let start = stopwatch.ticks
          let outcome = hp_pingpong_exchange(pair)
          recorder.record(stopwatch.nanoseconds(from: start, to: stopwatch.ticks))
          guard outcome == 0 else {
            throw BenchFailure.environment("\(name): a round trip failed (\(String(cString: strerror(-outcome))))")
          }
        }
        return UInt64(samples) &* UInt64(tick + order)
      }
    }
  }
}
