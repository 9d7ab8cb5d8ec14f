// Every stage works, does the same work each time, and the hot ones allocate nothing.

import Bench
import Monitoring
import Testing

@Test func everyStageRunsAndRepeatsItsChecksum() throws {
  let plan = MeasurementPlan(rounds: 2, thinning: 500)
  let results = try Measurement().run(StageCatalogue.all, plan: plan, terminal: .silent)
  #expect(results.map(\.name) == StageCatalogue.all.map(\.name))
  for result in results {
    #expect(result.rounds == 2)
    #expect(result.p50.median <= result.p99.median && result.p99.median <= result.max.most, "\(result.name)")
  }
}

@Test func stagesHaveDistinctNames() {
  let names = StageCatalogue.all.map(\.name)
  #expect(Set(names).count == names.count)
}

@Test func aStageThatDoesOtherWorkEachRoundIsRefused() throws {
  let wandering = BenchStage(name: "wandering", operation: "drift", batch: 1, samples: 2) { _ in
    var count: UInt64 = 0
    return PreparedStage { _, recorder in
      recorder.record(1)
      count += 1
      return count
    }
  }
  #expect {
    try Measurement().run([wandering], plan: MeasurementPlan(rounds: 2, thinning: 1), terminal: .silent)
  } throws: { error in
    guard case BenchFailure.inconsistent(let message) = error else { return false }
    return message.contains("wandering") && message.contains("checksum")
  }
}

@Test func whatAStagePreparesForARoundIsNotMeasured() throws {
  var begun: [Int] = []
  var kept: [[UInt8]] = []
  let stage = BenchStage(name: "prepared", operation: "nothing", batch: 1, samples: 40) { _ in
    PreparedStage(
      begin: { samples in
        begun.append(samples)
        kept.append([UInt8](repeating: 1, count: 1 << 20))
      },
      round: { samples, recorder in
        for _ in 0..<samples { recorder.record(1) }
        return UInt64(samples)
      })
  }
  let results = try Measurement().run([stage], plan: MeasurementPlan(rounds: 2, thinning: 1), terminal: .silent)
  #expect(begun == [2, 40, 2, 40])
  #expect(try #require(results[0][.allocated]).most == 0)
}

@Test func theAllocationMeterCountsThisThreadsBytes() throws {
  let meter = try #require(AllocationMeter())
  let before = meter.bytes
  let block = UnsafeMutableRawPointer.allocate(byteCount: 100_000, alignment: 16)
  #expect(meter.bytes - before >= 100_000)
  block.deallocate()
}

@Test func aSpreadIsMedianLeastAndMost() {
  let odd = Spread([3, 1, 2])
  #expect(odd.median == 2 && odd.least == 1 && odd.most == 3)
  #expect(Spread([4, 1]).median == 2.5)
}

@Test func stagesAreChosenByWordsOfTheirNames() throws {
  #expect(try StageCatalogue.select("frame, clock.r").map(\.name) == ["clock.read", "frame.decode", "frame.encode"])
  #expect(try StageCatalogue.select("ring").map(\.name) == ["ring.transfer", "ring.batch"])
  #expect(try StageCatalogue.select("monitoring.rec").map(\.name) == ["monitoring.record"])
  #expect(throws: BenchFailure.self) { try StageCatalogue.select("absent") }
}

@Test func tablesAlignTheirColumns() {
  var table = TextTable(header: ["stage", "p50"])
  table.add(["a", "1"])
  #expect(table.text() == "stage  p50\na        1\n")
}
