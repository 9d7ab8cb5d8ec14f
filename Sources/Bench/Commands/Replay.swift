// `bench replay`: millions of recorded events through the engine at one go, with memory watched to the page.

import ArgumentParser
import Engine
import Foundation
import Monitoring

/// Replays a recorded day again and again and tells throughput, memory and allocations.
struct Replay: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Replay recorded ticks through the engine, watching throughput and memory.",
    discussion: """
      One day of real ticks is repeated, each lap a day later, until the number of events is reached. After a tenth of \
      them, nothing may grow any more: more resident memory, or a byte allocated, ends with exit code 5.
      """)

  @Option(help: "Events in all.")
  var events = 10_000_000

  @Option(
    help: "A market data file of one day. Default: the dollar ticks below TRADER_SHARED_DATA or ../shared/data.")
  var data: String?

  @Option(help: "Its symbol.")
  var symbol = "DOL"

  @Option(help: "Pin to this core; the last one unless given.")
  var core: Int?

  func validate() throws {
    guard (10_000...1_000_000_000).contains(events) else {
      throw ValidationError("--events must be 10,000 to 1,000,000,000, not \(events)")
    }
  }

  func run() throws {
    guard let file = data ?? Replay.sharedTicks else {
      print("bench replay: skipped: no recorded ticks here; set TRADER_SHARED_DATA or name a file with --data")
      return
    }
    raisePriority(inSessionOfItsOwn: false)
    let stopwatch = try Stopwatch()
    let rig = try ReplayRig(try ReplayFeed.recorded(file, symbol: symbol))
    try Cores.pin(core ?? Cores.usual)
    guard let meter = AllocationMeter() else {
      throw BenchFailure.environment("the allocator keeps no count per thread; build with jemalloc")
    }
    let warmUp = events / 10
    rig.run(warmUp)
    // Asked twice: the first question's own pages must not count.
    _ = try ResidentMemory.bytes()
    let memory = try ResidentMemory.bytes()
    let (allocated, decisions, start) = (meter.bytes, rig.audit.decisions, stopwatch.ticks)
    rig.run(events - warmUp)
    let nanoseconds = stopwatch.nanoseconds(from: start, to: stopwatch.ticks)
    let taken = meter.bytes - allocated
    let growth = try ResidentMemory.bytes() - memory
    let rate = Double(events - warmUp) / (Double(nanoseconds) / 1e9)
    print(
      "\(events) events of \(file), \(rig.audit.decisions - decisions) decisions after a warm-up of \(warmUp) events")
    print("throughput  \(Int(rate)) events/s")
    print("memory      \(memory >> 10) KiB resident after warm-up, \(growth >= 0 ? "+" : "")\(growth) bytes at the end")
    print("allocated   \(taken) bytes by the engine's thread after warm-up")
    guard growth <= 0, taken == 0 else {
      throw BenchFailure.refused(
        "the replay took memory after its warm-up: \(growth) bytes resident, \(taken) allocated")
    }
  }

  /// The recorded dollar day, where it is.
  private static var sharedTicks: String? {
    let folder = ProcessInfo.processInfo.environment["TRADER_SHARED_DATA"] ?? "../shared/data"
    let file = folder + "/b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst"
    return FileManager.default.isReadableFile(atPath: file) ? file : nil
  }
}

/// Memory of this process that is in RAM, as the kernel counts it page by page.
enum ResidentMemory {
  /// From smaps_rollup: exact, where statm may lag by dozens of pages a thread.
  static func bytes() throws -> Int {
    guard let data = FileManager.default.contents(atPath: "/proc/self/smaps_rollup"),
      let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("Rss:") }),
      let kibibytes = line.split(separator: " ").compactMap({ Int($0) }).first
    else { throw BenchFailure.environment("/proc/self/smaps_rollup does not tell this process's resident memory") }
    return kibibytes << 10
  }
}
