// What `trader backtest` leaves behind, proves again, and says of itself.

import Foundation
import Testing

@Suite(.serialized) struct BacktestReportTests {
  private func arguments(_ world: GeneratedStore, _ folder: String, _ more: [String] = []) -> [String] {
    [
      "backtest", "--data", world.store, "--symbol", "WDO", "--model", world.models, "--from", "2024-05-16", "--to",
      "2024-05-16", "--report", folder,
    ] + more
  }

  @Test func aReportIsVerifiedToTheByteAndAnEditIsFound() throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("report")
    try TraderProgram.succeed(arguments(world, folder, ["--checks", "basic"]))
    for name in ["report.html", "report.json", "trades.csv", "equity.npy", "journal.bin", "manifest.json"] {
      #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(name)")
    }
    let verified = try TraderProgram.run(["backtest", "--verify", folder])
    #expect(verified.status == 0, "\(verified)")
    #expect(verified.output.contains("every byte again"))
    let trades = folder + "/trades.csv"
    let text = try String(contentsOfFile: trades, encoding: .utf8)
    try (text + "1,WDO,long,1\n").write(toFile: trades, atomically: true, encoding: .utf8)
    let edited = try TraderProgram.run(["backtest", "--verify", folder, "--json"])
    #expect(edited.status == 5, "\(edited)")
    #expect(edited.output.contains("trades.csv"))
    let none = try TraderProgram.run(["backtest", "--verify", Scratch.path("nothing")])
    #expect(none.status == 3 && none.errors.contains("there is no manifest"), "\(none)")
  }

  @Test func aRunWithoutCostsSaysSoEverywhere() throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("free")
    let result = try TraderProgram.run(arguments(world, folder, ["--checks", "basic", "--no-costs"]))
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("NO COSTS"))
    let page = try String(contentsOfFile: folder + "/report.html", encoding: .utf8)
    #expect(page.contains("NO COSTS") && page.contains("No costs"))
    let json = try String(contentsOfFile: folder + "/report.json", encoding: .utf8)
    #expect(json.contains("NO COSTS") && json.contains("\"doctor\""))
  }

  @Test func theFullChecksVaryTheRunAndGiveTheSameTwice() throws {
    let world = try GeneratedStore.shared.get()
    let (one, two) = (Scratch.path("full"), Scratch.path("full"))
    try TraderProgram.succeed(arguments(world, one))
    try TraderProgram.succeed(arguments(world, two))
    for name in ["report.html", "report.json"] {
      let path = "/" + name
      #expect(
        FileManager.default.contents(atPath: one + path) == FileManager.default.contents(atPath: two + path), "\(name)")
    }
    let page = try String(contentsOfFile: one + "/report.html", encoding: .utf8)
    for word in ["Sensitivity", "Stress", "flash crash", "latency factor", "fee factor"] {
      #expect(page.contains(word), "\(word)")
    }
  }

  @Test func assumptionsOfTheConfigurationAreTakenAndMistakesRefused() throws {
    let world = try GeneratedStore.shared.get()
    let good = try Scratch.file(
      "good.toml", "[simulation]\nqueue = \"power:3\"\nslippage = \"fixed:2\"\nbar_spread_ticks = 2\n")
    let result = try TraderProgram.run(
      arguments(world, Scratch.path("good"), ["--checks", "basic", "--config", good]))
    #expect(result.status == 0 && result.output.contains("slippage 2 ticks"), "\(result)")
    for (text, word) in [
      ("queue = \"lifo\"", "no queue model"), ("slippage = \"fixed:x\"", "slippage"),
      ("touch_probability = 2", "touch_probability"), ("queue = \"order-by-order\"", "order by order"),
      ("latency_file = \"/nonexistent\"", "latency_file"),
    ] {
      let bad = try Scratch.file("bad.toml", "[simulation]\n\(text)\n")
      let refused = try TraderProgram.run(arguments(world, Scratch.path("bad"), ["--config", bad]))
      #expect(refused.status == 3 && refused.errors.contains(word), "\(refused)")
    }
  }
}
