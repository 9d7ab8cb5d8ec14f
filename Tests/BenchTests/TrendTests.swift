// Dated results and the page that is made of them.

import Bench
import Foundation
import Monitoring
import Testing

private func result(p50: UInt64, instructions: UInt64, day: Double) throws -> DatedResult {
  let stages = try [("clock.read", UInt64(10)), ("book<update>", p50)].map { name, p50 in
    let stage = BenchStage(name: name, operation: "work", batch: 1, samples: 1) { _ in PreparedStage { _, _ in 0 } }
    let summary = LatencySummary(
      count: 100, minimum: 1, mean: 1, p50: p50, p90: p50, p99: p50, p999: p50, maximum: p50, sum: 100)
    return try StageResult(stage, [StageRound(summary: summary, checksum: 1, allocatedBytes: 0)])
  }
  return DatedResult(
    stages: stages,
    counts: [InstructionCount(stage: "book<update>", operations: 1, instructions: instructions)],
    now: Date(timeIntervalSince1970: 86_400 * day))
}

@Test func datedResultsAreReadInTheOrderOfTheirDates() throws {
  let folder = NSTemporaryDirectory() + "results-\(UUID().uuidString)"
  defer { try? FileManager.default.removeItem(atPath: folder) }
  let later = try result(p50: 30, instructions: 120, day: 20_001).write(into: folder)
  _ = try result(p50: 20, instructions: 100, day: 20_000).write(into: folder)
  #expect(later.hasSuffix("2024-10-05T000000Z-bench.json"))
  try Data("{\"kind\": \"peers\"}".utf8).write(to: URL(fileURLWithPath: folder + "/peers.json"))
  let all = try DatedResult.all(in: folder)
  #expect(all.map(\.date) == ["2024-10-04T00:00:00Z", "2024-10-05T00:00:00Z"])
  #expect(all[1].instructions == ["book<update>": 120] && !all[0].commit.isEmpty)
  try Data("{\"kind\": \"bench\"}".utf8).write(to: URL(fileURLWithPath: folder + "/broken.json"))
  #expect(throws: BenchFailure.self) { try DatedResult.all(in: folder) }
  #expect(throws: BenchFailure.self) { try DatedResult.all(in: folder + "/absent") }
}

@Test func theTrendPageShowsEachStageOverTime() throws {
  let page = TrendPage([
    try result(p50: 20, instructions: 100, day: 20_000), try result(p50: 30, instructions: 120, day: 20_001),
  ]).html
  #expect(page.contains("<td>book&lt;update&gt;</td>") && !page.contains("book<update>"))
  for word in ["+20.00%", "2.00", "3.00", "color-scheme: light dark", "2024-10-05"] {
    #expect(page.contains(word), "\(word)")
  }
  #expect(!page.contains("<script") && !page.contains("http"))
  // Two values from the left edge to the right one, the greater at the top.
  #expect(page.contains("<polyline points=\"4.0,8.0 116.0,4.0\"/>"))
}
