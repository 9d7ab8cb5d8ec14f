// Records durations with a bounded relative error and without allocating. Not readable while another thread records.

private import Histogram

/// Percentiles of recorded durations, in nanoseconds.
///
/// Values are the upper end of the histogram's bucket: at most 0.1 % above what was recorded.
package struct LatencySummary: Hashable, Codable, Sendable {
  package var count: UInt64
  package var minimum: UInt64
  package var mean: Double
  package var p50: UInt64
  package var p90: UInt64
  package var p99: UInt64
  package var p999: UInt64
  package var maximum: UInt64
  /// Exact sum of all values.
  package var sum: UInt64

  package init(
    count: UInt64, minimum: UInt64, mean: Double, p50: UInt64, p90: UInt64, p99: UInt64, p999: UInt64, maximum: UInt64,
    sum: UInt64
  ) {
    self.count = count
    self.minimum = minimum
    self.mean = mean
    self.p50 = p50
    self.p90 = p90
    self.p99 = p99
    self.p999 = p999
    self.maximum = maximum
    self.sum = sum
  }
}

/// A histogram of durations from 1 ns to 10 s with three significant digits.
///
/// The range is allocated at init (about 200 kB) and never grows; one record costs a few nanoseconds. Longer durations
/// count as 10 s in the percentiles, and are told by ``overflows``; ``LatencySummary/maximum`` stays exact.
package final class LatencyRecorder {
  /// The longest duration that keeps its place in the percentiles: 10 s.
  package static let longest: UInt64 = 10_000_000_000

  private var histogram = LatencyRecorder.emptyHistogram
  private var sum: UInt64 = 0
  private var exactMaximum: UInt64 = 0
  /// How many durations exceeded ``longest``.
  package private(set) var overflows: UInt64 = 0

  private static var emptyHistogram: Histogram<UInt64> {
    Histogram(lowestDiscernibleValue: 1, highestTrackableValue: longest, numberOfSignificantValueDigits: .three)
  }

  package init() {}

  /// How many durations were recorded.
  package var count: UInt64 { histogram.totalCount }

  /// Bytes held; constant over the recorder's life, which is how one sees that recording does not allocate.
  package var footprint: Int { histogram.estimatedFootprintInBytes }

  /// Records one duration in nanoseconds.
  package func record(_ nanoseconds: UInt64) {
    if nanoseconds > LatencyRecorder.longest { overflows &+= 1 }
    histogram.record(min(nanoseconds, LatencyRecorder.longest))
    sum &+= nanoseconds
    if nanoseconds > exactMaximum { exactMaximum = nanoseconds }
  }

  /// Records a duration that was waited for at a fixed pace, adding the samples that the wait swallowed.
  ///
  /// A measured stall of `nanoseconds` with a sample due every `expectedInterval` hides the samples that could not
  /// start meanwhile; they are recorded with the waiting times they would have seen. This corrects "coordinated
  /// omission" where the load cannot be generated open-loop. Source: G. Tene, HdrHistogram, `recordCorrectedValue`.
  package func record(_ nanoseconds: UInt64, expectedInterval: UInt64) {
    record(nanoseconds)
    guard expectedInterval > 0 else { return }
    var missing = nanoseconds
    while missing >= 2 * expectedInterval {
      missing -= expectedInterval
      record(missing)
    }
  }

  /// Forgets everything recorded.
  package func reset() {
    histogram.reset()
    sum = 0
    exactMaximum = 0
    overflows = 0
  }

  /// The percentiles of what was recorded; nil when nothing was.
  package var summary: LatencySummary? {
    guard count > 0 else { return nil }
    func percentile(_ rank: Double) -> UInt64 { min(histogram.valueAtPercentile(rank), exactMaximum) }
    return LatencySummary(
      count: count, minimum: histogram.min, mean: Double(sum) / Double(count), p50: percentile(50), p90: percentile(90),
      p99: percentile(99), p999: percentile(99.9), maximum: exactMaximum, sum: sum)
  }
}
