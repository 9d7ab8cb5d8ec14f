// The tuning of the machine as a user asks for it: applied where it may be, warned about where not, never a failure.

import CHotPath
import Foundation
import Testing

@Suite(.serialized) struct HostTests {
  private static let paced = "600x"

  private func arguments(_ world: GeneratedStore, out folder: String, _ more: [String]) -> [String] {
    [
      "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date",
      "\(GeneratedStore.tickDate)", "--out", folder, "--config", world.configuration,
    ] + more
  }

  /// Status of the program's thread of that name, by the kernel.
  private func thread(_ name: String, of program: RunningProgram) throws -> [String: String] {
    let folder = "/proc/\(program.processID)/task"
    let deadline = Date().addingTimeInterval(30)
    while Date() < deadline {
      for task in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
        guard let text = try? String(contentsOfFile: "\(folder)/\(task)/status", encoding: .utf8) else { continue }
        let fields = text.split(separator: "\n").compactMap { line -> (String, String)? in
          let parts = line.split(separator: ":", maxSplits: 1)
          return parts.count == 2 ? (String(parts[0]), parts[1].trimmingCharacters(in: .whitespaces)) : nil
        }
        var status = Dictionary(fields) { first, _ in first }
        guard status["Name"] == name else { continue }
        let stat = (try? String(contentsOfFile: "\(folder)/\(task)/stat", encoding: .utf8)) ?? ""
        // Field 41 is the scheduling policy, counted after the name in parentheses, which is field 2 (proc(5)).
        let rest = stat.split(separator: ")").last.map { $0.split(separator: " ") } ?? []
        status["policy"] = rest.count > 38 ? String(rest[38]) : nil
        return status
      }
      usleep(10_000)
    }
    throw ProgramFailure(description: "no thread '\(name)' within 30 s:\n\(program.errorsSoFar)")
  }

  /// Waits until the thread has settled, which it does one step after the other.
  private func settled(_ name: String, of program: RunningProgram, until holds: ([String: String]) -> Bool) throws
    -> [String: String]
  {
    let deadline = Date().addingTimeInterval(20)
    var last: [String: String] = [:]
    while Date() < deadline {
      last = try thread(name, of: program)
      if holds(last) { break }
      usleep(5_000)
    }
    return last
  }

  private func allowedCores() -> [Int32] {
    var cores = [Int32](repeating: -1, count: 1_024)
    let count = hp_thread_allowed_cores(&cores, Int32(cores.count))
    return Array(cores.prefix(max(0, Int(count))))
  }

  @Test func theThreadsSitOnTheirCoresWithTheirMemoryLocked() throws {
    let world = try GeneratedStore.shared.get()
    let cores = allowedCores()
    let (pin, io) = (try #require(cores.last), try #require(cores.first))
    let program = try TraderProgram.start(
      arguments(
        world, out: Scratch.path("pinned"), ["--speed", Self.paced, "--pin", "\(pin)", "--io-core", "\(io)"]),
      in: Scratch.root)
    let engine = try settled("engine", of: program) { $0["Cpus_allowed_list"] == "\(pin)" }
    #expect(engine["Cpus_allowed_list"] == "\(pin)")
    let link = try settled("link", of: program) { $0["Cpus_allowed_list"] == "\(io)" }
    #expect(link["Cpus_allowed_list"] == "\(io)")
    // Where locking is refused there is a warning, which another test looks at.
    let locked = try settled("engine", of: program) { !($0["VmLck"] ?? "0 kB").hasPrefix("0 ") }["VmLck"] ?? ""
    #expect(!locked.hasPrefix("0 ") || program.errorsSoFar.contains("memory is not locked"), "\(locked)")
    program.send(signal: SIGTERM)
    let result = try program.wait(seconds: 60)
    #expect(result.status == 5, "\(result)")
  }

  @Test func theRealTimeClassIsEnteredWhereItIsAllowed() throws {
    let world = try GeneratedStore.shared.get()
    let program = try TraderProgram.start(
      arguments(world, out: Scratch.path("fifo"), ["--speed", Self.paced, "--realtime", "1"]), in: Scratch.root)
    let engine = try settled("engine", of: program) {
      $0["policy"] == "1" || program.errorsSoFar.contains("SCHED_FIFO 1 was refused")
    }
    #expect(engine["policy"] == "1" || program.errorsSoFar.contains("SCHED_FIFO 1 was refused"), "\(engine)")
    program.send(signal: SIGTERM)
    let result = try program.wait(seconds: 60)
    #expect(result.status == 5, "\(result)")
  }

  @Test func withoutAnyPermissionTheSessionRunsAllTheSameAndSaysWhatItCosts() throws {
    let world = try GeneratedStore.shared.get()
    let reference = try world.run(speed: "max")
    let folder = Scratch.path("bare")
    let options = ["--speed", "max", "--pin", "1023", "--io-core", "1022", "--realtime", "50"]
    let result = try TraderProgram.run(
      arguments(world, out: folder, options), under: Self.withoutRights, in: Scratch.root)
    if result.status == 127 || result.errors.contains("setpriv:") || result.errors.contains("prlimit:") {
      print("skipped: this machine cannot take rights away from a program (\(result.errors.prefix(200)))")
      return
    }
    #expect(result.status == 0, "\(result)")
    for words in [
      "the engine's thread is not pinned to core 1023", "the link's thread is not pinned to core 1022",
      "SCHED_FIFO 50 was refused", "memory is not locked", "cost: ", "mend: ", "ulimit -l unlimited", "cap_sys_nice",
    ] {
      #expect(result.errors.contains(words), "no '\(words)' in \(result)")
    }
    // And nothing of it changed what happened.
    #expect(try JournalComparison.difference(reference, folder + "/journal.bin") == nil)
  }

  /// Takes the capabilities to lock memory and to raise priorities from a program, and sets both limits to nothing.
  private static let withoutRights = [
    "/usr/bin/prlimit", "--memlock=65536:65536", "--rtprio=0:0", "/usr/bin/setpriv", "--bounding-set",
    "-ipc_lock,-sys_nice,-sys_resource", "--inh-caps", "-ipc_lock,-sys_nice,-sys_resource",
  ]

  @Test func whatTheMachineAllowsIsNotWarnedAbout() throws {
    let world = try GeneratedStore.shared.get()
    let core = try #require(allowedCores().last)
    let result = try TraderProgram.succeed(
      arguments(world, out: Scratch.path("calm"), ["--speed", "max", "--pin", "\(core)", "--no-lock-memory"]))
    #expect(!result.errors.contains("warning"), "\(result)")
  }

  @Test(arguments: [
    ["--idle", "spin", "--huge-pages", "off", "--no-lock-memory"], ["--io-core", "0", "--idle", "park"],
    ["--huge-pages", "reserved", "--pin", "0"],
  ])
  func theTuningChangesNothingInTheJournal(options: [String]) throws {
    let world = try GeneratedStore.shared.get()
    let reference = try world.backtest()
    #expect(try JournalComparison.fills(reference) > 20)
    #expect(try JournalComparison.difference(reference, world.run(speed: "max", options)) == nil)
  }

  @Test func theTableInTheConfigurationFileDoesWhatTheOptionsDo() throws {
    let world = try GeneratedStore.shared.get()
    let configuration = try Scratch.file(
      "host.toml",
      GeneratedStore.eager + """

        [host]
        pin = 1023
        io_core = 1022
        lock_memory = false
        huge_pages = "off"
        idle = "park"
        park_after_us = 20.5
        """)
    let folder = Scratch.path("tabled")
    let result = try TraderProgram.succeed([
      "run", "--simulate", world.store, "--symbol", "WDO", "--model", world.models, "--date",
      "\(GeneratedStore.tickDate)", "--out", folder, "--config", configuration, "--speed", "max",
    ])
    #expect(result.errors.contains("not pinned to core 1023") && result.errors.contains("not pinned to core 1022"))
    #expect(try JournalComparison.difference(world.backtest(), folder + "/journal.bin") == nil)
  }

  @Test(arguments: [
    ("pin = -1", "host.pin = -1 is no core"), ("io_core = 99999", "host.io_core = 99999 is no core"),
    ("realtime = 100", "host.realtime = 100 is no priority"), ("idle = \"nap\"", "give one of 'spin', 'park'"),
    ("huge_pages = \"big\"", "give one of 'off', 'transparent', 'reserved'"),
    ("park_after_us = -3", "host.park_after_us = -3.0 is out of range"), ("core = 1", "no such key: host.core"),
  ])
  func aWrongValueInTheTableIsRefusedByName(line: String, words: String) throws {
    let file = try Scratch.file("wrong.toml", "[host]\n\(line)\n")
    let result = try TraderProgram.run(["run", "--config", file, "--out", Scratch.path("never")])
    #expect(result.status == 3, "\(result)")
    #expect(result.errors.contains(words), "\(result)")
  }

  @Test(arguments: [
    ["--pin", "-1"], ["--realtime", "0"], ["--realtime", "100"], ["--idle", "nap"], ["--io-core", "x"],
  ])
  func aWrongOptionIsAUsageError(options: [String]) throws {
    // "-1" looks like an option of its own unless it is joined.
    let joined = ["\(options[0])=\(options[1])"]
    let result = try TraderProgram.run(["run", "--out", Scratch.path("never")] + joined)
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.contains(options[0]), "\(result)")
  }

  @Test func theDoctorMeasuresTheIdlePolicies() throws {
    struct Cost: Decodable {
      struct Reaction: Decodable { var count: Int; var p50: Int }
      var policy: String
      var processorShare: Double
      var reaction: Reaction
    }
    let result = try TraderProgram.succeed(["doctor", "--idle", "--json"])
    let costs = try JSONDecoder().decode([Cost].self, from: Data(result.output.utf8))
    #expect(costs.map(\.policy) == ["spin", "park after 50 us", "park after 0 us"])
    #expect(costs.allSatisfy { $0.reaction.count == 1_000 && $0.reaction.p50 > 0 })
    // A thread that parks at once uses less of its core than one that never does, whatever else the machine does.
    #expect(costs[2].processorShare < costs[0].processorShare, "\(result.output)")
    #expect(try TraderProgram.succeed(["doctor", "--idle"]).output.contains("park after 50 us"))
  }
}
