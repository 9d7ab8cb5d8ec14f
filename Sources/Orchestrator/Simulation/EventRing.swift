// A first-in-first-out queue of market events with their due times, in memory that is reused.

import TradingDomain

/// A market event and the time at which it is due where the queue leads.
struct TimedMarketEvent {
  var time: Int64
  var event: MarketEvent
}

/// A ring of market events. It doubles when full, which happens while a session warms up and then no more.
struct EventRing: ~Copyable {
  private var storage: UnsafeMutablePointer<TimedMarketEvent>
  private var mask: Int
  private var head = 0
  private(set) var count = 0

  /// - Precondition: `capacity` is a power of two.
  init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "ring capacity \(capacity) is not a power of two")
    storage = .allocate(capacity: capacity)
    mask = capacity - 1
  }

  deinit { storage.deallocate() }

  /// When the oldest event is due; `Int64.max` when there is none.
  var nextTime: Int64 {
    @inline(__always) get { count == 0 ? .max : storage[head & mask].time }
  }

  /// Due time of the youngest event.
  /// - Precondition: not empty.
  var lastTime: Int64 { storage[(head + count - 1) & mask].time }

  @inline(__always)
  mutating func push(_ event: MarketEvent, time: Int64) {
    if count > mask { grow() }
    (storage + ((head + count) & mask)).initialize(to: TimedMarketEvent(time: time, event: event))
    count += 1
  }

  /// - Precondition: not empty.
  @inline(__always)
  mutating func pop() -> TimedMarketEvent {
    let oldest = storage[head & mask]
    head += 1
    count -= 1
    return oldest
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<TimedMarketEvent>.allocate(capacity: 2 * (mask + 1))
    for index in 0..<count { (larger + index).initialize(to: storage[(head + index) & mask]) }
    storage.deallocate()
    storage = larger
    mask = 2 * mask + 1
    head = 0
  }
}
