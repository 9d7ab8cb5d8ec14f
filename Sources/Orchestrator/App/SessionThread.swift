// A thread of a session, with a name and with what it throws handed back when it ends.
import CHotPath
import Synchronization

/// Runs `body` on a thread of its own; `body` is entered once.
final class SessionThread: @unchecked Sendable {
  private let name: String
  private let body: () throws -> Void
  private let done = Atomic<Bool>(false)
  private var thread: OpaquePointer?
  /// What `body` threw; read after ``isDone``.
  private(set) var failure: (any Error)?

  /// `name` is what `top -H` and debuggers show, up to 15 bytes.
  init(name: String, body: @escaping () throws -> Void) {
    self.name = name
    self.body = body
  }

  /// Whether the body has returned.
  var isDone: Bool { done.load(ordering: .acquiring) }

  /// Starts the thread wherever the kernel likes; it finds its core by itself, since a core that is not to be had is no
  /// reason not to trade.
  func start() throws {
    let context = Unmanaged.passUnretained(self).toOpaque()
    let outcome = hp_thread_start(
      name, Int32(HP_THREAD_ANY_CORE),
      { context in
        guard let context else { return }
        Unmanaged<SessionThread>.fromOpaque(context).takeUnretainedValue().enter()
      }, context, &thread)
    guard outcome == 0 else {
      throw CommandFailure(
        .environment,
        "the thread '\(name)' cannot be started (error \(-outcome)): raise the limit on processes (`ulimit -u`).")
    }
  }

  /// Waits for the end and throws what the body threw.
  func join() throws {
    if let thread { _ = hp_thread_join(thread) }
    thread = nil
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
