// Records durations with a bounded relative error and without allocating: one writer, any thread or process may read.

package import CHotPath

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
/// One thread records; any thread may ask for a ``summary`` meanwhile. The memory (about 200 kB) is allocated at init,
/// or lies in a ``SharedCounterFile``, where other processes read it, and never grows; one record costs a few
/// nanoseconds. Longer durations count as 10 s in the percentiles, and are told by ``overflows``;
/// ``LatencySummary/maximum`` stays exact.
package final class LatencyRecorder {
  /// The longest duration that keeps its place in the percentiles: 10 s.
  package static let longest: UInt64 = 10_000_000_000

  @usableFromInline let histogram: UnsafeMutablePointer<hp_histogram>
  /// Keeps the memory mapped; nil when the memory is the recorder's own.
  private let file: SharedCounterFile?

  /// A recorder in memory of its own.
  package init() {
    histogram = LatencyRecorder.allocate()
    file = nil
    hp_histogram_reset(histogram)
  }

  /// A recorder over the histogram in `file`, which goes on with what is recorded there.
  init(_ histogram: UnsafeMutablePointer<hp_histogram>, in file: SharedCounterFile) {
    self.histogram = histogram
    self.file = file
  }

  deinit { if file == nil { UnsafeMutableRawPointer(histogram).deallocate() } }

  /// Memory of one histogram, not yet initialised.
  static func allocate() -> UnsafeMutablePointer<hp_histogram> {
    UnsafeMutableRawPointer.allocate(byteCount: Int(HP_HISTOGRAM_BYTES), alignment: 64)
      .bindMemory(to: hp_histogram.self, capacity: 1)
  }

  /// How many durations were recorded.
  package var count: UInt64 { histogram.pointee.count }

  /// How many durations exceeded ``longest``.
  package var overflows: UInt64 { histogram.pointee.overflows }

  /// Bytes held; constant over the recorder's life.
  package var footprint: Int { Int(HP_HISTOGRAM_BYTES) }

  /// Records one duration in nanoseconds. The recording thread only, as all that changes the recorder.
  @inlinable package func record(_ nanoseconds: UInt64) { hp_histogram_record(histogram, nanoseconds) }

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
  package func reset() { hp_histogram_reset(histogram) }

  /// The percentiles of what was recorded; nil when nothing was. Copies the histogram, some ten microseconds.
  package var summary: LatencySummary? { LatencySummary(snapshotOf: histogram) }
}

extension LatencySummary {
  /// The percentiles of a histogram at about this moment, whoever writes it; nil when it is empty.
  init?(snapshotOf histogram: UnsafePointer<hp_histogram>) {
    let copy = LatencyRecorder.allocate()
    defer { UnsafeMutableRawPointer(copy).deallocate() }
    hp_histogram_snapshot(histogram, copy)
    let head = copy.pointee
    guard head.count > 0 else { return nil }
    let ranks = [0.5, 0.9, 0.99, 0.999]
    var values = [UInt64](repeating: 0, count: ranks.count)
    hp_histogram_percentiles(copy, ranks, ranks.count, &values)
    self.init(
      count: head.count, minimum: head.minimum, mean: Double(head.sum) / Double(head.count), p50: values[0],
      p90: values[1], p99: values[2], p999: values[3], maximum: head.maximum, sum: head.sum)
  }
}
