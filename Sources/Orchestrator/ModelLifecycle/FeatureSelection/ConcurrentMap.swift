// Independent pieces of work on several cores, with results in order whatever core ends first.

import Dispatch
import Synchronization

/// Runs pieces of work on a few threads.
enum ConcurrentMap {
  /// Where results wait for the last piece; each slot is written by one thread once.
  private final class Slots<Value>: @unchecked Sendable {
    let values: UnsafeMutablePointer<Value?>
    init(_ count: Int) {
      values = .allocate(capacity: max(1, count))
      values.initialize(repeating: nil, count: count)
      self.count = count
    }
    let count: Int
    deinit {
      values.deinitialize(count: count)
      values.deallocate()
    }
  }

  /// The results of `body` for 0 ..< `count`, in order.
  ///
  /// Pieces are taken in order, so put the longest first. `finished` is called once a piece, by one thread at a time.
  static func results<Value: Sendable>(
    count: Int, workers: Int, finished: @Sendable (Int) -> Void = { _ in }, body: @Sendable (Int) -> Value
  ) -> [Value] {
    let slots = Slots<Value>(count)
    let next = Atomic<Int>(0)
    let gate = Mutex(())
    DispatchQueue.concurrentPerform(iterations: min(workers, max(1, count))) { _ in
      while true {
        let piece = next.add(1, ordering: .relaxed).oldValue
        guard piece < count else { return }
        slots.values[piece] = body(piece)
        gate.withLock { _ in finished(piece) }
      }
    }
    return (0..<count).compactMap { slots.values[$0] }
  }
}
