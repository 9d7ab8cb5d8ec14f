// The engine's doors: where events come from, where orders go, where records are kept. Adapters live elsewhere.

/// A source of venue events in the order in which the engine must see them.
package protocol VenueEventSource: AnyObject {
  /// Moves up to `buffer.count` waiting events into `buffer` and returns how many; 0 means nothing waits now.
  ///
  /// Never blocks. Calling it again tells the source that every event returned before has been processed and that the
  /// orders which followed from them were handed over: a simulated venue advances its virtual time by this.
  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int
}

/// What became of a command at the door.
@frozen package enum SendOutcome: UInt8, Sendable {
  /// Handed to the link. That is not delivery: only a report from the venue is.
  case handedOver = 1
  /// Provably not sent (link down or queue full); it may be forgotten.
  case notSent = 2
}

/// Takes commands to a venue.
package protocol OrderGateway: AnyObject {
  /// Never blocks.
  func send(_ command: OrderCommand) -> SendOutcome
}

/// The time of day, where no event carries it.
package protocol TradingClock {
  var now: Timestamp { get }
}

/// Keeps records of what was decided and seen, before it takes effect.
package protocol OrderJournal: AnyObject {
  /// Returns false when the record could not be kept; the caller must then stop taking risk.
  func append(_ entry: JournalEntry) -> Bool
}
