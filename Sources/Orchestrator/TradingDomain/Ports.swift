// The engine's doors: where events come from, where orders go, where records are kept. Adapters live elsewhere.

/// A source of venue events in the order in which the engine must see them.
public protocol VenueEventSource: AnyObject {
  /// Moves up to `buffer.count` waiting events into `buffer` and returns how many; 0 means nothing waits now.
  ///
  /// Never blocks. Calling it again tells the source that every event returned before has been processed and that the
  /// orders which followed from them were handed over: a simulated venue advances its virtual time by this.
  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int

  /// Processor ticks at which the bytes of the newest poll's events were complete; 0 when the source does not tell.
  var receivedTicks: UInt64 { get }
}

extension VenueEventSource {
  /// A source in the same process receives nothing.
  public var receivedTicks: UInt64 { 0 }
}

/// What became of a command at the door.
@frozen public enum SendOutcome: UInt8, Sendable {
  /// Handed to the link. That is not delivery: only a report from the venue is.
  case handedOver = 1
  /// Provably not sent (link down or queue full); it may be forgotten.
  case notSent = 2
}

/// Takes commands to a venue.
public protocol OrderGateway: AnyObject {
  /// Hands over one command and lets it leave. Never blocks.
  func send(_ command: OrderCommand) -> SendOutcome

  /// Hands over one command that may stay until ``flush()``: several commands then leave with one call of the kernel.
  /// Never blocks.
  func enqueue(_ command: OrderCommand) -> SendOutcome

  /// Lets everything leave that was handed over. Never blocks.
  func flush()
}

extension OrderGateway {
  /// A gateway that cannot wait sends at once.
  public func enqueue(_ command: OrderCommand) -> SendOutcome { send(command) }

  /// Nothing waits in such a gateway.
  public func flush() {}
}

/// The time of day, where no event carries it.
public protocol TradingClock {
  var now: Timestamp { get }
}

/// Keeps records of what was decided and seen, before it takes effect.
public protocol OrderJournal: AnyObject {
  /// Returns false when the record could not be kept; the caller must then stop taking risk.
  func append(_ entry: JournalEntry) -> Bool
}
