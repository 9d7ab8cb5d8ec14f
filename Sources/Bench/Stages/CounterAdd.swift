// Stage `monitoring.count`: what counting costs where another process may read along.

import Foundation
import Monitoring

extension BenchStage {
  static var counterAdd: BenchStage {
    let adds = 256
    return BenchStage(
      name: "monitoring.count", operation: "add to a counter in a shared file", batch: adds, samples: 20_000
    ) { stopwatch in
      let path = FileManager.default.temporaryDirectory.path + "/bench-\(getpid()).counters"
      let file = try SharedCounterFile(sessionAt: path)
      // The mapping is all that is needed; the name must not outlive the run.
      unlink(path)
      guard let counters = file.counterBlock else {
        throw BenchFailure.inconsistent("a session's counter file has no counters")
      }
      return .timed(stopwatch) {
        let before = counters[.marketEvents]
        for number in 0..<UInt64(adds) { counters.add(.marketEvents, number & 3) }
        return counters[.marketEvents] &- before
      }
    }
  }
}
