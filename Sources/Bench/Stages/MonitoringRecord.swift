// Stages `monitoring.record` and `monitoring.observe`: what it costs to be watched.

import Monitoring
import TradingDomain

extension BenchStage {
  static var latencyRecord: BenchStage {
    let records = 256
    return BenchStage(
      name: "monitoring.record", operation: "record one latency", batch: records, samples: 20_000
    ) { stopwatch in
      let recorder = LatencyRecorder()
      var state: UInt64 = 0
      return .timed(
        stopwatch,
        rewind: {
          recorder.reset()
          state = 0x9E37_79B9_7F4A_7C15
        },
        batch: {
          for _ in 0..<records {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            recorder.record(state & 0xF_FFFF)
          }
          return recorder.count
        })
    }
  }

  static var monitorObserve: BenchStage {
    let beats = 128
    return BenchStage(
      name: "monitoring.observe", operation: "publish one beat over the ring and observe it", batch: beats,
      samples: 10_000
    ) { stopwatch in
      let ring = BeatRing(capacity: beats)
      let system = RealTimeMonitoringSystem(instrument: .wdo, monotonicTime: .zero)
      var beat = SessionBeat(
        time: Timestamp(nanoseconds: 0), price: Price(ticks: 10_000), position: 1, net: .zero, fees: .zero,
        state: .active, marketEvents: 0, decisions: 0, orders: 0, refusals: 0, fills: 0, decisionLatency: .zero)
      return .timed(
        stopwatch, rewind: { beat.decisions = 0 },
        batch: {
          for _ in 0..<beats {
            beat.decisions += 1
            beat.decisionLatency = Nanoseconds(Int64(beat.decisions & 0xFFFF))
            guard ring.offer(beat) else { return 0 }
          }
          return UInt64(ring.drain(limit: beats) { system.observe($0) }) &+ beat.decisions
        })
    }
  }
}
