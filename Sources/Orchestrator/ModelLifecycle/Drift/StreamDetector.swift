// Finds that a stream of numbers is no longer what it was.

/// A detector of change in one stream, without a threshold of its own.
///
/// It says how strong the evidence is; what is strong enough is found by ``RunLength`` for the stream at hand, so that
/// alarms without any change come as rarely as was asked for.
package protocol StreamDetector: Sendable {
  /// Takes one value in and returns the evidence for a change until now: larger is stronger, 0 is none.
  mutating func observe(_ value: Double) -> Double
  /// Forgets what lies before a change that was accepted.
  mutating func settle()
}

/// A detector with its threshold: what runs beside a model.
package struct DriftAlarm<Detector: StreamDetector>: Sendable {
  package private(set) var detector: Detector
  package let threshold: Double
  /// Values without an alarm after which the detector begins anew.
  ///
  /// Detectors that compare with everything since their beginning grow ever duller; without an end to their runs, an
  /// expected run length would say nothing of the alarms of a year.
  package let longestRun: Int
  /// Evidence after the newest value.
  package private(set) var evidence = 0.0
  private let fresh: Detector
  private var run = 0
  /// Values since the beginning, and at the newest alarm.
  package private(set) var count = 0
  package private(set) var newestAlarm: Int?

  package init(_ detector: Detector, threshold: Double, longestRun: Int = .max) {
    self.detector = detector
    fresh = detector
    self.threshold = threshold
    self.longestRun = longestRun
  }

  /// Whether this value raises the alarm; values that are not finite are left out.
  package mutating func observe(_ value: Double) -> Bool {
    guard value.isFinite else { return false }
    count += 1
    evidence = detector.observe(value)
    run += 1
    guard evidence > threshold else {
      if run >= longestRun { (detector, run) = (fresh, 0) }
      return false
    }
    detector.settle()
    run = 0
    newestAlarm = count
    return true
  }
}
