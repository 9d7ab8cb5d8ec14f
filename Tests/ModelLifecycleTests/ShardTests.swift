// Shards: plans that cannot change, results that are whole, processes that die.

import Foundation
import ModelLifecycle
import Optimization
import Storage
import Testing

@Suite struct ShardTests {
  private let root = URL.temporaryDirectory.appending(path: "shards-\(UUID().uuidString)").path

  private func plan(_ count: Int = 3) throws -> ShardPlan {
    let space = try SearchSpace([
      Parameter("x", .float(low: 0, high: 1)), Parameter("k", .integer(low: 1, high: 9)),
      Parameter("kind", .categorical(["a", "b"])),
    ])
    return ShardPlan(
      program: "test", objective: "{}",
      items: (0..<count).map {
        ShardPlan.Item(trial: $0 + 10, parameters: RandomSampler().parameters(ofTrial: $0, in: space, seed: 1))
      })
  }

  @Test func aPlanIsReadBackAndTellsWhenItWasChanged() throws {
    let plan = try plan()
    let (path, hash) = try plan.write(into: root)
    #expect(try plan.write(into: root) == (path, hash))
    let read = try ShardPlan.read(path)
    #expect(read.plan == plan && read.hash == hash)
    let space = try SearchSpace([Parameter("x", .float(low: 0, high: 1))])
    let set = RandomSampler().parameters(ofTrial: 77, in: space, seed: 9)
    #expect(ShardPlan.Item(trial: 0, parameters: set).set == set)
    let text = try String(contentsOfFile: path, encoding: .utf8)
    try text.replacing("\"trial\" : 10", with: "\"trial\" : 11").write(toFile: path, atomically: true, encoding: .utf8)
    #expect { try ShardPlan.read(path) } throws: { "\($0)".contains("was changed after it was written") }
    try "no plan".write(toFile: path, atomically: true, encoding: .utf8)
    #expect { try ShardPlan.read(path) } throws: { "\($0)".contains("this is no plan") }
    #expect { try ShardPlan.read(root + "/none.json") } throws: { "\($0)".contains("there is no such plan") }
  }

  @Test func resultsAreOfTheirPlanAndWhole() throws {
    let plan = try plan()
    let folder = ShardFolder(root, planHash: "h")
    let folds = [FoldScore(0.1 + 0.2, metrics: ["a": 1e-300]), FoldScore(.nan)]
    for index in [0, 2] { try folder.write(ShardOutput(plan: "h", index: index, folds: folds)) }
    #expect(folder.missing(3) == [1])
    #expect { try folder.merge(plan) } throws: { "\($0)".contains("1 of 3 shards have no result of this plan: 1") }
    try Data("{\"half\": ".utf8).write(to: URL(filePath: folder.file(1)))
    #expect(folder.missing(3) == [1])
    try ShardFolder(root, planHash: "other").write(ShardOutput(plan: "other", index: 1, folds: []))
    #expect(folder.missing(3) == [1])
    try folder.write(ShardOutput(plan: "h", index: 1, folds: [], failure: "fold 0: singular"))
    let merged = try folder.merge(plan)
    #expect(merged[0].folds[0].score == 0.1 + 0.2 && merged[0].folds[0].metrics["a"] == 1e-300)
    #expect(merged[0].folds[1].score.isNaN)
    let trials = plan.trials(Dictionary(uniqueKeysWithValues: merged.map { ($0.index, $0) }))
    #expect(trials.map(\.number) == [10, 11, 12])
    #expect(trials[1].outcome == .failed(reason: "fold 0: singular"))
    #expect(trials[2].outcome == .failed(reason: "the score of fold 1 is nan"))
    // Folds as shards of their own: joined in order, and a missing one is the trial's failure.
    let set = try #require(plan.items[0].set)
    let byFold = ShardPlan(
      program: "test", objective: "{}",
      items: [0, 1, 2].flatMap { trial in (0..<2).map { ShardPlan.Item(trial: trial, fold: $0, parameters: set) } })
    let outputs = Dictionary(
      uniqueKeysWithValues: [0, 1, 2, 5].map {
        ($0, ShardOutput(plan: "h", index: $0, folds: [FoldScore(Double($0))]))
      })
    let joined = byFold.trials(outputs, reasons: [3: "it died"])
    #expect(joined[0].outcome == .scored([0, 1]))
    #expect(joined[1].outcome == .failed(reason: "shard 3: it died"))
    #expect(joined[2].outcome == .failed(reason: "shard 4: it has no result"))
  }

  /// A program that dies where a file of that name tells it to, and copies a prepared result otherwise.
  private func program() throws -> String {
    let path = root + "/program.sh"
    let text = """
      #!/bin/bash
      # shard run --plan PLAN --index INDEX --out DIR
      index=$6; out=$8
      echo "attempt" >> "$out/tries-$index"
      left=$(cat "$out/dies-$index" 2>/dev/null || echo 0)
      if [ "$left" -gt 0 ]; then
        echo $((left - 1)) > "$out/dies-$index"
        echo "out of luck" >&2
        kill -9 $$
      fi
      mv "$out/ready-$index" "$out/shard-$index.json"

      """
    try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
    try text.write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    return path
  }

  private func prepare(_ folder: ShardFolder, _ count: Int) throws {
    for index in 0..<count {
      try folder.write(ShardOutput(plan: folder.planHash, index: index, folds: [FoldScore(Double(index))]))
      try FileManager.default.moveItem(atPath: folder.file(index), toPath: "\(folder.path)/ready-\(index)")
    }
  }

  @Test func aProcessThatDiesIsBegunAgainAndAPoisonedOneReported() throws {
    let folder = ShardFolder(root + "/out", planHash: "h")
    let program = try program()
    try prepare(folder, 6)
    try "2".write(toFile: folder.path + "/dies-1", atomically: true, encoding: .utf8)
    try "99".write(toFile: folder.path + "/dies-4", atomically: true, encoding: .utf8)
    let batch = ShardBatch(program: program, plan: "plan.json", folder: folder, count: 6)
    var done: [Int] = []
    let poisoned = try LocalShardExecutor(processes: 2).run(batch, isCancelled: { false }) { done.append($0) }
    #expect(poisoned.map(\.index) == [4])
    #expect(poisoned[0].reason.contains("killed by signal 9, 3 times") && poisoned[0].reason.contains("out of luck"))
    #expect(folder.missing(6) == [4] && done.last == 5)
    let tries = try String(contentsOfFile: folder.path + "/tries-1", encoding: .utf8)
    #expect(tries.split(separator: "\n").count == 3)
    // What has a result is never run again.
    try "0".write(toFile: folder.path + "/dies-4", atomically: true, encoding: .utf8)
    #expect(try LocalShardExecutor(processes: 3).run(batch, isCancelled: { false }) { _ in }.isEmpty)
    #expect(try String(contentsOfFile: folder.path + "/tries-0", encoding: .utf8).split(separator: "\n").count == 1)
    #expect(folder.missing(6).isEmpty)
  }

  @Test func jobScriptsNameTheMissingShardsAndQuoteTheirWords() throws {
    #expect(SlurmShardExecutor.ranges([0, 1, 2, 5, 7, 8]) == "0-2,5,7-8")
    let batch = ShardBatch(
      program: "/opt/o'brien/trader", plan: "/a b/plan.json", folder: ShardFolder("/out", planHash: "0123456789"),
      count: 9)
    let script = SlurmShardExecutor().script([0, 3], batch)
    #expect(script.contains("#SBATCH --array=0,3\n") && script.contains("trader-01234567"))
    #expect(
      script.contains(
        "exec '/opt/o'\\''brien/trader' 'shard' 'run' '--plan' '/a b/plan.json' '--index' \"$SLURM_ARRAY_TASK_ID\""))
  }
}
