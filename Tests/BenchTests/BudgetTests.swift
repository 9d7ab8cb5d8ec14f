// The latency gate's judgement: which budgets break, and which files are refused.

import Bench
import Foundation
import Monitoring
import Testing

/// A result whose p50 is `p50` nanoseconds and whose other figures are ten, twenty and thirty times that.
private func result(_ name: String, p50: UInt64, allocated: Double? = 0, checksum: UInt64 = 7) throws -> StageResult {
  let stage = BenchStage(name: name, operation: "work", batch: 1, samples: 1) { _ in
    PreparedStage { _, _ in 0 }
  }
  let summary = LatencySummary(
    count: 100, minimum: 1, mean: 1, p50: p50, p90: p50, p99: 10 * p50, p999: 20 * p50, maximum: 30 * p50, sum: 100)
  return try StageResult(stage, [StageRound(summary: summary, checksum: checksum, allocatedBytes: allocated)])
}

private func budgets(_ text: String) throws -> [Budget] {
  try BudgetFile(data: Data(text.utf8), origin: "test.json", stages: ["a", "b"]).budgets
}

@Test func aBudgetBreaksAboveItsLimitOnly() throws {
  let list = try budgets(
    """
    {"version": 1, "budgets": [
      {"name": "kept", "stage": "a", "figure": "p50", "limit": 100},
      {"name": "broken", "stage": "a", "figure": "p50", "limit": 99.9},
      {"name": "tail", "stage": "a", "figure": "p99.9", "limit": 1999},
      {"name": "ratio kept", "stage": "a", "figure": "p50", "relative_to": "b", "limit": 2},
      {"name": "ratio broken", "stage": "a", "figure": "p99", "relative_to": "b", "limit": 19.9},
      {"name": "bytes", "stage": "a", "figure": "allocated_bytes", "limit": 0}
    ]}
    """)
  let check = BudgetCheck(list, [try result("a", p50: 100), try result("b", p50: 50)])
  #expect(check.broken.map(\.name) == ["broken", "tail", "ratio broken"])
  let lines = check.table.split(separator: "\n")
  #expect(lines.count == 7)
  #expect(lines.filter { $0.contains("BROKEN") }.count == 3)
  #expect(lines[2].contains("100 ns") && lines[5].contains("20.00x"))
}

@Test func tailsAndAbsoluteTimesAreJudgedByTheBestRoundAndRatiosByAllRounds() throws {
  let stage = BenchStage(name: "a", operation: "work", batch: 1, samples: 1) { _ in PreparedStage { _, _ in 0 } }
  let rounds = [50, 100, 150].map { (p50: UInt64) in
    StageRound(
      summary: LatencySummary(
        count: 100, minimum: 1, mean: 1, p50: p50, p90: p50, p99: 10 * p50, p999: 20 * p50, maximum: 30 * p50,
        sum: 100),
      checksum: 7, allocatedBytes: 0)
  }
  let list = try budgets(
    """
    {"version": 1, "budgets": [
      {"name": "ratio", "stage": "a", "figure": "p50", "relative_to": "a", "limit": 0.9},
      {"name": "time", "stage": "a", "figure": "p50", "limit": 99},
      {"name": "time too long", "stage": "a", "figure": "p50", "limit": 49},
      {"name": "tail", "stage": "a", "figure": "p99", "limit": 500},
      {"name": "tail too long", "stage": "a", "figure": "p99.9", "limit": 999}
    ]}
    """)
  let broken = BudgetCheck(list, [try StageResult(stage, rounds)]).broken.map(\.name)
  #expect(broken == ["ratio", "time too long", "tail too long"])
}

@Test func aFigureThatWasNotMeasuredDoesNotPass() throws {
  let list = try budgets(
    """
    {"version": 1, "budgets": [
      {"name": "bytes", "stage": "a", "figure": "allocated_bytes", "limit": 5},
      {"name": "no reference", "stage": "a", "figure": "p50", "relative_to": "b", "limit": 5}
    ]}
    """)
  let check = BudgetCheck(list, [try result("a", p50: 1, allocated: nil)])
  #expect(check.broken.count == 2)
  #expect(check.table.contains("not measured"))
}

@Test func aRepetitionMendsABrokenBudgetAndNeverBreaksAKeptOne() throws {
  let list = try budgets(
    """
    {"version": 1, "budgets": [
      {"name": "first", "stage": "a", "figure": "p50", "limit": 10},
      {"name": "second", "stage": "b", "figure": "p50", "limit": 10}
    ]}
    """)
  var check = BudgetCheck(list, [try result("a", p50: 50), try result("b", p50: 5)])
  #expect(check.broken.map(\.name) == ["first"])
  check.repeated(BudgetCheck(list, [try result("a", p50: 40), try result("b", p50: 500)]))
  #expect(check.broken.map(\.name) == ["first"])
  #expect(check.verdicts.map(\.measured) == [40, 5])
  check.repeated(BudgetCheck(check.broken, [try result("a", p50: 9)]))
  #expect(check.broken.isEmpty)
}

private func fileWithOneBudget(_ fields: String, version: Int = 1) -> String {
  "{\"version\": \(version), \"budgets\": [{\"name\": \"x\", \(fields)}]}"
}

@Test(arguments: [
  ("", "not a budget file"),
  ("{\"version\": 1, \"budgets\": []}", "holds no budget"),
  (fileWithOneBudget("\"stage\": \"a\", \"figure\": \"p50\", \"limit\": 1", version: 2), "version 2"),
  (fileWithOneBudget("\"stage\": \"q\", \"figure\": \"p50\", \"limit\": 1"), "'q'"),
  (fileWithOneBudget("\"stage\": \"a\", \"figure\": \"p75\", \"limit\": 1"), "p75"),
  (fileWithOneBudget("\"stage\": \"a\", \"figure\": \"p50\", \"limit\": 0"), "positive"),
  (fileWithOneBudget("\"stage\": \"a\", \"figure\": \"p50\", \"limit\": 1, \"over\": \"b\""), "key 'over'"),
  (
    fileWithOneBudget(
      "\"stage\": \"a\", \"figure\": \"allocated_bytes\", \"relative_to\": \"b\", \"limit\": 1"), "absolutely"
  ),
])
func aBudgetFileThatCouldPassUnseenIsRefused(_ text: String, _ word: String) {
  #expect {
    try budgets(text)
  } throws: { error in
    guard case BenchFailure.badInput(let message) = error else { return false }
    return message.hasPrefix("test.json") && message.contains(word)
  }
}

@Test func theProjectsOwnBudgetsSpeakOfStagesThatExist() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let file = root.appendingPathComponent("Benchmarks/budgets.json").path
  #expect(try BudgetFile(file: file, stages: Set(StageCatalogue.all.map(\.name))).budgets.isEmpty == false)
}

@Test func comparingTwoRunsShowsRatiosAndWhatOnlyOneHas() throws {
  let before = BenchReport(stages: [try result("a", p50: 100), try result("gone", p50: 1)])
  let after = BenchReport(stages: [try result("a", p50: 150, checksum: 8), try result("new", p50: 1)])
  let comparison = ReportComparison(before: before, after: after)
  #expect(comparison.rows.map(\.ratio) == [1.5])
  #expect(comparison.slower(than: 1.4).map(\.name) == ["a"])
  #expect(comparison.slower(than: 1.5).isEmpty)
  let text = comparison.table
  #expect(text.contains("1.50") && text.contains("different work"))
  #expect(text.contains("only before: gone\n") && text.contains("only after: new\n"))
}

@Test func aReportSurvivesItsFile() throws {
  let file = NSTemporaryDirectory() + "bench-\(UUID().uuidString).json"
  defer { try? FileManager.default.removeItem(atPath: file) }
  let report = BenchReport(stages: [try result("a", p50: 3)])
  try report.write(to: file)
  #expect(try BenchReport(file: file).stages == report.stages)
  #expect(throws: BenchFailure.self) { try BenchReport(file: file + ".absent") }
}
