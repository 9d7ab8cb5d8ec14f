// Stage `clock.read`: what one time stamp costs, the floor under every other figure.

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
}
