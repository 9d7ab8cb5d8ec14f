// How a session uses the machine: cores, scheduling class, memory, and what its threads do while nothing happens.
import ArgumentParser
import CHotPath
import Gateway
import TradingDomain

/// Kind of pages for the engine's memory.
enum HugePages: String, ExpressibleByArgument, CaseIterable {
  /// The allocator as it comes.
  case off
  /// Pages that the kernel joins on request.
  case transparent
  /// Pages that the administrator reserved (vm.nr_hugepages), and transparent ones where those run out.
  case reserved

  /// The kind to ask for where memory is mapped outside the allocator.
  var kind: Int32 {
    switch self {
    case .off: return Int32(HP_PAGES_BASE)
    case .transparent: return Int32(HP_PAGES_TRANSPARENT)
    case .reserved: return Int32(HP_PAGES_RESERVED)
    }
  }
}

/// What the threads do while nothing happens.
enum IdleChoice: String, ExpressibleByArgument, CaseIterable {
  case spin
  case park
}

/// Settings of the `[host]` table. They change how fast a session runs and never what it does, so they are no part of
/// the configuration's hash.
struct HostSettings: Equatable {
  /// Core of the engine's thread; nil lets the kernel choose.
  var pin: Int32?
  /// Core of the link's own thread; nil: the engine's thread does the link's work.
  var ioCore: Int32?
  /// Priority in the real-time class SCHED_FIFO, 1 to 99; nil: the normal class.
  var realtime: Int32?
  var lockMemory = true
  var hugePages = HugePages.transparent
  var idle = IdleChoice.park
  /// How long a parking thread spins first.
  var parkAfter = Nanoseconds.microseconds(50)

  var idlePolicy: IdlePolicy { idle == .spin ? .spin : .park(after: parkAfter) }

  /// The file's values over the defaults.
  init(_ file: ConfigurationFile.Host?) throws {
    guard let file else { return }
    pin = try file.pin.map { try Self.core($0, "host.pin") }
    ioCore = try file.io_core.map { try Self.core($0, "host.io_core") }
    realtime = try file.realtime.map { try Self.priority($0, "host.realtime") }
    lockMemory = file.lock_memory ?? lockMemory
    hugePages = try Self.choice(file.huge_pages, "host.huge_pages") ?? hugePages
    idle = try Self.choice(file.idle, "host.idle") ?? idle
    if let span = file.park_after_us?.value {
      guard (0...1_000_000).contains(span) else {
        throw CommandFailure(.badInput, "host.park_after_us = \(span) is out of range: give 0 to 1000000.")
      }
      parkAfter = Nanoseconds(Int64(span * 1_000))
    }
  }

  /// The command line's values over these.
  mutating func apply(_ options: HostOptions) {
    pin = options.pin ?? pin
    ioCore = options.ioCore ?? ioCore
    realtime = options.realtime ?? realtime
    lockMemory = options.lockMemory ?? lockMemory
    hugePages = options.hugePages ?? hugePages
    idle = options.idle ?? idle
  }

  private static func core(_ value: Int, _ name: String) throws -> Int32 {
    guard (0..<1_024).contains(value) else {
      throw CommandFailure(.badInput, "\(name) = \(value) is no core: give a number from 0 (`nproc` tells how many).")
    }
    return Int32(value)
  }

  static func priority(_ value: Int, _ name: String) throws -> Int32 {
    guard (1...99).contains(value) else {
      throw CommandFailure(.badInput, "\(name) = \(value) is no priority of SCHED_FIFO: give 1 to 99.")
    }
    return Int32(value)
  }

  private static func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ text: String?, _ name: String
  ) throws -> Choice? {
    guard let text else { return nil }
    guard let choice = Choice(rawValue: text) else {
      let words = Choice.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
      throw CommandFailure(.badInput, "\(name) = '\(text)' is unknown: give one of \(words).")
    }
    return choice
  }
}

/// The options of a command that runs a session; each stands over the configuration file's value.
struct HostOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Core for the engine's thread.",
      discussion: "Choose one that nothing else uses, at best an isolated one: `trader doctor` looks for it."))
  var pin: Int32?
  @Option(
    help: ArgumentHelp(
      "Core for the link; gives it a thread of its own.",
      discussion: "Without it the engine's thread reads and writes the connection itself, which is faster on 2 cores."))
  var ioCore: Int32?
  @Option(
    help: ArgumentHelp(
      "Priority (1-99) in the real-time class SCHED_FIFO.",
      discussion:
        "Needs CAP_SYS_NICE. With --idle spin, mind kernel.sched_rt_runtime_us: see docs/how-to/tune-the-host.md."))
  var realtime: Int32?
  @Flag(
    inversion: .prefixedNo,
    help: "Keep all memory resident, so that no page fault comes at the wrong moment (default: on).")
  var lockMemory: Bool?
  @Option(help: "Pages for the engine's memory: off, transparent or reserved (default: transparent).")
  var hugePages: HugePages?
  @Option(
    help: ArgumentHelp(
      "While nothing happens: spin (reacts at once, uses its core whole) or park (sleeps after a spin). Default: park.",
      discussion: "`trader doctor --idle` measures what each costs on this machine."))
  var idle: IdleChoice?

  func validate() throws {
    if let pin, pin < 0 { throw ValidationError("--pin \(pin): cores are numbered from 0.") }
    if let ioCore, ioCore < 0 { throw ValidationError("--io-core \(ioCore): cores are numbered from 0.") }
    if let realtime, !(1...99).contains(realtime) {
      throw ValidationError("--realtime \(realtime): priorities of SCHED_FIFO go from 1 to 99.")
    }
  }
}
