// `trader backtest --walk-forward`: models made inside their windows, the same bytes for any workers, tries counted.

import Foundation
import Testing

@Suite(.serialized) struct WalkForwardCommandTests {
  private func arguments(_ world: GeneratedStore, _ folder: String, _ more: [String] = []) -> [String] {
    [
      "backtest", "--data", world.store, "--symbol", "WDO", "--walk-forward", "3:2", "--from",
      "\(GeneratedStore.barDates[1])", "--to", "\(GeneratedStore.barDates[7])", "--rounds", "20", "--config",
      world.configuration, "--checks", "basic", "--report", folder,
    ] + more
  }

  @Test func aWalkForwardIsTheSameForAnyWorkersAndVerified() throws {
    let world = try GeneratedStore.shared.get()
    let (one, two) = (Scratch.path("walk"), Scratch.path("walk"))
    let text = try TraderProgram.succeed(arguments(world, one, ["--workers", "1"])).output
    try TraderProgram.succeed(arguments(world, two, ["--workers", "2"]))
    for name in ["report.html", "report.json", "trades.csv", "equity.npy", "journal-1.bin", "journal-2.bin"] {
      let bytes = FileManager.default.contents(atPath: one + "/" + name)
      #expect(bytes != nil && bytes == FileManager.default.contents(atPath: two + "/" + name), "\(name)")
    }
    #expect(text.contains("Against the v2 baseline"), "\(text)")
    let page = try String(contentsOfFile: one + "/report.html", encoding: .utf8)
    for words in ["Windows", "Each window: what its model was", "Against the v2 baseline", "Market"] {
      #expect(page.contains(words), "\(words)")
    }
    let trades = try String(contentsOfFile: one + "/trades.csv", encoding: .utf8)
    #expect(trades.split(separator: "\n").count > 5)
    let verified = try TraderProgram.run(["backtest", "--verify", one])
    #expect(verified.status == 0 && verified.output.contains("journal-2.bin"), "\(verified)")
  }

  @Test func pathsShowTheSpreadAndOtherModelsStandBeside() throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("paths")
    try TraderProgram.succeed(arguments(world, folder, ["--paths", "4:2"]))
    let page = try String(contentsOfFile: folder + "/report.html", encoding: .utf8)
    // C(4, 2) choices, C(3, 1) histories.
    #expect(page.contains("6 models of") && page.contains("joined into 3 histories"))
    let beside = Scratch.path("beside")
    let fixed = [
      "backtest", "--data", world.store, "--symbol", "WDO", "--model", world.models, "--from",
      "\(GeneratedStore.tickDate)", "--to", "\(GeneratedStore.tickDate)", "--config", world.configuration, "--checks",
      "basic", "--report",
    ]
    let output = try TraderProgram.succeed(fixed + [beside, "--against", world.models]).output
    #expect(output.contains("0.00 BRL a day over 1 days"), "\(output)")
    for wrong in [["--paths", "4:4"], ["--paths", "4:2"]] {
      #expect(try TraderProgram.run(fixed + [Scratch.path("wrong")] + wrong).status == 2, "\(wrong)")
    }
  }

  @Test func whatCannotBeWalkedIsRefusedBeforeAFolderIsMade() throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("refused")
    for (more, status, words) in [
      (["--walk-forward", "30:2"], Int32(3), "too few"), (["--walk-forward", "0:2"], 2, "training:trading"),
      (["--model", world.models], 2, "not both"), (["--embargo=-1"], 2, "--embargo"),
      (["--workers", "0"], 2, "--workers"),
      (["--schema", "nonsense"], 3, "nonsense"),
    ] {
      let refused = try TraderProgram.run(arguments(world, folder, more))
      #expect(refused.status == status && refused.errors.contains(words), "\(more): \(refused)")
    }
    #expect(!FileManager.default.fileExists(atPath: folder))
  }

  @Test func everyTryOnTheSameDaysIsCountedOnceAndRepetitionsAreNot() throws {
    let world = try GeneratedStore.shared.get()
    let store = Scratch.path("tries")
    try FileManager.default.copyItem(atPath: world.store, toPath: store)
    let ledger = store + "/trials.jsonl"
    try? FileManager.default.removeItem(atPath: ledger)
    func run(_ more: [String]) throws -> String {
      let folder = Scratch.path("try")
      var arguments = self.arguments(world, folder, more)
      arguments[2] = store
      try TraderProgram.succeed(arguments)
      return try String(contentsOfFile: folder + "/manifest.json", encoding: .utf8)
    }
    #expect(try run([]).contains("\"configurations\" : 1"))
    #expect(try run([]).contains("\"configurations\" : 1"))
    #expect(try run(["--rounds", "10"]).contains("\"configurations\" : 2"))
    #expect(try run(["--horizon", "7"]).contains("\"configurations\" : 3"))
    #expect(try String(contentsOfFile: ledger, encoding: .utf8).split(separator: "\n").count == 4)
    try Data("{\"nonsense\":1}\n".utf8).write(to: URL(fileURLWithPath: ledger))
    var arguments = self.arguments(world, Scratch.path("try"))
    arguments[2] = store
    let refused = try TraderProgram.run(arguments)
    #expect(refused.status == 3 && refused.errors.contains("line 1 is no trial"), "\(refused)")
  }
}
