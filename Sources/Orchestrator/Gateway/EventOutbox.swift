// Where a poll puts its events: the caller's buffer, with a count.
import TradingDomain

/// The caller's buffer of one poll, filled from the front.
struct EventOutbox {
  private let buffer: UnsafeMutableBufferPointer<VenueEvent>
  private(set) var count = 0

  init(_ buffer: UnsafeMutableBufferPointer<VenueEvent>) { self.buffer = buffer }

  var isFull: Bool { count == buffer.count }

  /// - Precondition: not full.
  mutating func put(_ event: VenueEvent) {
    buffer[count] = event
    count += 1
  }
}
