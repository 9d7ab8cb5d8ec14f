// Which cores a measurement may use, and who goes where.

import CHotPath
import Glibc

/// The cores of this process.
enum Cores {
  /// As they were before any thread was pinned.
  static let allowed: [Int32] = {
    var cores = [Int32](repeating: 0, count: 1_024)
    let count = hp_thread_allowed_cores(&cores, Int32(cores.count))
    return Array(cores.prefix(max(0, Int(count))))
  }()

  /// Where measurements run unless told otherwise: the last core, since interrupts and other work favour the first.
  ///
  /// A thread that may wander can be put on the core of the end that it spins for, and stay there for milliseconds.
  static var usual: Int? { allowed.last.map(Int.init) }

  /// A core for the other end of what the calling thread measures: two threads that spin for each other on one core
  /// measure the scheduler.
  static var forOtherEnd: Int32 {
    let own = hp_thread_core()
    return allowed.first { $0 != own } ?? Int32(HP_THREAD_ANY_CORE)
  }

  /// Pins the calling thread, if a core is given. Threads started after it, and not placed, inherit the core.
  static func pin(_ core: Int?) throws {
    guard let core else { return }
    let outcome = hp_thread_pin(Int32(clamping: core))
    guard outcome == 0 else {
      throw BenchFailure.usage(
        "--core \(core): \(String(cString: strerror(-outcome))); 'nproc' tells how many there are")
    }
  }
}
