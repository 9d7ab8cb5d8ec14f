// A venue that says what a test tells it to, and a journal in memory: the engine's doors without a market behind them.

import Testing
import TradingDomain

/// Keeps entries up to a capacity, as a full disk would.
final class MemoryJournal: OrderJournal {
  private(set) var entries: [JournalEntry] = []
  /// Entries that find room.
  var capacity = Int.max

  func append(_ entry: JournalEntry) -> Bool {
    guard entries.count < capacity else { return false }
    entries.append(entry)
    return true
  }

  /// Whether the record of this very command is kept.
  func holdsIntent(of command: OrderCommand) -> Bool {
    entries.reversed().contains { entry in
      switch (command, entry.fact) {
      case (.new(let order), .intent(let kept)): return order == kept
      case (.cancel(let cancel), .cancelIntent(let kept)): return cancel == kept
      case (.change(let change), .changeIntent(let kept)): return change == kept
      case (.cancelAll, .cancelAllIntent): return true
      default: return false
      }
    }
  }
}

/// Hands out the events that a test gives it and keeps what is sent; a command whose record is not yet in the journal
/// fails the test on the spot.
final class ScriptedVenue: VenueEventSource, OrderGateway {
  private let journal: MemoryJournal
  private var waiting: [VenueEvent] = []
  private(set) var sent: [OrderCommand] = []
  /// What the link does with the next commands.
  var outcome = SendOutcome.handedOver
  /// Whether commands must be in the journal first; only cancels under a full journal are exempt.
  var demandsRecords = true

  init(journal: MemoryJournal) { self.journal = journal }

  func give(_ event: VenueEvent) { waiting.append(event) }

  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int {
    let count = min(buffer.count, waiting.count)
    for index in 0..<count { buffer[index] = waiting[index] }
    waiting.removeFirst(count)
    return count
  }

  func send(_ command: OrderCommand) -> SendOutcome {
    if demandsRecords, !journal.holdsIntent(of: command) { Issue.record("\(command) was sent before it was recorded") }
    guard outcome == .handedOver else { return .notSent }
    sent.append(command)
    return .handedOver
  }

  /// Orders sent so far.
  var orders: [NewOrder] {
    sent.compactMap { command in
      if case .new(let order) = command { return order }
      return nil
    }
  }

  /// Orders whose withdrawal was asked for, in order.
  var cancels: [ClientOrderID] {
    sent.compactMap { command in
      if case .cancel(let cancel) = command { return cancel.id }
      return nil
    }
  }

  var changes: [ChangeOrder] {
    sent.compactMap { command in
      if case .change(let change) = command { return change }
      return nil
    }
  }
}
