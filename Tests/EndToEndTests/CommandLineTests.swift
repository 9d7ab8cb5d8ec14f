// What scripts rely on: help, exit codes of success, and JSON that parses.

import Foundation
import Storage
import Testing

@Suite(.serialized) struct CommandLineTests {
  @Test func everySubcommandExplainsItself() throws {
    let root = try TraderProgram.succeed(["--help"]).output
    let list = try #require(root.components(separatedBy: "SUBCOMMANDS:").last)
    let names = list.split(separator: "\n").filter {
      $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.contains("See ")
    }
    .compactMap { $0.split(separator: " ").first.map(String.init) }
    #expect(names.count >= 9, "\(names)")
    for command in names.map({ [$0] }) + [["data", "list"], ["data", "show"], ["data", "check"]] {
      let result = try TraderProgram.run(command + ["--help"])
      #expect(
        result.status == 0 && result.output.contains("USAGE: trader \(command.joined(separator: " "))"), "\(result)")
    }
  }

  @Test func jsonOutputParsesForEveryCommandThatOffersIt() throws {
    let world = try GeneratedStore.shared.get()
    _ = try json(world.tickReport)
    let bars = try Scratch.file(
      "bars.csv",
      """
      time,open,high,low,close,contracts
      2024-05-06 09:00,5200,5201,5199.5,5200,10
      2024-05-06 09:01,5200,5202,5199.5,5201,9

      """)
    let span = ["--symbol", "WDO", "--from", "2024-05-06", "--to", "2024-05-14"]
    let commands = [
      ["import", bars, "--symbol", "WDO", "--into", Scratch.path("store"), "--json"],
      ["data", "list", world.store, "--json"],
      ["data", "show", world.store, "--symbol", "WDO", "--stream", "bars-60s", "--date", "2024-05-06", "--json"],
      ["data", "check", world.store, "--json"],
      [
        "train", "--data", world.store, "--out", Scratch.path("models"), "--members", "logistic,trees", "--rounds", "4",
        "--folds", "2", "--json",
      ] + span,
      ["models", world.models, "--json"],
      ["backtest", "--data", world.store, "--model", world.models, "--report", Scratch.path("report"), "--json"] + span,
      [
        "run", "--simulate", world.store, "--symbol", "WDO", "--date", "2024-05-15", "--model", world.models, "--speed",
        "max", "--out", Scratch.path("out"), "--json",
      ],
    ]
    for command in commands {
      let result = try TraderProgram.succeed(command)
      #expect(throws: Never.self, "\(result)") { try json(result.output) }
      #expect(result.errors.isEmpty, "a machine reads this: \(result)")
    }
    // A machine that lacks something ends with 4, and still says it in JSON.
    let doctor = try TraderProgram.run(["doctor", "--json"])
    #expect([0, 4].contains(doctor.status))
    _ = try json(doctor.output)
  }

  @Test func trainingTwiceGivesTheSameArtifact() throws {
    let world = try GeneratedStore.shared.get()
    let models = Scratch.path("models")
    let names = try (0..<2).map { _ in
      try TraderProgram.succeed([
        "train", "--data", world.store, "--symbol", "WDO", "--from", "2024-05-06", "--to", "2024-05-14", "--rounds",
        "5", "--folds", "2", "--epochs", "1", "--width", "8", "--out", models,
      ])
      return try FileManager.default.contentsOfDirectory(atPath: models).filter { !$0.contains(".") }
    }
    #expect(names[0].count == 1)
    #expect(names[0] == names[1])
  }

  @Test func explainShowsEveryRecordOfAJournal() throws {
    let world = try GeneratedStore.shared.get()
    let journal = try world.backtest()
    let lines = try TraderProgram.succeed(["explain", journal]).output.split(separator: "\n")
    let reader = try JournalReader(path: journal)
    #expect(lines.count == reader.entries.count + 1)
    #expect(lines.count { $0.contains("  fill: ") } == (try JournalComparison.fills(journal)))
    #expect(lines.last?.contains("final link \(String(reader.finalLink, radix: 16))") == true)
  }

  private func json(_ text: String) throws -> Any {
    try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
  }
}
