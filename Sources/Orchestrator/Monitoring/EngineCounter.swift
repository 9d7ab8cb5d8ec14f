// What is counted while a session runs, and the block that holds the counts.

package import CHotPath

/// A thing that is counted; raw values are places in a ``CounterBlock``.
@frozen package enum EngineCounter: Int, CaseIterable, Sendable {
  /// Market events processed.
  case marketEvents = 0
  /// Decisions of the strategy, with or without an order.
  case decisions
  /// New orders handed to the link.
  case ordersSent
  /// Cancel and change requests handed to the link.
  case amendmentsSent
  /// Orders that provably did not leave.
  case ordersNotSent
  /// Intents that the risk gate refused.
  case refusals
  /// Order reports from the venue.
  case reports
  /// Orders that the venue rejected.
  case rejections
  /// Fills, one per report that brought new contracts.
  case fills
  /// Feed messages known to be lost.
  case missedMessages
  /// Times the link went down.
  case disconnections
  /// Changes of the trading state.
  case stateChanges
  /// Observations lost because the monitor did not keep up.
  case droppedObservations
}

/// The counts of one session: written by one thread, readable by any other at any time.
package final class CounterBlock: @unchecked Sendable {
  @usableFromInline let storage: UnsafeMutablePointer<hp_counter>
  /// Keeps the memory mapped; nil when the memory is the block's own.
  private let file: SharedCounterFile?

  /// All counts 0, in memory of the block's own.
  package init() {
    let count = EngineCounter.allCases.count
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: count * MemoryLayout<hp_counter>.stride, alignment: 64)
    storage = bytes.bindMemory(to: hp_counter.self, capacity: count)
    file = nil
    hp_counters_reset(storage, count)
  }

  /// A block over counters in `file`, in the order of ``EngineCounter``.
  init(_ counters: UnsafeMutablePointer<hp_counter>, in file: SharedCounterFile) {
    storage = counters
    self.file = file
  }

  deinit { if file == nil { UnsafeMutableRawPointer(storage).deallocate() } }

  /// Adds `amount`; the owning thread only.
  @inlinable package func add(_ counter: EngineCounter, _ amount: UInt64 = 1) {
    hp_counter_add(storage + counter.rawValue, amount)
  }

  /// Brings the count up to a total that the engine keeps; a lower total changes nothing. The owning thread only.
  @inlinable package func raise(_ counter: EngineCounter, to total: UInt64) {
    hp_counter_raise(storage + counter.rawValue, total)
  }

  /// The count as of a moment ago; any thread.
  @inlinable package subscript(_ counter: EngineCounter) -> UInt64 { hp_counter_read(storage + counter.rawValue) }
}
