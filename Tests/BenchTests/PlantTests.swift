// Planted work: it reaches the figures that the gate judges, and only those of its stage.

import Bench
import Monitoring
import Testing

private func stage(_ name: String) -> BenchStage {
  BenchStage(name: name, operation: "nothing", batch: 1, samples: 400) { stopwatch in
    PreparedStage { samples, recorder in
      for _ in 0..<samples {
        let start = stopwatch.ticks
        recorder.record(stopwatch.nanoseconds(from: start, to: stopwatch.ticks))
      }
      return UInt64(samples)
    }
  }
}

private func measure(_ plants: [String: Plant]) throws -> [StageResult] {
  try Measurement(plants: plants).run(
    [stage("planted"), stage("other")], plan: MeasurementPlan(rounds: 3, thinning: 1), terminal: .silent)
}

@Test func plantedTurnsLieWithinTheMeasuredTimeOfTheirStage() throws {
  // Each turn is at least one instruction, so 200,000 turns outlast any reading of a clock many times over.
  let results = try measure(["planted": Plant(turns: 200_000)])
  #expect(results[0].p50.least > 10 * results[1].p50.median)
}

@Test func plantedBytesAreAllocatedByTheirStageOnly() throws {
  let results = try measure(["planted": Plant(bytes: 64)])
  #expect(try #require(results[0][.allocated]).least >= 128)
  #expect(try #require(results[1][.allocated]).most == 0)
}

@Test func plantsAreAskedForByStageAndAmount() throws {
  let list = try ["frame.decode=5%", "book.update=64B", "all=2.5%"].map {
    try #require(PlantRequest(argument: $0))
  }
  #expect(list.map(\.stage) == ["frame.decode", "book.update", "all"])
  #expect(list.map(\.amount) == [.percent(5), .bytes(64), .percent(2.5)])
  #expect(try PlantRequest.resolve(list, stages: ["frame.decode", "book.update"]).count == 2)
  #expect(throws: BenchFailure.self) { try PlantRequest.resolve(list, stages: ["frame.decode"]) }
  for wrong in ["frame.decode", "frame.decode=5", "=5%", "a=-5%", "a=0B", "a=nan%"] {
    #expect(PlantRequest(argument: wrong) == nil, "\(wrong)")
  }
}
