// Pieces of work on a bounded number of threads; results and errors come in the order of the pieces.

import Dispatch
import Synchronization

/// Runs independent pieces of work.
package enum OrderedWork {
  /// Where results wait; each slot is written once, by one thread.
  private final class Slots<Value>: @unchecked Sendable {
    let count: Int
    let values: UnsafeMutablePointer<Result<Value, any Error>?>

    init(_ count: Int) {
      self.count = count
      values = .allocate(capacity: max(1, count))
      values.initialize(repeating: nil, count: count)
    }

    deinit {
      values.deinitialize(count: count)
      values.deallocate()
    }
  }

  /// The results of `body` for 0 ..< `count`, in order; pieces that were not begun when `isCancelled` are nil.
  ///
  /// An error of one piece does not stop the others; the first in order of the pieces is thrown, so that errors do not
  /// depend on timing either. `finished` is told how many are done, by one thread at a time.
  package static func results<Value: Sendable>(
    count: Int, workers: Int, isCancelled: @Sendable () -> Bool = { false },
    finished: @Sendable (Int) -> Void = { _ in }, body: @Sendable (Int) throws -> Value
  ) throws -> [Value?] {
    let slots = Slots<Value>(count)
    let next = Atomic<Int>(0)
    let done = Mutex(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(workers, count))) { _ in
      while !isCancelled() {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < count else { return }
        slots.values[piece] = Result { try body(piece) }
        done.withLock {
          $0 += 1
          finished($0)
        }
      }
    }
    return try (0..<count).map { try slots.values[$0]?.get() }
  }
}
