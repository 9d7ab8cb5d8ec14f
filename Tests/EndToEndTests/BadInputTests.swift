// Whatever is wrong with the input, the program says what, where, and how to mend it, and ends with the right code.

import Foundation
import Testing

@Suite(.serialized) struct BadInputTests {
  private static let bars = """
    time,contract,open,high,low,close,contracts
    2021-11-05 12:47:00,WDOZ21,5565.0,5566.0,5559.5,5561.5,8330
    2021-11-05 12:48:00,WDOZ21,5561.0,5562.5,5559.5,5559.5,4197
    2021-11-05 12:49:00,WDOZ21,5559.5,5560.0,5557.5,5558.0,3990

    """

  private func expectRefusal(
    _ arguments: [String], status: Int32, saying words: String..., at location: SourceLocation = #_sourceLocation
  ) throws {
    let result = try TraderProgram.run(arguments)
    #expect(result.status == status, "\(result)", sourceLocation: location)
    for word in words {
      #expect(result.errors.contains(word), "no '\(word)' in: \(result)", sourceLocation: location)
    }
    #expect(result.output.isEmpty, "\(result)", sourceLocation: location)
  }

  // MARK: Files

  @Test func filesThatCannotBeImportedAreRefusedByName() throws {
    let store = Scratch.path("store")
    let empty = try Scratch.file("empty.csv", "")
    try expectRefusal(
      ["import", empty, "--symbol", "WDO", "--into", store], status: 3, saying: empty, "the file is empty")
    let text = try Scratch.file("letter.txt", "Dear market,\nplease go up.\n")
    try expectRefusal(
      ["import", text, "--symbol", "WDO", "--into", store], status: 3, saying: text, "format not recognised",
      "Profit export")
    try expectRefusal(
      ["import", store + "-absent.csv", "--symbol", "WDO", "--into", store], status: 3, saying: "-absent.csv",
      "cannot be read")
    let header = try Scratch.file("header.csv", "time,open,high,low,close,contracts\n")
    try expectRefusal(["import", header, "--symbol", "WDO", "--into", store], status: 3, saying: header, "no row")
    #expect(!FileManager.default.fileExists(atPath: store))
  }

  @Test func aTruncatedArchiveIsRefused() throws {
    // The head of a zstd frame that announces more than follows: magic, descriptor, window, one unfinished raw block.
    let path = Scratch.path("cut.csv.zst")
    let head: [UInt8] = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0x58, 0x81, 0x02, 0x00] + Array("time,open".utf8)
    try Data(head).write(to: URL(fileURLWithPath: path))
    try expectRefusal(
      ["import", path, "--symbol", "WDO", "--into", Scratch.path("store")], status: 3, saying: path,
      "ends too early", "fetch it again")
  }

  @Test func wrongAndUnknownSymbolsAreRefused() throws {
    let file = try Scratch.file("wdo.csv", Self.bars)
    let store = Scratch.path("store")
    try expectRefusal(
      ["import", file, "--symbol", "DOL", "--into", store], status: 3, saying: "WDOZ21", "not DOL")
    try expectRefusal(
      ["import", file, "--symbol", "XYZ", "--into", store], status: 3, saying: "XYZ", "--tick-size")
    let world = try GeneratedStore.shared.get()
    try expectRefusal(
      [
        "backtest", "--data", world.store, "--symbol", "XYZ", "--model", world.models, "--from", "2024-05-16", "--to",
        "2024-05-16", "--report", Scratch.path("report"),
      ], status: 3, saying: "symbol 'XYZ' cannot be traded", "WDO, DOL, WIN, IND")
    try expectRefusal(
      [
        "backtest", "--data", world.store, "--symbol", "WIN", "--model", world.models, "--from", "2024-05-16", "--to",
        "2024-05-16", "--report", Scratch.path("report"),
      ], status: 3, saying: "WIN", "not in the store")
  }

  @Test func timeThatGoesBackwardsIsImportedWithARemark() throws {
    let lines = Self.bars.split(separator: "\n").map(String.init)
    let file = try Scratch.file("back.csv", [lines[0], lines[1], lines[3], lines[2]].joined(separator: "\n") + "\n")
    let result = try TraderProgram.succeed([
      "import", file, "--symbol", "WDO", "--into", Scratch.path("store"), "--bar-duration", "60", "--json",
    ])
    let reports = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [[String: Any]])
    let remarks = try #require(reports[0]["remarks"] as? [[String: Any]])
    #expect(reports[0]["rowsKept"] as? Int == 3)
    #expect(remarks.contains { ($0["issue"] as? String)?.contains("time") == true }, "\(remarks)")
  }

  // MARK: Places

  @Test func foldersThatCannotBeWrittenAreRefusedAsTheMachinesFault() throws {
    let file = try Scratch.file("regular", "a file, not a folder")
    let bars = try Scratch.file("wdo.csv", Self.bars)
    let world = try GeneratedStore.shared.get()
    try expectRefusal(
      ["import", bars, "--symbol", "WDO", "--into", file + "/store"], status: 4, saying: file, "Not a directory")
    try expectRefusal(
      [
        "train", "--data", world.store, "--symbol", "WDO", "--from", "2024-05-06", "--to", "2024-05-10", "--rounds",
        "2", "--folds", "2", "--out", file + "/models",
      ], status: 4, saying: file + "/models", "Not a directory")
    try expectRefusal(
      backtest(world, report: file + "/report"), status: 4, saying: file + "/report", "Not a directory")
  }

  @Test func aJournalIsNeverOverwritten() throws {
    let world = try GeneratedStore.shared.get()
    let folder = try Scratch.folder("used")
    try Data("precious".utf8).write(to: URL(fileURLWithPath: folder + "/journal.bin"))
    try expectRefusal(backtest(world, report: folder), status: 4, saying: folder, "never overwritten")
    try expectRefusal(run(world, out: folder), status: 4, saying: folder, "never overwritten")
    #expect(FileManager.default.contents(atPath: folder + "/journal.bin") == Data("precious".utf8))
  }

  @Test func aTakenPortIsTheMachinesFault() throws {
    let world = try GeneratedStore.shared.get()
    let listener = try #require(LoopbackListener())
    let folder = Scratch.path("out")
    try expectRefusal(
      run(world, out: folder) + ["--port", "\(listener.port)"], status: 4, saying: "\(listener.port)", "is taken")
    // The folder stays usable: nothing was begun.
    try TraderProgram.succeed(run(world, out: folder))
    try expectRefusal(
      ["gateway", "--simulate", world.store, "--date", "2024-05-16", "--port", "\(listener.port)"], status: 4,
      saying: "\(listener.port)")
  }

  // MARK: Dates

  @Test func datesOutsideTheDataAreRefusedWithWhatThereIs() throws {
    let world = try GeneratedStore.shared.get()
    try expectRefusal(
      backtest(world, from: "2001-01-02", to: "2001-01-05"), status: 3, saying: "no day from 2001-01-02", "2024-05-06")
    try expectRefusal(
      run(world, date: "2001-01-02"), status: 3, saying: "no day from 2001-01-02", "2024-05-16")
    try expectRefusal(
      [
        "train", "--data", world.store, "--symbol", "WDO", "--from", "2030-01-01", "--to", "2030-02-01", "--out",
        Scratch.path("models"),
      ], status: 3, saying: "no day from 2030-01-01")
    try expectRefusal(
      backtest(world, from: "2024-05-16", to: "2024-05-15"), status: 2, saying: "--to lies before --from")
    try expectRefusal(backtest(world, from: "2024-05-32", to: "2024-06-15"), status: 2, saying: "2024-05-32")
  }

  // MARK: Models

  @Test func modelsThatDoNotFitAreRefused() throws {
    let world = try GeneratedStore.shared.get()
    try expectRefusal(
      backtest(world, model: "/nonexistent/models"), status: 3, saying: "/nonexistent/models", "no such model folder")
    let bare = try Scratch.folder("bare")
    try expectRefusal(backtest(world, model: bare), status: 3, saying: bare, "no model artifact")

    let other = try copyOfModel(world)
    let manifest = other + "/manifest.json"
    let text = try String(contentsOfFile: manifest, encoding: .utf8)
    let hash = try #require(text.range(of: "\"schemaHash\" : \""))
    try text.replacingCharacters(in: hash.upperBound..<text.index(hash.upperBound, offsetBy: 4), with: "beef")
      .write(toFile: manifest, atomically: true, encoding: .utf8)
    try expectRefusal(backtest(world, model: other), status: 3, saying: "schema", "beef", "Train")

    let damaged = try copyOfModel(world)
    let forest = damaged + "/direction.ubj"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: forest))
    bytes[bytes.count / 2] ^= 1
    try bytes.write(to: URL(fileURLWithPath: forest))
    try expectRefusal(backtest(world, model: damaged), status: 3, saying: forest, "not what the manifest vouches for")

    let cut = try copyOfModel(world)
    try Data(text.utf8.prefix(100)).write(to: URL(fileURLWithPath: cut + "/manifest.json"))
    try expectRefusal(backtest(world, model: cut), status: 3, saying: cut, "not a model manifest")
  }

  // MARK: Configuration

  @Test(arguments: [
    ("[strategy]\ncourage = 1\n", "strategy.courage"),
    ("[risk]\nmaxPositionContracts = 200\n", "maxPositionContracts = 200"),
    ("[risk]\nmaxPositionContracts = 1.5\n", "not a whole number"),
    ("[risk]\nmaxPositionContracts = \"two\"\n", "maxPositionContracts"),
    ("[risk]\nmaxDreams = 2\n", "maxDreams"),
    ("[strategy]\nlots = 9223372036854775807\n", "strategy.lots"),
    ("[strategy]\nleast_signal_probability = 1.5\n", "least_signal_probability"),
    ("[execution]\nentry_lifetime_seconds = 1e30\n", "execution.entry_lifetime_seconds"),
    ("[costs]\nusd_brl = nan\n", "usdBRL"),
    ("[costs]\nbroker_fee_brl = -1\n", "costs.broker_fee_brl"),
    ("[simulation]\njitter_us = -3\n", "simulation.jitter_us"),
    ("[account]\ncapital_brl = inf\n", "account.capital_brl"),
    ("[strategy\n", "line 1"),
  ])
  func settingsThatCannotBeMeantAreRefused(text: String, word: String) throws {
    let world = try GeneratedStore.shared.get()
    let file = try Scratch.file("config.toml", text)
    try expectRefusal(backtest(world) + ["--config", file], status: 3, saying: word)
  }

  @Test func wholeNumbersAreNumbersInTheConfiguration() throws {
    let world = try GeneratedStore.shared.get()
    let file = try Scratch.file(
      "config.toml", "[risk]\nmaxPositionContracts = 1\nmaxOrderContracts = 1\n[costs]\nusd_brl = 5\n")
    let result = try TraderProgram.succeed(backtest(world) + ["--config", file])
    #expect(result.output.contains("5.0 BRL per USD"), "\(result)")
  }

  // MARK: Usage

  @Test(arguments: [
    ["frobnicate"], ["run", "--frobnicate"], ["import"], ["train", "--symbol", "WDO"],
    ["run", "--simulate", "market", "--symbol", "WDO"], ["run", "--speed", "0x"], ["run", "--port", "65536"],
    ["gateway", "--clients", "17"],
    ["data", "show", "store", "--symbol", "WDO", "--stream", "gossip", "--date", "2024-05-16"],
    ["import", "file", "--into", "store", "--time-zone", "Mars/Olympus"],
  ])
  func wrongUsageIsAnsweredWithTheUsage(arguments: [String]) throws {
    try expectRefusal(arguments, status: 2, saying: "Usage: trader")
  }

  @Test func journalsThatAreNoneAreRefused() throws {
    try expectRefusal(["explain", "/nonexistent/journal.bin"], status: 3, saying: "no such file")
    let file = try Scratch.file(
      "journal.bin", "This is not a journal, whatever its name says." + String(repeating: " ", count: 500))
    try expectRefusal(["explain", file], status: 3, saying: file)
    try expectRefusal(["explain", Scratch.folder("journal")], status: 3, saying: "this is a folder")
  }

  @Test func syntheticDatesOutsideTheCalendarAreRefused() throws {
    let world = try GeneratedStore.shared.get()
    for date in ["2014-11-20", "2031-11-20"] {
      try expectRefusal(
        ["run", "--simulate", "synthetic", "--date", date, "--model", world.models, "--out", Scratch.path("outside")],
        status: 3, saying: "calendar")
    }
  }

  // MARK: Arguments

  private func backtest(
    _ world: GeneratedStore, model: String? = nil, from: String = "2024-05-15", to: String = "2024-05-15",
    report: String? = nil
  ) -> [String] {
    [
      "backtest", "--data", world.store, "--symbol", "WDO", "--model", model ?? world.models, "--from", from, "--to",
      to, "--report", report ?? Scratch.path("report"),
    ]
  }

  private func run(_ world: GeneratedStore, date: String = "2024-05-15", out: String? = nil) -> [String] {
    [
      "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date", date, "--speed", "max",
      "--out", out ?? Scratch.path("out"), "--json",
    ]
  }

  /// A writable copy of the world's only artifact.
  private func copyOfModel(_ world: GeneratedStore) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: world.models).filter { !$0.contains(".") }
    let target = Scratch.path("model")
    try FileManager.default.copyItem(atPath: world.models + "/" + (try #require(names.first)), toPath: target)
    return target
  }
}
