// Stages `tick_to_order`, `.spin` and `.inner`: the whole trader over loopback TCP.
//
// A trade leaves the gateway; the real client receives it over io_uring, the engine completes a bar, computes features,
// forecasts, decides, passes the risk gate, writes the journal, and its order arrives at the gateway.

import Monitoring

extension BenchStage {
  /// At most 2,000: the risk gate's orders of one session.
  private static var triggers: Int { 1_000 }

  /// With both ends resting, as `trader run` rests: waking up is part of it.
  static var tickToOrder: BenchStage {
    arrival("tick_to_order", "from a trade's due time at the gateway to its order's arrival there", .resting)
  }

  /// With both ends spinning, as those of `loopback.io_uring` do.
  static var tickToOrderSpin: BenchStage {
    arrival("tick_to_order.spin", "the same with both ends polling without sleep", .spinning)
  }

  static var tickToOrderInner: BenchStage {
    BenchStage(
      name: "tick_to_order.inner", operation: "the trader's share: from the poll for bytes to the order in the ring",
      batch: 1, samples: triggers
    ) { stopwatch in
      wireStage(.spinning) { session, recorder in try session.run(inner: recorder, stopwatch: stopwatch) }
    }
  }

  private static func arrival(_ name: String, _ operation: String, _ waiting: Waiting) -> BenchStage {
    BenchStage(name: name, operation: operation, batch: 1, samples: triggers) { stopwatch in
      wireStage(waiting) { session, recorder in
        let checksum = try session.run(inner: nil, stopwatch: stopwatch)
        for latency in session.results { recorder.record(latency) }
        return checksum
      }
    }
  }

  /// A stage whose every round has a session of its own, opened before the round is measured.
  private static func wireStage(
    _ waiting: Waiting, _ measure: @escaping (WireSession, LatencyRecorder) throws -> UInt64
  ) -> PreparedStage {
    var session: WireSession?
    func close() {
      session?.close()
      session = nil
    }
    return PreparedStage(
      finish: close,
      begin: { samples in
        close()
        session = try WireSession(triggers: samples, waiting: waiting)
      },
      round: { _, recorder in
        guard let session else { throw BenchFailure.inconsistent("a round over the wire began without a session") }
        return try measure(session, recorder)
      })
  }
}
