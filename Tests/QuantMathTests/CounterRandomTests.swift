// The random generator against its published answers, and the distributions drawn from it.

import Testing

import QuantMath

/// Known answers of the Random123 distribution, file `kat_vectors`, philox4x32 with 10 rounds.
@Test(
  arguments: [
    ([0, 0, 0, 0], [0, 0], [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]),
    (
      [0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff], [0xffff_ffff, 0xffff_ffff],
      [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]
    ),
    (
      [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344], [0xa409_3822, 0x299f_31d0],
      [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
    ),
  ] as [([UInt32], [UInt32], [UInt32])])
func philoxGivesItsPublishedAnswers(counter: [UInt32], key: [UInt32], expected: [UInt32]) {
  let block = CounterRandom.block(
    counter: SIMD4(counter[0], counter[1], counter[2], counter[3]), key: SIMD2(key[0], key[1]))
  #expect(block == SIMD4(expected[0], expected[1], expected[2], expected[3]))
}

@Test func seedStreamAndCounterFillKeyAndCounterLittleWordFirst() {
  let value = CounterRandom.value(
    seed: 0x299f_31d0_a409_3822, stream: 0x0370_7344_1319_8a2e, counter: 0x85a3_08d3_243f_6a88)
  #expect(value == 0x94fd_cceb_d16c_fe09)
}

@Test func aDrawIsTheSameWhetherReachedOrAskedForAlone() {
  var random = CounterRandom(seed: 7, stream: 3)
  for counter in 0..<100 {
    #expect(random.next() == CounterRandom.value(seed: 7, stream: 3, counter: UInt64(counter)))
  }
}

@Test func streamsNamedByPurposeDifferAndRepeat() {
  let entry = CounterRandom(seed: 1, purpose: "latency.entry")
  #expect(entry == CounterRandom(seed: 1, purpose: "latency.entry"))
  #expect(entry.stream != CounterRandom(seed: 1, purpose: "latency.response").stream)
  #expect(entry.stream != CounterRandom(seed: 1, purpose: "latency.entry", index: 1).stream)
}

@Test func uniformNumbersFillTheUnitIntervalEvenly() {
  var random = CounterRandom(seed: 11, stream: 0)
  var buckets = [Int](repeating: 0, count: 16)
  let draws = 160_000
  for _ in 0..<draws {
    let value = random.nextUniform()
    #expect(value >= 0 && value < 1)
    buckets[Int(value * 16)] += 1
  }
  let expected = Double(draws) / 16
  let chiSquared = buckets.reduce(0) { $0 + (Double($1) - expected) * (Double($1) - expected) / expected }
  // 15 degrees of freedom: 99.9 % of samples stay below 37.7.
  #expect(chiSquared < 37.7, "chi squared \(chiSquared)")
}

@Test func aUniformNumberNeverReachesTheUpperBoundOfItsRange() {
  var random = CounterRandom(seed: 5, stream: 9)
  let range = 1.0..<1.0.nextUp
  for _ in 0..<200 { #expect(range.contains(random.nextUniform(in: range))) }
}

@Test func integersCoverTheirRangeWithoutBias() {
  var random = CounterRandom(seed: 2, stream: 2)
  var counts = [Int](repeating: 0, count: 6)
  for _ in 0..<60_000 { counts[random.nextInteger(in: 10...15) - 10] += 1 }
  // Six standard deviations of a binomial count around 10,000.
  for count in counts { #expect(abs(count - 10_000) < 548, "\(counts)") }
  #expect(random.nextInteger(in: 4...4) == 4)
  let full = random.nextInteger(in: Int.min...Int.max)
  #expect(full >= .min)
}

@Test func gaussianAndExponentialNumbersHaveTheirMoments() {
  var random = CounterRandom(seed: 3, stream: 1)
  var gaussian = RunningMoments()
  var cubes = RunningMoments()
  var exponential = RunningMoments()
  for _ in 0..<200_000 {
    let value = random.nextGaussian()
    gaussian.update(value)
    cubes.update(value * value * value)
    exponential.update(random.nextExponential(mean: 2.5))
  }
  // Five standard errors: 1 / sqrt(n), sqrt(2 / n), sqrt(15 / n), 2.5 / sqrt(n).
  #expect(abs(gaussian.mean) < 0.0112)
  #expect(abs((gaussian.variance ?? 0) - 1) < 0.0159)
  #expect(abs(cubes.mean) < 0.0434)
  #expect(abs(exponential.mean - 2.5) < 0.028)
}

@Test func shufflingKeepsEveryElementAndReachesEveryPlace() {
  var random = CounterRandom(seed: 4, stream: 4)
  var firstPlace = [Int](repeating: 0, count: 5)
  for _ in 0..<5_000 {
    var values = [0, 1, 2, 3, 4]
    random.shuffle(&values)
    #expect(values.sorted() == [0, 1, 2, 3, 4])
    firstPlace[values[0]] += 1
  }
  for count in firstPlace { #expect(abs(count - 1_000) < 170, "\(firstPlace)") }
}
