// The always-on figures of a session, read by another process; and what they prove about the engine's thread.

import Foundation
import Testing

@Suite(.serialized) struct StatusTests {
  struct Status: Decodable {
    struct Latency: Decodable {
      var count: UInt64
      var p50: UInt64
      var p99: UInt64
      var p999: UInt64
    }
    var state: String
    var process: Int32
    var age: Double?
    var counts: [String: UInt64]
    var latencies: [String: Latency]
  }

  static func status(_ path: String) throws -> Status {
    let result = try TraderProgram.succeed(["status", "--counters", path, "--json"])
    return try JSONDecoder().decode(Status.self, from: Data(result.output.utf8))
  }

  @Test func anEndedSessionsFiguresAgreeWithItsJournal() throws {
    let world = try GeneratedStore.shared.get()
    let journal = try world.run(speed: "max")
    let status = try Self.status((journal as NSString).deletingLastPathComponent + "/counters")
    #expect(status.state == "ended")
    let fills = try JournalComparison.fills(journal)
    #expect(status.counts["fills"] == UInt64(fills), "\(status.counts)")
    let events = try #require(status.counts["engine_events"])
    #expect(events > 10_000)
    #expect(status.latencies["event"]?.count == events)
    // A decision or an order is made by one event; an event may bring more than one order.
    let decisions = try #require(status.latencies["decision"]), orders = try #require(status.latencies["tick_to_order"])
    #expect(decisions.count == status.counts["decisions"])
    #expect(orders.count > 0 && orders.count <= (status.counts["orders_sent"] ?? 0))
    #expect(orders.p50 > 0 && orders.p50 <= orders.p99 && orders.p99 <= orders.p999)
    #expect((status.counts["engine_processor_ns"] ?? 0) > 0)
  }

  @Test func aRunningSessionCanBeWatchedAndAKilledOneIsKnownToBeGone() throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("watched")
    let counters = Scratch.path("elsewhere.counters")
    let program = try TraderProgram.start(
      [
        "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date",
        "\(GeneratedStore.tickDate)", "--speed", "600x", "--out", folder, "--counters", counters,
      ], in: Scratch.root)
    let deadline = Date().addingTimeInterval(60)
    while !FileManager.default.fileExists(atPath: counters), Date() < deadline { usleep(5_000) }
    var seen: [UInt64] = []
    var last: Status?
    while seen.count < 3, Date() < deadline {
      let status = try Self.status(counters)
      #expect(status.state == "running" && status.process == program.processID)
      let events = status.counts["engine_events"] ?? 0
      if events > (seen.last ?? 0) { seen.append(events) }
      last = status
    }
    #expect(seen.count == 3 && seen == seen.sorted(), "\(seen)")
    #expect((last?.age ?? .infinity) < 60)
    #expect(last.map { $0.latencies["event"] != nil } == true)
    program.send(signal: SIGKILL)
    _ = try program.wait(seconds: 30)
    #expect(try Self.status(counters).state == "died")
    let text = try TraderProgram.succeed(["status", "--counters", counters]).output
    #expect(text.contains("is gone without having ended in order"))
  }

  @Test func theNewestSessionIsFoundWithoutAPath() throws {
    let folder = try Scratch.folder("home")
    let nothing = try TraderProgram.run(["status"], in: folder)
    #expect(nothing.status == 3 && nothing.errors.contains("--counters FILE"), "\(nothing)")
    let world = try GeneratedStore.shared.get()
    try TraderProgram.succeed(
      [
        "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date",
        "\(GeneratedStore.tickDate)", "--speed", "max",
      ], in: folder)
    let found = try TraderProgram.succeed(["status"], in: folder)
    #expect(found.output.contains("out/run-1/counters") && found.output.contains("ended in order"), "\(found)")
    #expect(found.output.contains("p99.9"))
  }

  @Test func aFileThatIsNoneIsRefusedByName() throws {
    let absent = try TraderProgram.run(["status", "--counters", "/nowhere/counters"])
    #expect(absent.status == 4 && absent.errors.contains("/nowhere/counters"), "\(absent)")
    let letter = try Scratch.file("letter", String(repeating: "Dear market, please go up. ", count: 40))
    let foreign = try TraderProgram.run(["status", "--counters", letter])
    #expect(foreign.status == 4 && foreign.errors.contains("not a counter file"), "\(foreign)")
  }

  @Test func aCounterFileThatCannotBeMadeStopsTheRunBeforeItBegins() throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("uncounted")
    let result = try TraderProgram.run([
      "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date",
      "\(GeneratedStore.tickDate)", "--speed", "max", "--out", folder, "--counters", "/nowhere/counters",
    ])
    #expect(result.status == 4 && result.errors.contains("/nowhere/counters"), "\(result)")
    // The next attempt finds the folder free.
    #expect(!FileManager.default.fileExists(atPath: folder + "/journal.bin"))
  }

  @Test(arguments: [[], ["--io-core", "0"]])
  func theEnginesThreadOfALiveSessionTakesNoMemoryAfterWarmUp(options: [String]) throws {
    let world = try GeneratedStore.shared.get()
    let folder = Scratch.path("long")
    // The entry delay is the lockstep's window: a long one means few round trips and a short test.
    let configuration = try Scratch.file(
      "patient.toml", GeneratedStore.eager.replacing("entry_latency_us = 3000", with: "entry_latency_us = 500000"))
    try TraderProgram.succeed(
      [
        "run", "--symbol", "WDO", "--model", world.models, "--speed", "max", "--out", folder, "--config", configuration,
      ] + options)
    let status = try Self.status(folder + "/counters")
    #expect((status.counts["engine_warm_events"] ?? 0) > 100_000, "\(status.counts)")
    #expect(status.counts["engine_warm_allocated_bytes"] == 0, "\(status.counts)")
    #expect((status.counts["fills"] ?? 0) > 0 && (status.counts["orders_sent"] ?? 0) > 0)
  }
}
