// Streaming statistics against the same statistics computed from all values at once.

import Testing

import QuantMath

/// Mean and sample variance in two passes.
private func twoPass(_ values: [Double]) -> (mean: Double, variance: Double) {
  let mean = values.reduce(0, +) / Double(values.count)
  return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1))
}

private func series(_ count: Int, stream: UInt64, level: Double) -> [Double] {
  var random = CounterRandom(seed: 17, stream: stream)
  return (0..<count).map { _ in level + random.nextGaussian() }
}

@Test func runningMomentsEqualTwoPassMomentsAtAnyLevel() throws {
  for level in [0, 1e3, 1e9] {
    let values = series(5_000, stream: 1, level: level)
    var moments = RunningMoments()
    for value in values { moments.update(value) }
    let expected = twoPass(values)
    #expect(abs(moments.mean - expected.mean) <= 1e-12 * max(1, abs(expected.mean)))
    let variance = try #require(moments.variance)
    // A value near `level` is itself only known to 1e-16 of it.
    #expect(abs(variance / expected.variance - 1) < max(1e-9, 1e-16 * level))
  }
}

@Test func mergedSamplesHaveTheMomentsOfTheWhole() throws {
  let values = series(1_000, stream: 2, level: 5)
  var whole = RunningMoments()
  var left = RunningMoments()
  var right = RunningMoments()
  for (index, value) in values.enumerated() {
    whole.update(value)
    if index < 137 { left.update(value) } else { right.update(value) }
  }
  left.merge(right)
  #expect(left.count == whole.count)
  #expect(abs(left.mean - whole.mean) < 1e-12)
  let (merged, direct) = (try #require(left.variance), try #require(whole.variance))
  #expect(abs(merged - direct) < 1e-12)
  var empty = RunningMoments()
  #expect(empty.variance == nil && empty.standardErrorOfMean == nil)
  empty.merge(whole)
  #expect(empty == whole)
}

@Test func anExponentialAverageForgetsHalfInItsHalfLife() throws {
  var average = ExponentialAverage(halfLife: 10)
  #expect(average.value == nil)
  average.update(1)
  for _ in 0..<10 { average.update(0) }
  let value = try #require(average.value)
  #expect(abs(value - 0.5) < 1e-14)
  #expect(ExponentialAverage(span: 9).weight == 0.2)
}

@Test(arguments: [1, 2, 7, 64])
func aWindowEqualsTheTailOfTheSeries(capacity: Int) {
  let values = series(300, stream: 3, level: 100)
  var window = RollingWindow(capacity: capacity)
  for (index, value) in values.enumerated() {
    let evicted = window.push(value)
    let tail = Array(values[max(0, index + 1 - capacity)...index])
    #expect(evicted == (index >= capacity ? values[index - capacity] : nil))
    #expect(window.count == tail.count && window.isFull == (tail.count == capacity))
    #expect((0..<tail.count).allSatisfy { window[ago: $0] == tail[tail.count - 1 - $0] })
    #expect(window.sum == tail.reduce(0, +))
    if tail.count > 1 { #expect(abs((window.variance ?? -1) - twoPass(tail).variance) < 1e-11) }
  }
  window.reset()
  #expect(window.count == 0 && window.mean == nil && window.variance == nil)
}

@Test func aWindowDependsOnNothingThatLeftIt() {
  let values = series(200, stream: 4, level: 7)
  var long = RollingWindow(capacity: 20)
  for value in values { long.push(value) }
  var short = RollingWindow(capacity: 20)
  for value in values.suffix(20) { short.push(value) }
  #expect(long.variance == short.variance && long.sum == short.sum)
}

@Test func integerMomentsAreExact() {
  var random = CounterRandom(seed: 29, stream: 0)
  var moments = RollingIntegerMoments(capacity: 12)
  var values: [Int64] = []
  for _ in 0..<500 {
    let value = Int64(random.nextInteger(in: -100_000...100_000))
    values.append(value)
    moments.update(value)
    let tail = values.suffix(12)
    let total = tail.reduce(0, +)
    let squares = tail.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) }
    #expect(moments.sum == total)
    #expect(moments.scaledVariance == Int128(tail.count) * squares - Int128(total) * Int128(total))
  }
}
