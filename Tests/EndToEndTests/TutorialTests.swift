// The five commands of the tutorial on the real files, and what their READMEs promise of the rows.

import Foundation
import Storage
import Testing

@Suite(.serialized, .enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
struct TutorialTests {
  struct Import: Decodable {
    struct Stored: Decodable {
      var stream: String
      var rows: Int
    }
    var rowsRead: Int
    var rowsKept: Int
    var rowsRejected: Int
    var rowsSkipped: Int
    var stored: [Stored]
  }

  private func report(_ arguments: [String], in folder: String) throws -> Import {
    let text = try TraderProgram.succeed(arguments + ["--json"], in: folder).output
    let reports = try JSONDecoder().decode([Import].self, from: Data(text.utf8))
    return try #require(reports.first)
  }

  @Test func theFiveCommandsWorkAndWireAndBacktestAgreeToTheByte() throws {
    let folder = try Scratch.folder("tutorial")
    let bars = try report(["import", SharedData.miniDollarBars, "--symbol", "WDO", "--into", "market/"], in: folder)
    #expect(bars.rowsRead == 27_096 && bars.rowsKept == 27_096 && bars.rowsRejected == 0 && bars.rowsSkipped == 0)
    #expect(bars.stored.map(\.rows) == [27_096])
    let ticks = try report(["import", SharedData.dollarTicks, "--symbol", "DOL", "--into", "market/"], in: folder)
    #expect(ticks.rowsRead == 63_632 && ticks.rowsKept == 63_629 && ticks.rowsRejected == 0 && ticks.rowsSkipped == 3)
    #expect(ticks.stored.first { $0.stream == "trades" }?.rows == 33_118)
    #expect(ticks.stored.first { $0.stream == "quotes" }?.rows == 30_511)

    let train = [
      "train", "--data", "market/", "--symbol", "WDO", "--from", "2021-11-05", "--to", "2021-12-15", "--out", "models/",
      "--members", "logistic,trees",
    ]
    #expect(try TraderProgram.succeed(train, in: folder).output.contains("15486 labels"))
    try TraderProgram.succeed(
      [
        "backtest", "--data", "market/", "--symbol", "WDO", "--model", "models/", "--from", "2021-12-16",
        "--to", "2022-01-14", "--report", "out/wdo",
      ], in: folder)
    #expect(try JournalComparison.fills(folder + "/out/wdo/journal.bin") > 0)
    let html = try String(contentsOfFile: folder + "/out/wdo/report.html", encoding: .utf8)
    #expect(html.contains("expectancy"))

    // A session of quotes and trades.
    try TraderProgram.succeed(
      [
        "run", "--simulate", "market/", "--symbol", "DOL", "--date", "2020-04-02", "--model", "models/",
        "--speed", "max", "--out", "out/dol",
      ], in: folder)
    try TraderProgram.succeed(
      [
        "backtest", "--data", "market/", "--symbol", "DOL", "--model", "models/", "--from", "2020-04-02",
        "--to", "2020-04-02", "--report", "out/dol-again",
      ], in: folder)
    #expect(try JournalComparison.fills(folder + "/out/dol/journal.bin") > 0)
    #expect(
      try JournalComparison.difference(folder + "/out/dol/journal.bin", folder + "/out/dol-again/journal.bin") == nil)

    // A session of bars.
    try TraderProgram.succeed(
      [
        "run", "--simulate", "market/", "--symbol", "WDO", "--date", "2021-12-16", "--model", "models/",
        "--speed", "max", "--out", "out/bars",
      ], in: folder)
    try TraderProgram.succeed(
      [
        "backtest", "--data", "market/", "--symbol", "WDO", "--model", "models/", "--from", "2021-12-16",
        "--to", "2021-12-16", "--report", "out/bars-again",
      ], in: folder)
    #expect(try JournalComparison.fills(folder + "/out/bars/journal.bin") > 0)
    #expect(
      try JournalComparison.difference(folder + "/out/bars/journal.bin", folder + "/out/bars-again/journal.bin") == nil)
  }
}
