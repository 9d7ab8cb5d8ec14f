// Extremes, ranks and quantiles of the last n values.

/// A monotonic queue: the extremum of the last n values, O(1) amortised.
///
/// Source: Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element", 2006,
/// arXiv:cs/0610046.
struct ExtremumKernel {
  var first: Int64
  var candidates: Int64
  var updates: Int64
  var padding: Int64

  /// Bytes of the state with its rings of candidate values and positions.
  static func size(_ count: Int) -> Int { MemoryLayout<ExtremumKernel>.stride + count * 16 }

  /// Adds a finite value and gives the extremum so far; `sign` is 1 for the largest, -1 for the smallest.
  @inline(__always) static func update(
    _ state: UnsafeMutablePointer<ExtremumKernel>, capacity: Int64, value: Double, sign: Double
  ) -> Double {
    let values = UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Double.self)
    let positions = UnsafeMutableRawPointer(values + Int(capacity)).assumingMemoryBound(to: Int64.self)
    var first = state.pointee.first
    var candidates = state.pointee.candidates
    let updates = state.pointee.updates
    if candidates > 0, positions[Int(first)] &+ capacity <= updates {
      first = first &+ 1 == capacity ? 0 : first &+ 1
      candidates &-= 1
    }
    while candidates > 0 {
      let last = first &+ candidates &- 1
      guard sign * values[Int(last >= capacity ? last &- capacity : last)] <= sign * value else { break }
      candidates &-= 1
    }
    let free = first &+ candidates
    let slot = Int(free >= capacity ? free &- capacity : free)
    values[slot] = value
    positions[slot] = updates
    state.pointee.first = first
    state.pointee.candidates = candidates &+ 1
    state.pointee.updates = updates &+ 1
    return values[Int(first)]
  }

  /// Bars since the extremum.
  @inline(__always) static func age(_ state: UnsafeMutablePointer<ExtremumKernel>, capacity: Int64) -> Double {
    let values = UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Double.self)
    let positions = UnsafeMutableRawPointer(values + Int(capacity)).assumingMemoryBound(to: Int64.self)
    return Double(state.pointee.updates &- 1 &- positions[Int(state.pointee.first)])
  }
}

/// The last n values in sorted order: a binary search and one memory move per update.
struct OrderedKernel {
  var count: Int64
  var head: Int64

  /// Bytes of the state with its ring and its sorted copy.
  static func size(_ count: Int) -> Int { MemoryLayout<OrderedKernel>.stride + count * 16 }

  @inline(__always) private static func sorted(
    _ state: UnsafeMutablePointer<OrderedKernel>, _ capacity: Int
  ) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Double.self) + capacity
  }

  /// Adds a finite value.
  static func update(_ state: UnsafeMutablePointer<OrderedKernel>, capacity: Int, value: Double) {
    let ring = UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Double.self)
    let sorted = sorted(state, capacity)
    var held = Int(state.pointee.count)
    let head = Int(state.pointee.head)
    if held == capacity {
      held -= 1
      let hole = lowerBound(ring[head], sorted, held + 1)
      (sorted + hole).update(from: sorted + hole + 1, count: held - hole)
    } else {
      state.pointee.count &+= 1
    }
    ring[head] = value
    state.pointee.head = head + 1 == capacity ? 0 : Int64(head + 1)
    let place = lowerBound(value, sorted, held)
    (sorted + place + 1).update(from: sorted + place, count: held - place)
    sorted[place] = value
  }

  /// Average rank of `value`, which is in the window, as a part of n: in (0, 1].
  static func rank(_ state: UnsafeMutablePointer<OrderedKernel>, capacity: Int, value: Double) -> Double {
    let sorted = sorted(state, capacity)
    let count = Int(state.pointee.count)
    let smaller = lowerBound(value, sorted, count)
    var equal = 0
    while smaller + equal < count, sorted[smaller + equal] == value { equal += 1 }
    return Double(2 * smaller + equal + 1) / Double(2 * count)
  }

  /// The quantile at `fraction` with linear interpolation (type 7, NumPy's default).
  static func quantile(_ state: UnsafeMutablePointer<OrderedKernel>, capacity: Int, fraction: Double) -> Double {
    let sorted = sorted(state, capacity)
    let position = fraction * Double(state.pointee.count - 1)
    let below = Int(position)
    let above = min(below + 1, Int(state.pointee.count) - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }

  /// The first place among the first `held` whose value is not below `value`.
  @inline(__always) private static func lowerBound(
    _ value: Double, _ sorted: UnsafeMutablePointer<Double>, _ held: Int
  ) -> Int {
    var low = 0
    var high = held
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
