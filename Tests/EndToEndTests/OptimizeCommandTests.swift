// A search on the command line: killed at any moment it goes on, whoever works on it, and its books are kept.

import Foundation
import Storage
import Testing

@Suite struct OptimizeCommandTests {
  private static let space = """
    [[parameter]]
    name = "style"
    type = "category"
    values = ["forecast", "regimes"]
    [[parameter]]
    name = "probability"
    type = "float"
    low = 0.5
    high = 0.6
    [[parameter]]
    name = "exit_probability"
    type = "float"
    low = 0.4
    high = 0.5
    when = { style = ["forecast"] }
    [[parameter]]
    name = "rounds"
    type = "int"
    low = 5
    high = 25
    step = 5
    """

  private func arguments(_ world: GeneratedStore, _ space: String, _ study: String, _ more: [String] = []) -> [String] {
    [
      "optimize", "--data", world.store, "--symbol", "WDO", "--from", "2024-05-06", "--to", "2024-05-15", "--space",
      space, "--study", study, "--training", "3", "--folds", "4", "--outer", "1", "--pruner", "none", "--json",
    ] + more
  }

  /// Numbers, values and parameters of a study, without times.
  private func trials(_ path: String) throws -> [String] {
    try StudyDatabase(path: path).trials(of: "search").map {
      "\($0.number) \($0.state) \($0.values) \($0.intermediate) \($0.parameters)"
    }
  }

  @Test func aSearchThatIsKilledGoesOnToTheSameStudy() throws {
    let world = try GeneratedStore.shared.get()
    let space = try Scratch.file("space.toml", Self.space)
    let whole = Scratch.path("whole.db")
    let output = try TraderProgram.succeed(arguments(world, space, whole, ["--trials", "14", "--workers", "1"])).output
    for word in ["\"best\"", "\"plateau\"", "\"outer\"", "\"configurations\""] {
      #expect(output.contains(word), "\(word) in \(output)")
    }
    let expected = try trials(whole)
    #expect(expected.count == 14)
    let killed = Scratch.path("killed.db")
    for round in 0..<4 {
      let program = try TraderProgram.start(
        arguments(world, space, killed, ["--trials", "14", "--workers", "2"]), in: Scratch.root)
      usleep(150_000 + UInt32(round) * 130_000)
      program.send(signal: SIGKILL)
      _ = try? program.wait()
    }
    try TraderProgram.succeed(arguments(world, space, killed, ["--trials", "14", "--workers", "3"]))
    #expect(try trials(killed) == expected)
    let ledger = try String(contentsOfFile: world.store + "/trials.jsonl", encoding: .utf8)
    #expect(ledger.split(separator: "\n").count >= 14)
  }

  @Test func wrongWishesAreRefusedByNameAndTheStudyStaysUsable() throws {
    let world = try GeneratedStore.shared.get()
    let good = try Scratch.file("good.toml", Self.space)
    let study = Scratch.path("refused.db")
    try TraderProgram.succeed(arguments(world, good, study, ["--trials", "2", "--sampler", "random"]))
    for (text, words) in [
      ("", "not a space file"), ("parameter = []", "no parameters"),
      ("[[parameter]]\nname = \"wish\"\ntype = \"int\"\nlow = 1\nhigh = 2", "'wish' is nothing that can be searched"),
      ("[[parameter]]\nname = \"depth\"\ntype = \"int\"\nlow = 3\nhigh = 2", "low (3) exceeds high (2)"),
      ("[[parameter]]\nname = \"depth\"\ntype = \"tree\"\nlow = 1\nhigh = 2", "has the type 'tree'"),
      ("[[parameter]]\nname = \"depth\"\ntype = \"int\"\nlow = 1", "has no bounds"),
    ] {
      let space = try Scratch.file("bad.toml", text)
      let result = try TraderProgram.run(arguments(world, space, study))
      #expect(result.status == 3 && result.errors.contains(words), "\(words): \(result)")
    }
    let other = try TraderProgram.run(arguments(world, good, study, ["--sampler", "random", "--seed", "2"]))
    #expect(other.status == 3 && other.errors.contains("study 'search' is another one"), "\(other)")
    let few = try TraderProgram.run(
      arguments(world, good, study, ["--sampler", "random"]).map { $0 == "3" ? "30" : $0 })
    #expect(few.status == 3 && few.errors.contains("sessions are too few"), "\(few)")
    let notDatabase = try Scratch.file("text.db", String(repeating: "this is no database\n", count: 100))
    let corrupt = try TraderProgram.run(arguments(world, good, notDatabase, ["--trials", "2"]))
    #expect(corrupt.status == 4 && corrupt.errors.contains("text.db"), "\(corrupt)")
    try TraderProgram.succeed(arguments(world, good, study, ["--trials", "3", "--sampler", "random"]))
    #expect(try trials(study).count == 3)
  }

  @Test func processesGiveTheStudyThatThreadsGive() throws {
    let world = try GeneratedStore.shared.get()
    let space = try Scratch.file("space.toml", Self.space)
    let (threads, processes) = (Scratch.path("threads.db"), Scratch.path("processes.db"))
    let shards = Scratch.path("shards")
    let wishes = ["--trials", "9", "--goal", "minimise:drawdown", "--sampler", "gp"]
    try TraderProgram.succeed(arguments(world, space, threads, wishes))
    let report = Scratch.path("report")
    try TraderProgram.succeed(
      arguments(
        world, space, processes, wishes + ["--executor", "local", "--shards", shards, "--report", report]))
    #expect(try trials(threads) == trials(processes))
    let page = try String(contentsOfFile: report + "/search.html", encoding: .utf8)
    for word in ["Pareto front", "Scores in the order", "Every trial across", "Mean score over", "<svg", "plateau"] {
      #expect(page.contains(word), "\(word) is missing in the report")
    }
    // The pieces by hand: nothing is run twice, results are joined in order, a wrong index is told.
    let plans = try FileManager.default.contentsOfDirectory(atPath: shards).filter { $0.hasPrefix("plan-") }
    let first = try plans.filter {
      try String(contentsOfFile: shards + "/" + $0, encoding: .utf8).contains("\"trial\" : 3")
    }
    let plan = try #require(first.first)
    let out = Scratch.path("by-hand")
    for index in 0..<4 {
      let line = ["shard", "run", "--plan", shards + "/" + plan, "--index", "\(index)", "--out", out]
      if index < 3 { try TraderProgram.succeed(line) }
    }
    let missing = try TraderProgram.run(["shard", "merge", "--plan", shards + "/" + plan, "--out", out])
    #expect(missing.status == 3 && missing.errors.contains("1 of 4 shards have no result of this plan: 3"))
    try TraderProgram.succeed(["shard", "run", "--plan", shards + "/" + plan, "--index", "3", "--out", out])
    let again = try TraderProgram.succeed([
      "shard", "run", "--plan", shards + "/" + plan, "--index", "3", "--out", out,
    ])
    #expect(again.output.contains("nothing to do"))
    let merged = try TraderProgram.succeed(["shard", "merge", "--plan", shards + "/" + plan, "--out", out]).output
    #expect(merged.contains("\"trial\" : 0") && merged.contains("\"trial\" : 3"))
    let beyond = try TraderProgram.run([
      "shard", "run", "--plan", shards + "/" + plan, "--index", "4", "--out", out,
    ])
    #expect(beyond.status == 3 && beyond.errors.contains("shards 0 to 3"))
  }

  @Test func pathsMembersAndNestedSearchesScoreTrials() throws {
    let world = try GeneratedStore.shared.get()
    let space = try Scratch.file("space.toml", Self.space)
    let paths = try TraderProgram.succeed(
      arguments(world, space, Scratch.path("paths.db"), ["--trials", "3", "--paths", "4:2"])
    ).output
    #expect(paths.contains("\"trials\" : 3"))
    let nested = try TraderProgram.succeed(
      arguments(world, space, Scratch.path("nested.db"), ["--trials", "2", "--nested", "1", "--sampler", "sobol"])
    ).output
    #expect(nested.contains("\"nested\"") && nested.contains("\"winners\""))
    // One path a process, with the fits it needs, gives what all paths together give.
    let whole = Scratch.path("whole-paths.db")
    let apart = Scratch.path("apart-paths.db")
    let wishes = ["--trials", "3", "--paths", "4:2", "--sampler", "sobol"]
    try TraderProgram.succeed(arguments(world, space, whole, wishes))
    try TraderProgram.succeed(
      arguments(world, space, apart, wishes + ["--executor", "local", "--shard-by", "fold"]))
    #expect(try trials(whole) == trials(apart) && trials(whole).count == 3)
    let both = try TraderProgram.run(
      arguments(world, space, Scratch.path("both.db"), ["--paths", "4:2", "--members", "trees"]))
    #expect(both.status == 2 && both.errors.contains("leave out --members"))
    let odd = try TraderProgram.run(arguments(world, space, Scratch.path("odd.db"), ["--paths", "2:4"]))
    #expect(odd.status == 3 && odd.errors.contains("GROUPS:TESTED"))
    let wish = try TraderProgram.run(arguments(world, space, Scratch.path("wish.db"), ["--goal", "more:luck"]))
    #expect(wish.status == 3 && wish.errors.contains("minimise:FIGURE"))
    let bound = try TraderProgram.run(
      arguments(world, space, Scratch.path("bound.db"), ["--trials", "2", "--keep", "drawdown<=-1"]))
    #expect(bound.status == 3 && bound.errors.contains("none of 2 scored trials keeps drawdown<=-1.0"), "\(bound)")
    let none = try TraderProgram.run(arguments(world, space, Scratch.path("none.db"), ["--resume"]))
    #expect(none.status == 3 && none.errors.contains("there is no study at"))
    let pruned = try TraderProgram.run(
      arguments(world, space, Scratch.path("pruned.db"), ["--executor", "local"]).map { $0 == "none" ? "median" : $0 })
    #expect(pruned.status == 3 && pruned.errors.contains("--pruner none"))
  }
}
