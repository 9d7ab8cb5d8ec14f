// Time by the processor's cycle counter, calibrated once: 12 ns a look where the system's clock costs 30.

import CHotPath

/// The calibrated counter.
package struct Stopwatch {
  private let clock: hp_clock
  /// What is done before each reading; nil but when the gate is being proved.
  private var planted: PlantedWork?

  /// Calibrates for 50 ms.
  package init() throws {
    var clock = hp_clock()
    let outcome = hp_clock_calibrate(&clock, 50_000_000)
    guard outcome == 0 else {
      throw BenchFailure.environment(
        "the processor's cycle counter cannot be calibrated (error \(-outcome)); see 'trader doctor', line tsc")
    }
    self.clock = clock
  }

  /// The same clock, with needless work before each reading.
  func planted(_ plant: Plant?) -> Stopwatch {
    var copy = self
    copy.planted = plant.map(PlantedWork.init)
    return copy
  }

  /// Whether something is done before each reading.
  var isPlanted: Bool { planted != nil }

  /// The counter now.
  @inline(__always) package var ticks: UInt64 {
    if let planted { planted.perform() }
    return hp_clock_ticks()
  }

  /// Nanoseconds between two readings; 0 when the second is not later.
  @inline(__always) package func nanoseconds(from start: UInt64, to end: UInt64) -> UInt64 {
    guard end > start else { return 0 }
    return withUnsafePointer(to: clock) { UInt64(hp_clock_span_ns($0, end - start)) }
  }
}
