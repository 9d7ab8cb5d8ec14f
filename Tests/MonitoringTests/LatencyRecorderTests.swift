// The recorder against exact percentiles of sorted values.

import Monitoring
import QuantMath
import Testing

@Test func anEmptyRecorderHasNoSummary() {
  #expect(LatencyRecorder().summary == nil)
}

@Test func percentilesStayWithinOneThousandthOfTheExactOnes() throws {
  let recorder = LatencyRecorder()
  var values: [UInt64] = []
  var random = CounterRandom(seed: 1, stream: 0)
  for _ in 0..<50_000 {
    values.append(50 + random.nextInteger(below: 5_000_000))
  }
  for value in values { recorder.record(value) }
  values.sort()
  let summary = try #require(recorder.summary)
  func exact(_ rank: Double) -> Double { Double(values[Int((rank * Double(values.count)).rounded(.up)) - 1]) }
  for (rank, got) in [(0.5, summary.p50), (0.9, summary.p90), (0.99, summary.p99), (0.999, summary.p999)] {
    let error = abs(Double(got) - exact(rank)) / exact(rank)
    #expect(error <= 0.001, "rank \(rank): \(got) against \(exact(rank))")
  }
  #expect(summary.count == 50_000)
  #expect(summary.maximum == values.last)
  #expect(summary.sum == values.reduce(0, +))
  #expect(summary.mean == Double(summary.sum) / 50_000)
}

@Test func durationsBeyondTheRangeAreCountedAndTheMaximumStaysExact() throws {
  let recorder = LatencyRecorder()
  recorder.record(LatencyRecorder.longest + 1)
  recorder.record(5)
  #expect(recorder.overflows == 1)
  #expect(try #require(recorder.summary).maximum == LatencyRecorder.longest + 1)
}

@Test func recordingNeverGrowsTheRecorder() {
  let recorder = LatencyRecorder()
  let before = recorder.footprint
  for exponent in 0..<64 { recorder.record(UInt64(1) << UInt64(exponent)) }
  #expect(recorder.footprint == before)
}

@Test func aStallCountsForEverySampleItSwallowed() throws {
  let recorder = LatencyRecorder()
  for _ in 0..<90 { recorder.record(10, expectedInterval: 10) }
  recorder.record(100, expectedInterval: 10)
  // 100, and the nine that waited behind it: 90, 80 ... 10.
  let summary = try #require(recorder.summary)
  #expect(summary.count == 100)
  #expect(summary.sum == 900 + (10...100).filter { $0 % 10 == 0 }.reduce(0, +))
  #expect(summary.p99 == 90)
}

@Test func resetForgetsEverything() {
  let recorder = LatencyRecorder()
  recorder.record(LatencyRecorder.longest * 2)
  recorder.reset()
  #expect(recorder.summary == nil)
  #expect(recorder.overflows == 0)
}
