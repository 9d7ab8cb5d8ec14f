// An ensemble's life on the command line: trained, shown, compared, traded, explained, corrected anew.

import Foundation
import Storage
import Testing
import TradingDomain

@Suite struct EnsembleCommandTests {
  private let span = ["--symbol", "WDO", "--from", "2024-05-06", "--to", "2024-05-13"]

  private func train(_ world: GeneratedStore, _ models: String, _ options: [String] = []) throws {
    try TraderProgram.succeed(
      [
        "train", "--data", world.store, "--out", models, "--rounds", "10", "--folds", "2", "--epochs", "1", "--width",
        "8", "--flat-ticks", "1",
      ] + span + options)
  }

  private func folder(_ models: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: models).filter { !$0.contains(".") }
    return models + "/" + (try #require(names.first))
  }

  @Test func anEnsembleIsTrainedShownTradedExplainedAndCorrected() throws {
    let world = try GeneratedStore.shared.get()
    let models = Scratch.path("ensembles")
    try train(world, models)
    let model = try folder(models)
    let card = try String(contentsOfFile: model + "/card.html", encoding: .utf8)
    for part in ["Who is believed", "Calibration", "By regime", "Limits", "Said and happened: up"] {
      #expect(card.contains(part), "\(part)")
    }
    let shown = try TraderProgram.succeed(["models", "show", model]).output
    #expect(shown.contains("member    ") && shown.contains("gain_transformer") && shown.contains("card.html"))

    let report = Scratch.path("ensemble-report")
    try TraderProgram.succeed([
      "backtest", "--data", world.store, "--symbol", "WDO", "--model", model, "--from", "2024-05-14", "--to",
      "2024-05-15", "--report", report, "--checks", "basic",
    ])
    let journal = report + "/journal.bin"
    let entries = try JournalReader(path: journal).entries
    let decision = try #require(
      entries.indices.first { if case .decision = entries[$0].fact { $0 > 50 } else { false } })
    let explained = try TraderProgram.succeed([
      "explain", journal, "--decision", "\(decision)", "--model", model, "--data", world.store,
    ]).output
    for word in ["decision", "regime", "forecast", "vote", "risk", "model", "feature"] {
      #expect(explained.contains("\n\(word)  ") || explained.contains("\n\(word) "), "\(word) in \(explained)")
    }
    guard case .votes(let votes) = entries[decision + 1].fact else {
      Issue.record("a decision of an ensemble is followed by its votes")
      return
    }
    #expect(abs((0..<votes.count).reduce(0) { $0 + votes[$1].weight } - 1) < 1e-5)

    let corrected = Scratch.path("corrected")
    let output = try TraderProgram.succeed([
      "models", "recalibrate", model, "--data", world.store, "--from", "2024-05-14", "--to", "2024-05-15", "--out",
      corrected,
    ]).output
    let parent = try ModelArtifact.find(model).id.hexadecimal
    #expect(output.contains("parent     \(parent)"))
    let difference = try TraderProgram.succeed(["models", "diff", model, corrected]).output
    #expect(difference.contains("+ setting recalibrated") && difference.contains("file ensemble.json"))
    #expect(!difference.contains("feature "))
    let same = try TraderProgram.succeed(["models", "diff", model, model]).output
    #expect(same.contains("the same model"))
  }

  @Test func treesGrownElsewhereAreJudgedOnLaterDaysOnly() throws {
    let world = try GeneratedStore.shared.get()
    let models = Scratch.path("grown")
    try train(world, models, ["--members", "trees"])
    let trees = try folder(models) + "/trees.ubj"
    guard FileManager.default.fileExists(atPath: trees) else {
      // The base rate alone was best on this noise, so there are no trees to take along.
      return
    }
    let imported = Scratch.path("imported")
    try train(
      world, imported, ["--members", "logistic,trees", "--import-trees", trees, "--trees-until", "2024-05-06"])
    let tooNew = try TraderProgram.run(
      ["train", "--data", world.store, "--out", imported, "--import-trees", trees, "--trees-until", "2024-05-12"]
        + span)
    #expect(tooNew.status == 3 && tooNew.errors.contains("walk-forward folds lie after"))
  }

  @Test func wrongWishesAreRefusedByName() throws {
    let world = try GeneratedStore.shared.get()
    let models = Scratch.path("refused")
    func refusal(_ options: [String]) throws -> ProgramResult {
      try TraderProgram.run(["train", "--data", world.store, "--out", models] + span + options)
    }
    for (options, status, words) in [
      (["--members", "oracle"], 2, "names 'oracle'"), (["--members", "trees,trees"], 2, "each member once"),
      (["--width", "12"], 2, "--width is 12"), (["--epochs", "0"], 2, "--epochs is 0"),
      (["--flat-ticks=-1"], 2, "--flat-ticks is -1"), (["--set-error", "2"], 2, "--set-error is 2"),
      (["--calibration", "wish"], 2, "wish"), (["--import-trees", "/nowhere"], 2, "belong together"),
      (["--import-trees", "/nowhere", "--trees-until", "2024-05-06"], 3, "/nowhere: no such file"),
    ] as [([String], Int32, String)] {
      let result = try refusal(options)
      #expect(result.status == status && result.errors.contains(words), "\(options): \(result)")
    }
    let baseline = try TraderProgram.run([
      "models", "recalibrate", world.models, "--data", world.store, "--from", "2024-05-16", "--to", "2024-05-17",
    ])
    #expect(baseline.status == 3 && baseline.errors.contains("no ensemble"))
  }

  @Test func aDamagedEnsembleIsRefused() throws {
    let world = try GeneratedStore.shared.get()
    let models = Scratch.path("damaged")
    try train(world, models, ["--members", "logistic,lstm"])
    let model = try folder(models)
    let artifact = try ModelArtifact.find(model)
    for (name, content, words) in [
      ("ensemble.json", "{}", "not the settings of an ensemble"),
      ("ensemble.json", "not json", "not the settings of an ensemble"),
    ] {
      var files: [String: Data] = [:]
      for file in artifact.manifest.files.keys { files[file] = try artifact.file(file) }
      files[name] = Data(content.utf8)
      let forged = try ModelArtifact.write(
        artifact.manifest, files: files, under: URL(fileURLWithPath: Scratch.path("forged")))
      let result = try TraderProgram.run(["models", "show", forged.folder.path])
      #expect(result.status == 3 && result.errors.contains(words), "\(result)")
    }
  }
}
