// Stages `clock.read` and `clock.now`: what a stamp costs, the floor under every other figure, and what a time costs.

import CHotPath

extension BenchStage {
  static var clockRead: BenchStage {
    BenchStage(name: "clock.read", operation: "read the cycle counter", batch: 256, samples: 20_000) { stopwatch in
      .timed(stopwatch) {
        var backwards: UInt64 = 0
        var last = hp_clock_ticks()
        for _ in 0..<256 {
          let now = hp_clock_ticks()
          if now < last { backwards += 1 }
          last = now
        }
        return backwards
      }
    }
  }
  static var clockNow: BenchStage {
    let reads = 256
    return BenchStage(
      name: "clock.now", operation: "read the counter as monotonic nanoseconds", batch: reads, samples: 20_000
    ) { stopwatch in
      let clock = UnsafeMutablePointer<hp_clock>.allocate(capacity: 1)
      clock.initialize(to: hp_clock())
      guard hp_clock_open(clock, 20_000_000, 0) == 0 else {
        throw BenchFailure.inconsistent("the clock refused 20 ms of calibration")
      }
      return .timed(stopwatch, finish: { clock.deallocate() }) {
        var backwards: UInt64 = 0
        var last = hp_clock_now_ns(clock)
        for _ in 0..<reads {
          let now = hp_clock_now_ns(clock)
          if now < last { backwards += 1 }
          last = now
        }
        return backwards
      }
    }
  }
}
