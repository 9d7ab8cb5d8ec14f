// The recorder against the HdrHistogram package: with three significant digits both must give the same percentiles.

import Histogram
import Monitoring
import QuantMath
import Testing

@Test(arguments: [1, 2, 3, 4]) func percentilesEqualThoseOfTheReferenceHistogram(seed: UInt64) throws {
  let recorder = LatencyRecorder()
  var reference = Histogram<UInt64>(
    lowestDiscernibleValue: 1, highestTrackableValue: LatencyRecorder.longest, numberOfSignificantValueDigits: .three)
  var random = CounterRandom(seed: seed, stream: 9)
  var (least, most) = (UInt64.max, UInt64(0))
  for _ in 0..<30_000 {
    // All magnitudes up to the longest duration, as stalls among microseconds are.
    let magnitude = random.nextInteger(below: 34)
    let value = min(random.nextInteger(below: 1 << magnitude), LatencyRecorder.longest)
    recorder.record(value)
    reference.record(value)
    (least, most) = (min(least, value), max(most, value))
  }
  let summary = try #require(recorder.summary)
  for (rank, got) in [(50, summary.p50), (90, summary.p90), (99, summary.p99), (99.9, summary.p999)] {
    #expect(got == reference.valueAtPercentile(rank), "rank \(rank)")
  }
  #expect(summary.count == reference.totalCount)
  #expect((summary.minimum, summary.maximum) == (least, most), "exact, where the reference gives the bucket's end")
  #expect(abs(summary.mean / reference.mean - 1) < 0.001, "the reference takes the middles of its buckets")
}
