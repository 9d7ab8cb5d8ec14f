// Applies the host settings to the session's threads and memory. What the machine refuses is told, with its price and
// its mend, and the session runs all the same.
import CHotPath
import Glibc
import Synchronization

/// The tuning of one session; notes may come from several threads.
final class HostTuning: Sendable {
  let settings: HostSettings
  private let notes = Mutex<[String]>([])
  private let settledThreads = Atomic<Int>(0)

  init(_ settings: HostSettings) { self.settings = settings }

  /// Stack that a settled thread has in memory from the start.
  private static let residentStack = 256 << 10

  /// The engine's arena, with the whole allocator set to keep what it has.
  func makeArena() -> EngineArena {
    let isKept = EngineArena.keepMemory()
    let arena = EngineArena(pages: settings.hugePages)
    if !isKept || !arena.exists {
      note(
        "the allocator takes no tuning: it is not jemalloc",
        cost: "memory given back and faulted in again in the session, microseconds each time",
        mend: "run the program as built, without LD_PRELOAD of another allocator")
    }
    return arena
  }

  /// Settles the engine's thread on its core, in its class and in its arena; on that thread.
  func settleEngine(_ arena: EngineArena) {
    arena.enter()
    settle("engine", option: "--pin", core: settings.pin)
    if settings.lockMemory { lockMemory() }
    settledThreads.add(1, ordering: .releasing)
  }

  /// Settles the link's thread; on that thread.
  func settleLink() {
    settle("link", option: "--io-core", core: settings.ioCore)
    settledThreads.add(1, ordering: .releasing)
  }

  /// How many threads have settled.
  var settled: Int { settledThreads.load(ordering: .acquiring) }

  /// What was refused so far, a line each, and forgets it.
  func takeWarnings() -> [String] {
    notes.withLock { notes in
      defer { notes = [] }
      return notes
    }
  }

  private func settle(_ name: String, option: String, core: Int32?) {
    if let core { pin(name, option, core) }
    if let priority = settings.realtime { makeRealTime(name, priority) }
    hp_thread_touch_stack(Self.residentStack)
  }

  private func pin(_ name: String, _ option: String, _ core: Int32) {
    let outcome = hp_thread_pin(core)
    guard outcome != 0 else { return }
    var cores = [Int32](repeating: 0, count: 1_024)
    let count = max(0, Int(hp_thread_allowed_cores(&cores, Int32(cores.count))))
    let allowed = cores.prefix(count).map { "\($0)" }.joined(separator: ", ")
    note(
      "the \(name)'s thread is not pinned to core \(core): this process may use \(allowed) (errno \(-outcome))",
      cost: "the kernel may move it, which empties its caches: tens of microseconds each time",
      mend: "\(option) with one of these cores, or widen the process's set (`taskset`, the container's cpuset)")
  }

  private func makeRealTime(_ name: String, _ priority: Int32) {
    let outcome = hp_thread_set_fifo(priority)
    guard outcome == 0 else {
      note(
        "the \(name)'s thread is not in the real-time class: SCHED_FIFO \(priority) was refused (errno \(-outcome))",
        cost: "other tasks may take its core for milliseconds",
        mend: "setcap cap_sys_nice+ep on the binary, 'rtprio 99' for the user in /etc/security/limits.conf, or run "
          + "without --realtime")
      return
    }
    let limit = Self.text("/proc/sys/kernel/sched_rt_runtime_us").flatMap { Int($0) } ?? -1
    if settings.idle == .spin, limit >= 0 {
      note(
        "SCHED_FIFO with --idle spin: the kernel stops a real-time thread that never sleeps "
          + "(kernel.sched_rt_runtime_us = \(limit))",
        cost: "a gap of up to \(max(0, 1_000_000 - limit) / 1_000) ms every second",
        mend: "sysctl -w kernel.sched_rt_runtime_us=-1, --idle park, or no --realtime")
    }
  }

  private func lockMemory() {
    let outcome = hp_memory_lock_all()
    if outcome == HP_MEMORY_LOCKED { return }
    if outcome == HP_MEMORY_LOCKED_PRESENT {
      note(
        "only memory taken so far is locked: the limit on locked memory is finite",
        cost: "a page taken later may fault: about a microsecond each",
        mend: "ulimit -l unlimited, or 'memlock unlimited' for the user in /etc/security/limits.conf")
      return
    }
    note(
      "memory is not locked: the kernel refused (errno \(-outcome))",
      cost: "a page may be taken away and fault in the hot path: microseconds, with a disk milliseconds",
      mend: "ulimit -l unlimited, 'memlock unlimited' for the user in /etc/security/limits.conf, or --no-lock-memory")
  }

  private func note(_ what: String, cost: String, mend: String) {
    notes.withLock { $0.append("warning: \(what).\n  cost: \(cost)\n  mend: \(mend)\n") }
  }

  private static func text(_ path: String) -> String? {
    guard let file = fopen(path, "re") else { return nil }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 64)
    guard fgets(&line, Int32(line.count), file) != nil else { return nil }
    let bytes = line.prefix { $0 != 0 && $0 != 10 }.map { UInt8(bitPattern: $0) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
