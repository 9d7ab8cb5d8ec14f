// Two builds in turns: the median of ratios and an interval that needs no assumption on their distribution.

import Bench
import Monitoring
import Testing

private func results(_ figures: [(String, UInt64)], checksum: UInt64 = 7) throws -> [StageResult] {
  try figures.map { name, p50 in
    let stage = BenchStage(name: name, operation: "work", batch: 1, samples: 1) { _ in PreparedStage { _, _ in 0 } }
    let summary = LatencySummary(
      count: 100, minimum: 1, mean: 1, p50: p50, p90: p50, p99: p50, p999: p50, maximum: p50, sum: 100)
    return try StageResult(stage, [StageRound(summary: summary, checksum: checksum, allocatedBytes: 0)])
  }
}

@Test func theIntervalOfAMedianIsTheNarrowestOfNinetyFivePerCent() {
  // Tables of the sign test: 9 values, second and eighth, 96.09 %; 6 values, the range, 96.88 %; 12, third, 96.14 %.
  let nine = MedianInterval([9, 1, 8, 2, 7, 3, 6, 4, 5])
  #expect(nine.median == 5 && nine.low == 2 && nine.high == 8)
  #expect(abs(nine.coverage - 0.9609375) < 1e-12)
  let six = MedianInterval([1, 2, 3, 4, 5, 6])
  #expect(six.median == 3.5 && six.low == 1 && six.high == 6)
  #expect(abs(six.coverage - 0.96875) < 1e-12)
  // The third would give 93.46 %, which is not enough.
  let eleven = MedianInterval((1...11).map(Double.init))
  #expect(eleven.low == 2 && eleven.high == 10 && eleven.coverage == 0.988_281_25)
  let twelve = MedianInterval((1...12).map(Double.init))
  #expect(twelve.low == 3 && twelve.high == 10 && abs(twelve.coverage - 0.961425_781_25) < 1e-12)
}

@Test func fewValuesGiveTheirRangeAndSayHowLittleThatIs() {
  let three = MedianInterval([3, 1, 2])
  #expect(three.low == 1 && three.high == 3 && three.coverage == 0.75)
  let one = MedianInterval([2])
  #expect(one.low == 2 && one.high == 2 && one.coverage == 0)
}

@Test func ratiosAreTakenRoundByRound() throws {
  // The machine was three times slower in the second half: the ratio of each round does not care.
  let rounds = try (0..<8).map { round in
    let pace: UInt64 = round < 4 ? 1 : 3
    return (
      before: try results([("a", 100 * pace), ("gone", 1)]), after: try results([("a", 120 * pace), ("new", 1)])
    )
  }
  let comparison = InterleavedComparison(
    rounds: rounds, instructionsBefore: ["a": 200], instructionsAfter: ["a": 230])
  let row = try #require(comparison.rows.first)
  #expect(comparison.rows.count == 1 && row.ratio.median == 1.2 && row.ratio.excludesOne)
  #expect(comparison.slower(than: 1.19).count == 1 && comparison.slower(than: 1.2).isEmpty)
  for word in ["1.200", "+15.00%", "slower", "only before: gone", "only after: new", "order statistics"] {
    #expect(comparison.table.contains(word), "\(word)")
  }
}

@Test func aStageThatOnlyOnceWasSlowerIsNotCalledSlower() throws {
  let rounds = try (0..<9).map { round in
    (before: try results([("a", 100)]), after: try results([("a", round == 0 ? 300 : round < 5 ? 99 : 101)]))
  }
  let comparison = InterleavedComparison(rounds: rounds)
  #expect(comparison.slower(than: 1).isEmpty && !comparison.rows[0].ratio.excludesOne)
}
