// What one call of the engine produced: facts to keep and commands to send, in preallocated memory.
package import TradingDomain

/// The engine's answer to one event, valid until the next call.
///
/// The runner writes every entry to the journal before it sends the first command.
package final class EngineOutput {
  /// Far above what one event can cause; see ``overflowed``.
  package static let entryCapacity = 128
  package static let commandCapacity = 32

  private let entryStorage: UnsafeMutablePointer<JournalEntry>
  private let commandStorage: UnsafeMutablePointer<OrderCommand>
  package private(set) var entryCount = 0
  package private(set) var commandCount = 0
  /// Set for ever once anything did not fit: the engine then halts, since a fact would be missing from the journal.
  package private(set) var overflowed = false

  package init() {
    entryStorage = .allocate(capacity: Self.entryCapacity)
    commandStorage = .allocate(capacity: Self.commandCapacity)
  }

  deinit {
    entryStorage.deallocate()
    commandStorage.deallocate()
  }

  /// Facts in the order in which they became true.
  package var entries: UnsafeBufferPointer<JournalEntry> { UnsafeBufferPointer(start: entryStorage, count: entryCount) }
  /// Commands in the order in which they must be sent.
  package var commands: UnsafeBufferPointer<OrderCommand> {
    UnsafeBufferPointer(start: commandStorage, count: commandCount)
  }

  /// Forgets the answer, once the runner has dealt with it.
  func removeAll() {
    entryCount = 0
    commandCount = 0
  }

  func record(_ fact: JournalFact, at time: Timestamp) {
    guard entryCount < Self.entryCapacity else {
      overflowed = true
      return
    }
    (entryStorage + entryCount).initialize(to: JournalEntry(time: time, fact: fact))
    entryCount += 1
  }

  func send(_ command: OrderCommand) {
    guard commandCount < Self.commandCapacity else {
      overflowed = true
      return
    }
    (commandStorage + commandCount).initialize(to: command)
    commandCount += 1
  }
}
