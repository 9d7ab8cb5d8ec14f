// The replayed market between reading and delivery, in memory that is reused.

import TradingDomain

/// A ring of market events that each is written into once: read ahead from the stream, then passed by the exchange,
/// then delivered to the clients. It doubles when full, which happens while a session warms up and then no more.
struct MarketTape: ~Copyable {
  /// What is known of an event besides itself.
  struct Tag {
    /// When the exchange passes it.
    var exchangeTime: Int64
    /// When it reaches the clients; set as the exchange passes it.
    var clientTime: Int64
    /// Number of its instrument in the configuration.
    var market: Int
    /// Number of the event in its feed; below 0 for one that the frame inserted.
    var number: Int
  }

  private var events: UnsafeMutablePointer<MarketEvent>
  private var tags: UnsafeMutablePointer<Tag>
  private var mask: Int
  /// Counts since the beginning: delivered <= passed <= written.
  private var delivered = 0
  private var passed = 0
  private var written = 0
  /// When the exchange passes the next event; `Int64.max` when none is written.
  private(set) var nextAtExchange = Int64.max
  /// When the next event is delivered; `Int64.max` when none has been passed.
  private(set) var nextAtClient = Int64.max

  /// - Precondition: `capacity` is a power of two.
  init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "tape capacity \(capacity) is not a power of two")
    events = .allocate(capacity: capacity)
    tags = .allocate(capacity: capacity)
    mask = capacity - 1
  }

  deinit {
    events.deallocate()
    tags.deallocate()
  }

  /// Events that the exchange has not passed.
  var ahead: Int { written - passed }

  /// Exchange time of the youngest event.
  /// - Precondition: some event is ahead.
  var lastTime: Int64 { tags[(written - 1) & mask].exchangeTime }

  // MARK: Writing

  /// Free places for up to `count` events, to be filled from the front and then appended one by one with
  /// ``append(inPlaceWith:market:number:)``; fewer than asked for at the end of the memory.
  mutating func room(for count: Int) -> UnsafeMutableBufferPointer<MarketEvent> {
    if mask + 1 - (written - delivered) < count { grow() }
    let start = written & mask
    return UnsafeMutableBufferPointer(start: events + start, count: min(count, mask + 1 - start))
  }

  /// Takes the event that stands in the next free place.
  @inline(__always)
  mutating func append(inPlaceWith time: Int64, market: Int, number: Int) {
    tags[written & mask] = Tag(exchangeTime: time, clientTime: .max, market: market, number: number)
    if written == passed { nextAtExchange = time }
    written += 1
  }

  /// Writes an event.
  mutating func append(_ event: MarketEvent, time: Int64, market: Int, number: Int) {
    if mask + 1 == written - delivered { grow() }
    (events + (written & mask)).initialize(to: event)
    append(inPlaceWith: time, market: market, number: number)
  }

  // MARK: Passing and delivering

  /// Lets the exchange pass the next event: it is delivered at `clientTime`. The pointers are good until the next
  /// event is written.
  /// - Precondition: `nextAtExchange` is not `Int64.max`.
  @inline(__always)
  mutating func pass() -> (event: UnsafePointer<MarketEvent>, tag: UnsafeMutablePointer<Tag>) {
    let place = passed & mask
    passed += 1
    nextAtExchange = passed == written ? .max : tags[passed & mask].exchangeTime
    return (UnsafePointer(events + place), tags + place)
  }

  /// Sets when the event that was just passed is delivered.
  @inline(__always)
  mutating func deliver(_ tag: UnsafeMutablePointer<Tag>, at clientTime: Int64) {
    tag.pointee.clientTime = clientTime
    if delivered == passed - 1 { nextAtClient = clientTime }
  }

  /// Takes the next event out. The pointer is good until the next event is written.
  /// - Precondition: `nextAtClient` is not `Int64.max`.
  @inline(__always)
  mutating func takeDelivered() -> UnsafePointer<MarketEvent> {
    let place = delivered & mask
    delivered += 1
    nextAtClient = delivered == passed ? .max : tags[delivered & mask].clientTime
    return UnsafePointer(events + place)
  }

  private mutating func grow() {
    let capacity = 2 * (mask + 1)
    let largerEvents = UnsafeMutablePointer<MarketEvent>.allocate(capacity: capacity)
    let largerTags = UnsafeMutablePointer<Tag>.allocate(capacity: capacity)
    for index in delivered..<written {
      (largerEvents + (index & (capacity - 1))).initialize(to: events[index & mask])
      largerTags[index & (capacity - 1)] = tags[index & mask]
    }
    events.deallocate()
    tags.deallocate()
    (events, tags, mask) = (largerEvents, largerTags, capacity - 1)
  }
}
