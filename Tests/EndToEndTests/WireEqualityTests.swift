// A session over TCP against the gateway simulator and its replay in process must leave the same journal, to the byte.

import Foundation
import Storage
import Testing
import TradingDomain

@Suite(.serialized) struct WireEqualityTests {
  @Test func aTickSessionOverTheWireLeavesTheJournalOfTheBacktest() throws {
    let world = try GeneratedStore.shared.get()
    let backtest = try world.backtest()
    #expect(try JournalComparison.fills(backtest) > 20)
    let run = try world.run(speed: "max")
    #expect(try JournalComparison.difference(backtest, run) == nil)
  }

  @Test func speedChangesNothingInTheJournal() throws {
    let world = try GeneratedStore.shared.get()
    let fastest = try world.run(speed: "max")
    let paced = try world.run(speed: "12000x")
    #expect(try JournalComparison.difference(fastest, paced) == nil)
  }

  @Test func anotherSeedOfTheDelaysLeavesAnotherJournal() throws {
    let world = try GeneratedStore.shared.get()
    let first = try world.backtest(seed: 1)
    let second = try world.backtest(seed: 2)
    #expect(try JournalComparison.difference(first, second) != nil)
    #expect(try JournalComparison.difference(second, world.run(seed: 2, speed: "max")) == nil)
  }

  @Test func aSessionOfBarsOverTheWireLeavesTheJournalOfTheBacktest() throws {
    let world = try GeneratedStore.shared.get()
    let date = GeneratedStore.barDates[7]
    let backtest = try world.backtest(date: date)
    #expect(try JournalComparison.fills(backtest) > 0)
    #expect(try JournalComparison.difference(backtest, world.run(date: date, speed: "max")) == nil)
  }

  @Test func aSyntheticSessionOverTheWireCanBeRepeated() throws {
    let world = try GeneratedStore.shared.get()
    // The entry delay is the lockstep's window: a long one means few round trips and a short test.
    let configuration = try Scratch.file(
      "patient.toml", GeneratedStore.eager.replacing("entry_latency_us = 3000", with: "entry_latency_us = 500000"))
    let journals = try (0..<2).map { _ in
      let folder = Scratch.path("synthetic")
      try TraderProgram.succeed([
        "run", "--simulate", "synthetic", "--symbol", "WDO", "--model", world.models, "--speed", "max", "--out", folder,
        "--config", configuration,
      ])
      return folder + "/journal.bin"
    }
    #expect(try JournalComparison.fills(journals[0]) > 0)
    #expect(try JournalComparison.difference(journals[0], journals[1]) == nil)
  }
}
