// The priority queue of the virtual clock: what is to happen, earliest first.

/// Order of things that are due: by time, then by a first and a second tie-breaker, then by creation.
struct DueKey: Comparable {
  var time: Int64
  var first: Int64
  var second: Int64
  var creation: UInt64

  static func < (left: DueKey, right: DueKey) -> Bool {
    if left.time != right.time { return left.time < right.time }
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    return left.creation < right.creation
  }
}

/// A binary heap in preallocated memory. It grows by doubling when a session needs more than was foreseen; after that
/// it never allocates again.
struct TimedQueue<Payload> {
  private var heap: ContiguousArray<(key: DueKey, payload: Payload)> = []
  private var created: UInt64 = 0

  init(capacity: Int) { heap.reserveCapacity(capacity) }

  var count: Int { heap.count }

  /// When the earliest entry is due; `Int64.max` when there is none.
  @inline(__always) var nextTime: Int64 { heap.isEmpty ? .max : heap[0].key.time }

  mutating func push(_ payload: Payload, time: Int64, first: Int64 = 0, second: Int64 = 0) {
    heap.append((DueKey(time: time, first: first, second: second, creation: created), payload))
    created += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if heap[parent].key < heap[child].key { break }
      heap.swapAt(parent, child)
      child = parent
    }
  }

  /// Removes and returns the earliest entry.
  /// - Precondition: not empty.
  mutating func pop() -> (key: DueKey, payload: Payload) {
    let last = heap.count - 1
    heap.swapAt(0, last)
    let earliest = heap.removeLast()
    var parent = 0
    while true {
      let left = 2 * parent + 1
      if left >= last { break }
      let right = left + 1
      let child = right < last && heap[right].key < heap[left].key ? right : left
      if heap[parent].key < heap[child].key { break }
      heap.swapAt(parent, child)
      parent = child
    }
    return earliest
  }
}
