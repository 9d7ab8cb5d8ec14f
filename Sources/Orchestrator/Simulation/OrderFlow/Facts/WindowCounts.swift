// How bursty arrivals are.

/// Numbers of arrivals in adjoining windows of one length.
///
/// The Fano factor, variance over mean, is 1 for Poisson arrivals and 1 / (1 - n)^2 for a Hawkes process of branching
/// ratio n seen through windows much longer than its kernel. Changing activity raises it, too; ``branchingRatio`` takes
/// the variance from differences of neighbouring windows, which leaves out what changes slowly.
///
/// Source: S. Hardiman, J.-P. Bouchaud, "Branching-ratio approximation for the self-exciting Hawkes process", Physical
/// Review E 90 (2014); variance from successive differences: J. von Neumann (1941).
package struct WindowCounts: Hashable, Sendable {
  /// Nanoseconds of a window.
  package let length: Int64
  private var windowEnd: Int64?
  private var running = 0.0
  private var last: Double?
  private var counts = TailMoments()
  private var differences = 0.0
  private var pairs = 0.0

  package init(seconds: Int64) {
    precondition(seconds > 0, "a window of \(seconds) s was asked for")
    length = seconds * 1_000_000_000
  }

  /// The first window begins at `time`, a new one where there was one.
  package mutating func begin(at time: Int64) {
    windowEnd = time + length
    running = 0
    last = nil
  }

  /// The last whole window was the last; counts are kept.
  package mutating func end() { windowEnd = nil }

  /// Time goes on to `time`: windows that end by then are counted.
  package mutating func advance(to time: Int64) {
    guard var end = windowEnd else { return }
    while time >= end {
      counts.update(running)
      if let last {
        differences += (running - last) * (running - last)
        pairs += 1
      }
      last = running
      running = 0
      end += length
    }
    windowEnd = end
  }

  /// One arrival now.
  package mutating func count() { running += 1 }

  /// Windows counted.
  package var windows: Int { counts.count }

  /// Mean arrivals per second; nil without windows.
  package var rate: Double? { windows > 0 ? counts.mean / (Double(length) * 1e-9) : nil }

  /// Variance over mean of the counts; nil below two windows or without arrivals.
  package var fanoFactor: Double? {
    guard windows > 1, counts.mean > 0, let deviation = counts.deviation else { return nil }
    return deviation * deviation / counts.mean
  }

  /// 1 - sqrt(mean / variance), the variance being half the mean squared difference of neighbours; nil where that
  /// variance is below the mean, as no self-exciting process has it.
  package var branchingRatio: Double? {
    guard pairs > 0, counts.mean > 0 else { return nil }
    let variance = differences / (2 * pairs)
    return variance >= counts.mean ? 1 - (counts.mean / variance).squareRoot() : nil
  }
}
