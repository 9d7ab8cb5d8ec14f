// Any market stream behind one concrete type: batches, so that no dynamic call is made per event.

package import MarketData
package import TradingDomain

/// A market stream read in batches.
package struct MarketFeed {
  /// Fills the buffer from the stream; fewer than asked for means that the stream has ended.
  @usableFromInline let read: (UnsafeMutableBufferPointer<MarketEvent>) -> Int

  /// Who left which queue with which event, where the market is known order by order.
  var departures: QueueDepartures?

  /// Takes over `stream`. The loop is compiled at the caller's, for the caller's type.
  @inlinable package init<Stream: MarketEventStream>(_ stream: Stream) {
    var stream = stream
    read = { buffer in
      var count = 0
      while count < buffer.count, let event = stream.next() {
        buffer.initializeElement(at: count, to: event)
        count += 1
      }
      return count
    }
  }

  /// A feed that writes its events where they are wanted: `read` fills the buffer from the front, oldest first, and
  /// returns how many it wrote; fewer than asked for means that the stream has ended.
  package init(filling read: @escaping (UnsafeMutableBufferPointer<MarketEvent>) -> Int) { self.read = read }

  /// A feed of listed events, oldest first.
  package init(events: [MarketEvent]) {
    self.init(ListedEvents(events: events))
  }
}

/// A market that is given as a list.
private struct ListedEvents: MarketEventStream {
  let events: [MarketEvent]
  var position = 0

  mutating func next() -> MarketEvent? {
    guard position < events.count else { return nil }
    position += 1
    return events[position - 1]
  }
}
