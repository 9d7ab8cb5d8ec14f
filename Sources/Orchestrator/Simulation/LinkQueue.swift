// Messages on one client's link, in one direction: they leave in the order in which they were sent.

/// A message with the time at which it arrives.
struct Due<Payload> {
  var time: Int64
  /// When it was decided.
  var decided: Int64
  /// Grows over all links of the venue: who came first at one instant.
  var creation: UInt64
  var payload: Payload
}

/// A first-in-first-out queue of due messages; their times never go back. It doubles when a session needs more than was
/// foreseen, and then never allocates again.
struct LinkQueue<Payload: BitwiseCopyable>: ~Copyable {
  private var storage: UnsafeMutablePointer<Due<Payload>>
  private var mask: Int
  private var head = 0
  private(set) var count = 0
  /// When the oldest message arrives; `Int64.max` when there is none.
  private(set) var nextTime = Int64.max

  /// - Precondition: `capacity` is a power of two.
  init(capacity: Int) {
    precondition(capacity > 0 && capacity & (capacity - 1) == 0, "queue capacity \(capacity) is not a power of two")
    storage = .allocate(capacity: capacity)
    mask = capacity - 1
  }

  deinit { storage.deallocate() }

  /// The oldest message.
  /// - Precondition: not empty.
  var first: UnsafePointer<Due<Payload>> { UnsafePointer(storage + (head & mask)) }

  mutating func push(_ payload: Payload, time: Int64, decided: Int64, creation: UInt64) {
    if count > mask { grow() }
    (storage + ((head + count) & mask)).initialize(
      to: Due(time: time, decided: decided, creation: creation, payload: payload))
    if count == 0 { nextTime = time }
    count += 1
  }

  /// Removes the oldest message; the pointer is good until the next push.
  /// - Precondition: not empty.
  mutating func pop() -> UnsafePointer<Due<Payload>> {
    let oldest = first
    head += 1
    count -= 1
    nextTime = count == 0 ? .max : storage[head & mask].time
    return oldest
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Due<Payload>>.allocate(capacity: 2 * (mask + 1))
    for index in 0..<count { (larger + index).initialize(to: storage[(head + index) & mask]) }
    storage.deallocate()
    (storage, mask, head) = (larger, 2 * mask + 1, 0)
  }
}
