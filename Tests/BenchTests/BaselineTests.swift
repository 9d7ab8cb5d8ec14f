// The instruction gate's judgement: what passes, what does not, and what a new count changes in the baseline.

import Bench
import Foundation
import Testing

private func baseline(_ stages: String, uncounted: String = "", tolerance: Double = 3) throws -> Baseline {
  try Baseline(
    data: Data(
      """
      {"version": 1, "counted_with": "test", "tolerance_percent": \(tolerance), "stages": [\(stages)],
       "uncounted": [\(uncounted)]}
      """.utf8), origin: "test.json")
}

private func entry(_ stage: String, _ instructions: Double, _ more: String = "") -> String {
  "{\"stage\": \"\(stage)\", \"instructions\": \(instructions), \"reason\": \"first\"\(more)}"
}

private func count(_ stage: String, _ perOperation: UInt64) -> InstructionCount {
  InstructionCount(stage: stage, operations: 10, instructions: 10 * perOperation)
}

@Test func aCountBreaksAboveItsToleranceOnly() throws {
  let base = try baseline([entry("a", 1000), entry("b", 1000), entry("c", 1000)].joined(separator: ","))
  let check = BaselineCheck(base, [count("a", 1030), count("b", 1031), count("c", 900)], stages: ["a", "b", "c"])
  #expect(check.verdicts.map(\.outcome) == [.kept, .grown, .improved])
  #expect(check.broken.map(\.stage) == ["b"])
  #expect(check.table.contains("BROKEN") && check.table.contains("better"))
}

@Test func theMessageNamesStageBeforeAfterPercentAndHowToAccept() throws {
  let check = BaselineCheck(
    try baseline(entry("forest.predict", 2000)), [count("forest.predict", 2200)],
    stages: ["forest.predict"])
  let advice = check.advice(baseline: "Benchmarks/baseline.json")
  for word in ["forest.predict", "2,200", "2,000", "+10.00%", "+3.0%", "bench baseline --write", "--reason"] {
    #expect(advice.contains(word), "\(word) in: \(advice)")
  }
}

@Test func aStageMayHaveAToleranceOfItsOwnWithAReason() throws {
  let more = ", \"tolerance_percent\": 12, \"tolerance_reason\": \"random walk\""
  let check = BaselineCheck(try baseline(entry("a", 1000, more)), [count("a", 1110)], stages: ["a"])
  #expect(check.broken.isEmpty)
  #expect(BaselineCheck(try baseline(entry("a", 1000, more)), [count("a", 1130)], stages: ["a"]).broken.count == 1)
}

@Test func noStagePassesUncountedByAccident() throws {
  let base = try baseline(
    [entry("old", 5), entry("silent", 5)].joined(separator: ","),
    uncounted: "{\"stage\": \"wire\", \"reason\": \"two threads\"}")
  let check = BaselineCheck(base, [count("fresh", 5)], stages: ["fresh", "silent", "wire"])
  #expect(check.verdicts.map(\.outcome) == [.withoutBaseline, .withoutBaseline, .gone])
  #expect(check.broken.map(\.stage) == ["fresh", "silent", "old"])
  #expect(check.advice(baseline: "b.json").contains("'uncounted' in b.json"))
  #expect(BaselineCheck.counted(base, stages: ["fresh", "wire"]) == ["fresh"])
}

@Test func acceptingTakesOverWhatMovedAndLeavesSmallStepsToAddUp() throws {
  let more = ", \"tolerance_percent\": 5, \"tolerance_reason\": \"random walk\""
  let base = try baseline(
    [entry("a", 1000), entry("b", 1000), entry("c", 1000, more), entry("gone", 1)]
      .joined(separator: ","))
  let accepted = base.accepting(
    [count("a", 1020), count("b", 1200), count("c", 900), count("new", 7)], reason: "a richer book", countedWith: "now",
    stages: ["new", "a", "b", "c"])
  #expect(accepted.stages.map(\.stage) == ["new", "a", "b", "c"])
  #expect(accepted.stages.map(\.instructions) == [7, 1000, 1200, 900])
  #expect(accepted.stages.map(\.reason) == ["a richer book", "first", "a richer book", "a richer book"])
  #expect(accepted.stages[3].tolerancePercent == 5 && accepted.countedWith == "now")
}

@Test func aBaselineSurvivesItsFile() throws {
  let file = NSTemporaryDirectory() + "baseline-\(UUID().uuidString).json"
  defer { try? FileManager.default.removeItem(atPath: file) }
  let base = try baseline(entry("a", 12.34), uncounted: "{\"stage\": \"w\", \"reason\": \"two threads\"}")
  try base.write(to: file)
  #expect(try Baseline(file: file) == base)
}

@Test(arguments: [
  (entry("a", 0), "", "above 0"),
  (entry("a", 1) + "," + entry("a", 2), "", "twice"),
  (entry("a", 1), "{\"stage\": \"a\", \"reason\": \"x\"}", "twice"),
  (entry("a", 1, ", \"tolerance_percent\": 9"), "", "tolerance_reason"),
  (entry("a", 1, ", \"tolerance_percent\": 9, \"tolerance_reason\": \" \""), "", "tolerance_reason"),
  (entry("a", 1, ", \"tolerence_percent\": 9"), "", "tolerence_percent"),
  ("{\"stage\": \"a\", \"instructions\": 1, \"reason\": \"\"}", "", "no reason"),
  ("", "{\"stage\": \"w\", \"reason\": \"\"}", "no reason"),
  ("{\"stage\": \"a\"}", "", "not a baseline"),
])
func aBaselineThatCouldHideAStageIsRefused(_ stages: String, _ uncounted: String, _ word: String) {
  #expect {
    try baseline(stages, uncounted: uncounted)
  } throws: { error in
    guard case BenchFailure.badInput(let message) = error else { return false }
    return message.hasPrefix("test.json") && message.contains(word)
  }
}

@Test func theProjectsOwnBaselineSpeaksOfEveryStage() throws {
  let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  let base = try Baseline(file: root.appendingPathComponent("Benchmarks/baseline.json").path)
  let listed = Set(base.stages.map(\.stage) + base.uncounted.map(\.stage))
  #expect(listed == Set(StageCatalogue.all.map(\.name)))
}

@Test func thePartsOfTheGateAreNamedOrRefused() throws {
  #expect(try GatePart.list("instructions, ratios") == [.instructions, .ratios])
  #expect(throws: BenchFailure.self) { try GatePart.list("ratio") }
  #expect(throws: BenchFailure.self) { try GatePart.list("") }
}

@Test func aBudgetKnowsItsPart() throws {
  let list = try BudgetFile(
    data: Data(
      """
      {"version": 1, "budgets": [
        {"name": "1", "stage": "a", "figure": "allocated_bytes", "limit": 0},
        {"name": "2", "stage": "a", "figure": "p50", "relative_to": "a", "limit": 2},
        {"name": "3", "stage": "a", "figure": "p99", "limit": 10}
      ]}
      """.utf8), origin: "test.json", stages: ["a"]
  ).budgets
  #expect(list.map(\.part) == [.allocations, .ratios, .absolute])
}

@Test func aDumpTellsItsStageAndItsTotal() throws {
  let text = "# callgrind format\ndesc: Trigger: Client Request: book.update\nsummary: 9\n\ntotals: 3774\n"
  let dump = try CallgrindDump(text: text, origin: "x")
  #expect(dump.name == "book.update" && dump.total == 3774)
  #expect(try CallgrindDump(text: "desc: Trigger: Program termination\ntotals: 1\n", origin: "x").name == nil)
  #expect(throws: BenchFailure.self) { try CallgrindDump(text: "desc: nothing\n", origin: "x") }
}
