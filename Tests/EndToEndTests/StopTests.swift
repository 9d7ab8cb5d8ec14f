// A session that a human ends: orders are cancelled, the position is closed, the report is written, the code says so.

import Foundation
import Storage
import Testing
import TradingDomain

@Suite(.serialized) struct StopTests {
  private func start(_ world: GeneratedStore, out folder: String) throws -> RunningProgram {
    try TraderProgram.start(
      [
        "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date",
        "\(GeneratedStore.tickDate)", "--speed", "600x", "--out", folder, "--config", world.configuration,
      ], in: Scratch.root)
  }

  /// Waits until the run has an open order or position: its journal then holds an order.
  private func waitForTrading(_ program: RunningProgram, _ folder: String) throws {
    let deadline = Date().addingTimeInterval(60)
    while Date() < deadline {
      if let reader = try? JournalReader(path: folder + "/journal.bin"), reader.entries.contains(where: Self.isFill) {
        return
      }
      usleep(20_000)
    }
    throw ProgramFailure(description: "no order within 60 s:\n\(program.errorsSoFar)")
  }

  private static func isFill(_ entry: JournalEntry) -> Bool {
    if case .fill = entry.fact { return true }
    return false
  }

  private func expectOrderlyEnd(_ result: ProgramResult, _ folder: String) throws {
    #expect(result.status == 5, "\(result)")
    #expect(result.errors.contains("trading was killed"), "\(result)")
    for name in ["report.html", "report.json"] {
      #expect(FileManager.default.fileExists(atPath: folder + "/" + name), "\(result)")
    }
    let entries = try JournalReader(path: folder + "/journal.bin").entries
    let last = try #require(entries.last)
    guard case .closed(_, _, let fills, let openContracts) = last.fact else {
      Issue.record("the journal ends with \(last)")
      return
    }
    #expect(openContracts == 0)
    #expect(fills > 0)
    #expect(
      entries.contains { entry in
        if case .state(.killed, _) = entry.fact { return true }
        return false
      })
    // The session would have gone on: it lasts until 18:30.
    #expect(BrasiliaTime.local(last.time).timeOfDay < .minutes(18 * 60))
  }

  @Test(arguments: [SIGINT, SIGTERM])
  func aSignalClosesEverythingAndEndsTheSession(signal: Int32) throws {
    let folder = Scratch.path("interrupted")
    let program = try start(GeneratedStore.shared.get(), out: folder)
    try waitForTrading(program, folder)
    program.send(signal: signal)
    try expectOrderlyEnd(try program.wait(seconds: 60), folder)
  }

  @Test func aKillFileClosesEverythingAndEndsTheSession() throws {
    let folder = Scratch.path("killed")
    let program = try start(GeneratedStore.shared.get(), out: folder)
    try waitForTrading(program, folder)
    try Data().write(to: URL(fileURLWithPath: folder + "/KILL"))
    try expectOrderlyEnd(try program.wait(seconds: 60), folder)
  }
}
