// Whether a model that trades still keeps its promise, session by session.

import Glibc

/// A ``BettingDetector`` on a model's sessions, with an estimate of when the change began.
package struct PerformanceWatch: Hashable, Sendable, Codable {
  /// Results of this size, either way, are cut.
  package let scale: Double
  /// Sessions between two alarms of a model that keeps its promise, at least.
  package let runLength: Double
  private var detector: BettingDetector
  private let promise: Double
  /// Shortfall against the promise since it began to grow, and sessions since then.
  private var shortfall = 0.0
  private var sinceGrowing = 0
  package private(set) var evidence = 0.0

  /// - Parameters:
  ///   - promise: Mean of the cut results that must be kept, -1 to 1.
  package init(scale: Double, promise: Double, runLength: Double) {
    self.scale = scale
    self.runLength = runLength
    self.promise = min(0.95, max(0.05, (promise + 1) / 2))
    detector = BettingDetector(promise: self.promise)
  }

  /// Takes a session's result; true when it raises the alarm.
  package mutating func observe(_ result: Double) -> Bool {
    let cut = (result.isFinite ? min(1, max(-1, result / scale)) : -1) / 2 + 0.5
    shortfall += promise - cut
    sinceGrowing += 1
    if shortfall <= 0 { (shortfall, sinceGrowing) = (0, 0) }
    evidence = detector.observe(cut)
    return evidence > log(runLength)
  }

  /// How many sessions ago the change began, the newest one counted.
  package var sessionsSinceChange: Int { sinceGrowing }
}
