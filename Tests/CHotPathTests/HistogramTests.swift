// The histogram's buckets, percentiles and snapshots, against the definitions.
import CHotPath
import Glibc
import Testing

/// A histogram in memory of its own.
private final class Histogram: @unchecked Sendable {
  let pointer: UnsafeMutablePointer<hp_histogram>

  init() {
    pointer = UnsafeMutableRawPointer.allocate(byteCount: Int(HP_HISTOGRAM_BYTES), alignment: 64)
      .bindMemory(to: hp_histogram.self, capacity: 1)
    hp_histogram_reset(pointer)
  }

  deinit { UnsafeMutableRawPointer(pointer).deallocate() }

  func percentiles(_ ranks: [Double]) -> [UInt64] {
    var values = [UInt64](repeating: .max, count: ranks.count)
    hp_histogram_percentiles(pointer, ranks, ranks.count, &values)
    return values
  }
}

@Test func bucketsAdjoinAndAreNarrowerThanAThousandthOfTheirValues() {
  var first: UInt64 = 0
  var faults = 0
  for bucket in 0..<UInt64(HP_HISTOGRAM_BUCKETS) {
    let last = hp_histogram_upper(bucket)
    if hp_histogram_bucket(first) != bucket || hp_histogram_bucket(last) != bucket { faults += 1 }
    if last < first || (last - first) * 1024 > first { faults += 1 }
    first = last + 1
  }
  #expect(faults == 0)
  #expect(first == 1 << UInt64(HP_HISTOGRAM_VALUE_BITS), "the buckets end where the range does")
  #expect(hp_histogram_upper(2047) == 2047, "values below 2048 stand alone")
  #expect(hp_histogram_bucket(10_000_000_000) < UInt64(HP_HISTOGRAM_BUCKETS))
}

@Test func percentilesAreThoseOfTheSortedValues() {
  let histogram = Histogram()
  var random = SplitMix(seed: 3)
  var values: [UInt64] = []
  // Spread over all magnitudes below 2^33, as durations with rare stalls are.
  for _ in 0..<20_000 { values.append(random.next() >> (31 + random.next() % 33)) }
  for value in values { hp_histogram_record(histogram.pointer, value) }
  values.sort()
  let ranks = [0, 0.001, 0.1, 0.25, 0.5, 0.9, 0.99, 0.999, 0.9999, 1]
  for (rank, got) in zip(ranks, histogram.percentiles(ranks)) {
    let exact = values[max(1, Int((rank * 20_000).rounded(.up))) - 1]
    #expect(got >= exact && got - exact <= exact / 1024, "rank \(rank): \(got) for \(exact)")
  }
  let head = histogram.pointer.pointee
  #expect(head.count == 20_000)
  #expect(head.minimum == values.first)
  #expect(head.maximum == values.last)
  #expect(head.sum == values.reduce(0, &+))
}

@Test func aRankThatFallsBetweenTwoValuesTakesTheUpperAndOneThatHitsAValueTakesIt() {
  let histogram = Histogram()
  for value in 1...100 as ClosedRange<UInt64> { hp_histogram_record(histogram.pointer, value) }
  #expect(histogram.percentiles([0, 0.005, 0.01, 0.011, 0.5, 0.99, 0.991, 1]) == [1, 1, 1, 2, 50, 99, 100, 100])
}

@Test func valuesBeyondTheRangeCountAtItsEndAndAreTold() {
  let histogram = Histogram()
  hp_histogram_record(histogram.pointer, 10_000_000_000)
  #expect(histogram.pointer.pointee.overflows == 0)
  for value in [10_000_000_001, UInt64.max] { hp_histogram_record(histogram.pointer, value) }
  let head = histogram.pointer.pointee
  #expect((head.count, head.overflows, head.maximum) == (3, 2, .max))
  #expect(histogram.percentiles([1]) == [hp_histogram_upper(hp_histogram_bucket(10_000_000_000))])
}

@Test func anEmptyHistogramHasPercentilesOfZeroAndAResetOneIsEmpty() {
  let histogram = Histogram()
  #expect(histogram.percentiles([0.5, 1]) == [0, 0])
  for value in [5, 20_000_000_000] as [UInt64] { hp_histogram_record(histogram.pointer, value) }
  hp_histogram_reset(histogram.pointer)
  let head = histogram.pointer.pointee
  #expect((head.count, head.sum, head.minimum, head.maximum, head.overflows) == (0, 0, .max, 0, 0))
  #expect(histogram.percentiles([0.5, 1]) == [0, 0])
}

/// Records the values 0 to 2047 in turn, over and over.
private final class Recording: @unchecked Sendable {
  let histogram = Histogram()
  let rounds = 300

  func run() {
    for _ in 0..<rounds { for value in 0..<2048 as Range<UInt64> { hp_histogram_record(histogram.pointer, value) } }
  }
}

@Test func aSnapshotBesideTheWriterIsConsistentInItselfAndLosesNothingInTheEnd() throws {
  let recording = Recording()
  var thread: OpaquePointer?
  let started = hp_thread_start(
    "recorder", Int32(HP_THREAD_ANY_CORE),
    { context in
      guard let context else { return }
      Unmanaged<Recording>.fromOpaque(context).takeUnretainedValue().run()
    }, Unmanaged.passUnretained(recording).toOpaque(), &thread)
  try #require(started == 0)
  let copy = Histogram()
  let total = UInt64(recording.rounds * 2048)
  var (last, faults): (UInt64, Int) = (0, 0)
  repeat {
    hp_histogram_snapshot(recording.histogram.pointer, copy.pointer)
    let counts = UnsafeBufferPointer(start: hp_histogram_counts(copy.pointer), count: Int(HP_HISTOGRAM_BUCKETS))
    if copy.pointer.pointee.count != counts.reduce(0, +) || copy.pointer.pointee.count < last { faults += 1 }
    last = copy.pointer.pointee.count
  } while last < total
  if let thread { #expect(hp_thread_join(thread) == 0) }
  #expect(faults == 0)
  hp_histogram_snapshot(recording.histogram.pointer, copy.pointer)
  let live = recording.histogram.pointer.pointee
  #expect((live.count, copy.pointer.pointee.count) == (total, total))
  #expect(copy.pointer.pointee.sum == live.sum)
}
