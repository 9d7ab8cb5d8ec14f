// Sums of deviations from the mean: quick to see a lasting shift.

/// The Page-Hinkley test in both directions, in units of the stream.
///
/// Sources: E. Page, "Continuous inspection schemes" (1954); D. Hinkley (1971).
package struct PageHinkley: StreamDetector {
  /// Deviation that is tolerated.
  package let tolerance: Double
  /// Values before the first evidence.
  package let warmUp: Int
  /// What is kept of the sums from one value to the next.
  package let memory: Double
  private var count = 0
  private var mean = 0.0
  private var (rise, fall) = (0.0, 0.0)
  private var (lowest, highest) = (Double.infinity, -1.0)

  package init(tolerance: Double = 0.005, warmUp: Int = 30, memory: Double = 0.999_9) {
    self.tolerance = tolerance
    self.warmUp = warmUp
    self.memory = memory
  }

  package mutating func observe(_ value: Double) -> Double {
    count += 1
    mean += (value - mean) / Double(count)
    let deviation = value - mean
    rise = memory * rise + deviation - tolerance
    fall = memory * fall + deviation + tolerance
    lowest = min(lowest, rise)
    highest = max(highest, fall)
    return count >= warmUp ? max(0, rise - lowest, highest - fall) : 0
  }

  package mutating func settle() { self = PageHinkley(tolerance: tolerance, warmUp: warmUp, memory: memory) }
}
