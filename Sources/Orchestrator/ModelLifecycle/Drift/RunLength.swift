// How rarely a detector shall cry wolf, made true on the stream it will watch.

package import Validation

/// Thresholds for an expected run length under no change (ARL0).
///
/// The stream's own history without change is resampled in blocks, so that what neighbours have in common survives; the
/// detector runs over each replicate, and the threshold is the one whose alarms come once in so many values. An alarm
/// ends a run, and the rest of its replicate is a new one. Runs without an alarm end after ``longest(_:)`` values.
/// Source of the block bootstrap: D. Politis, J. Romano (1994); of run lengths: W. Shewhart's charts.
package enum RunLength {
  /// Values after which a run ends without an alarm: four times the expected run length.
  package static func longest(_ target: Double) -> Int { Int(4 * target) }

  /// The detector with the threshold for the stream at hand; for the arguments see
  /// ``threshold(_:target:history:meanBlock:replicates:seed:)``.
  package static func alarm<Detector: StreamDetector>(
    _ detector: Detector, target: Double, history: [Double], meanBlock: Double, replicates: Int = 64,
    seed: UInt64 = 1
  ) throws -> DriftAlarm<Detector> {
    let threshold = try threshold(
      detector, target: target, history: history, meanBlock: meanBlock, replicates: replicates, seed: seed)
    return DriftAlarm(detector, threshold: threshold, longestRun: longest(target))
  }

  /// - Parameters:
  ///   - target: Values between two alarms without change.
  ///   - history: Values of the stream without change.
  ///   - meanBlock: Mean length of a block; about as long as values depend on each other.
  ///   - replicates: Resampled streams.
  /// - Returns: The threshold; infinite where the detector shows no evidence at all.
  package static func threshold(
    _ detector: some StreamDetector, target: Double, history: [Double], meanBlock: Double, replicates: Int = 64,
    seed: UInt64 = 1
  ) throws -> Double {
    let streams = try streams(history, target: target, meanBlock: meanBlock, replicates: replicates, seed: seed)
    // Run lengths grow with the threshold: bisection between values of the evidence that were seen.
    var seen: [Double] = []
    for stream in streams {
      var running = detector
      var largest = 0.0
      for value in stream { largest = max(largest, running.observe(value)) }
      if largest.isFinite, largest > 0 { seen.append(largest) }
    }
    guard var high = seen.max() else { return .infinity }
    var low = 0.0
    high *= 2
    for _ in 0..<16 {
      let middle = (low + high) / 2
      if mean(detector, threshold: middle, target, streams) < target { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// Mean values between alarms over resampled streams.
  package static func measured(
    _ detector: some StreamDetector, threshold: Double, history: [Double], target: Double, meanBlock: Double,
    replicates: Int = 64, seed: UInt64
  ) throws -> Double {
    mean(
      detector, threshold: threshold, target,
      try streams(history, target: target, meanBlock: meanBlock, replicates: replicates, seed: seed))
  }

  private static func mean(
    _ detector: some StreamDetector, threshold: Double, _ target: Double, _ streams: [[Double]]
  ) -> Double {
    var (values, alarms) = (0, 0)
    for stream in streams {
      var alarm = DriftAlarm(detector, threshold: threshold, longestRun: longest(target))
      for value in stream {
        values += 1
        if alarm.observe(value) { alarms += 1 }
      }
    }
    // Without any alarm the length is at least what was watched.
    return Double(values) / Double(max(1, alarms))
  }

  private static func streams(
    _ history: [Double], target: Double, meanBlock: Double, replicates: Int, seed: UInt64
  ) throws -> [[Double]] {
    let bootstrap = BlockBootstrap(scheme: .stationary(meanLength: meanBlock), seed: seed)
    let length = 2 * longest(target)
    return try (0..<replicates).map { replicate in
      var stream: [Double] = []
      var piece = 0
      while stream.count < length {
        let number = replicate * 10_000 + piece
        stream += try bootstrap.indices(count: history.count, replicate: number).prefix(length).map { history[$0] }
        piece += 1
      }
      return Array(stream.prefix(length))
    }
  }
}
