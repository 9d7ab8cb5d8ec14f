// A thread for the engine, pinned where the user says, with the result handed back when it ends.
import CHotPath
import Synchronization

/// Runs `body` on a thread of its own; `body` is entered once.
final class EngineThread: @unchecked Sendable {
  private let body: () throws -> Void
  private let done = Atomic<Bool>(false)
  private var thread: OpaquePointer?
  /// What `body` threw; read after ``isDone``.
  private(set) var failure: (any Error)?

  init(body: @escaping () throws -> Void) { self.body = body }

  /// Whether the body has returned.
  var isDone: Bool { done.load(ordering: .acquiring) }

  /// Starts the thread on `core` (nil: wherever the kernel likes).
  func start(core: Int32?) throws {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let outcome = hp_thread_start(
      "engine", core ?? Int32(HP_THREAD_ANY_CORE),
      { context in
        guard let context else { return }
        Unmanaged<EngineThread>.fromOpaque(context).takeUnretainedValue().enter()
      }, context, &thread)
    guard outcome == 0 else {
      throw CommandFailure(
        .environment,
        "the engine's thread cannot start on core \(core.map(String.init) ?? "any") (error \(-outcome)). "
          + "Choose a core that this process may use (`nproc`, `taskset -p $$`).")
    }
  }

  /// Waits for the end and throws what the body threw.
  func join() throws {
    if let thread { _ = hp_thread_join(thread) }
    if let failure { throw failure }
  }

  private func enter() {
    do {
      try body()
    } catch {
      failure = error
    }
    // Pairs with the acquiring load in `isDone`: whoever sees the flag sees the failure.
    done.store(true, ordering: .releasing)
  }
}
