// Small kernels over a ring of the last values: lags, counts, variable sums, fractional differences.

/// A ring of reals with a count and a place.
struct RingKernel {
  var count: Int64
  var head: Int64

  static func size(_ count: Int) -> Int { MemoryLayout<RingKernel>.stride + count * 8 }

  @inline(__always) static func ring(_ state: UnsafeMutablePointer<RingKernel>) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Double.self)
  }

  /// Adds a value and gives the one `capacity` values before it; NaN until there is one.
  @inline(__always) static func lag(
    _ state: UnsafeMutablePointer<RingKernel>, capacity: Int64, value: Double
  ) -> Double {
    let place = ring(state) + Int(state.pointee.head)
    let isFull = state.pointee.count == capacity
    let leaving = isFull ? place.pointee : .nan
    place.pointee = value
    state.pointee.head = state.pointee.head &+ 1 == capacity ? 0 : state.pointee.head &+ 1
    if !isFull { state.pointee.count &+= 1 }
    return leaving
  }

  /// Bars since the value was last not 0, at most `most`. The state is the distance itself, 0 meaning never.
  @inline(__always) static func barsSince(
    _ state: UnsafeMutablePointer<RingKernel>, value: Double, most: Int64
  ) -> Double {
    if value != 0 {
      state.pointee.count = 1
    } else if state.pointee.count > 0 {
      state.pointee.count = min(state.pointee.count &+ 1, most &+ 1)
    }
    return Double(state.pointee.count == 0 ? most : state.pointee.count &- 1)
  }

  /// Length of the run of equal signs, signed, at most `most` either way.
  @inline(__always) static func streak(
    _ state: UnsafeMutablePointer<RingKernel>, value: Double, most: Int64
  ) -> Double {
    let sign: Int64 = value > 0 ? 1 : value < 0 ? -1 : 0
    let last = state.pointee.count
    if sign == 0 {
      state.pointee.count = 0
    } else if last.signum() == sign {
      state.pointee.count = max(-most, min(most, last &+ sign))
    } else {
      state.pointee.count = sign
    }
    return Double(state.pointee.count)
  }

  /// Sum of the last `length` values by differences of whole running totals, which are exact however they wrap.
  @inline(__always) static func sumOver(
    _ state: UnsafeMutablePointer<RingKernel>, most: Int64, value: Double, length: Double, scale: Double
  ) -> Double {
    // The ring holds totals as 64-bit patterns: [0, most], the newest at head.
    let totals = UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Int64.self)
    let capacity = most &+ 1
    let last = totals[Int(state.pointee.head)]
    state.pointee.head = state.pointee.head &+ 1 == capacity ? 0 : state.pointee.head &+ 1
    let total = last &+ FixedPoint.fixed(value, scale: scale)
    totals[Int(state.pointee.head)] = total
    state.pointee.count = min(state.pointee.count &+ 1, most)
    guard length.isFinite else { return .nan }
    let wanted = max(1, min(most, Int64(max(1, min(length, Double(most))) + 0.5)))
    guard state.pointee.count >= wanted else { return .nan }
    let place = state.pointee.head &- wanted
    return Double(total &- totals[Int(place < 0 ? place &+ capacity : place)]) / scale
  }

  /// Weighted sum of the last values, `weights[0]` for the newest.
  @inline(__always) static func fractional(
    _ state: UnsafeMutablePointer<RingKernel>, capacity: Int64, value: Double, weights: UnsafePointer<Double>
  ) -> Double {
    // Kept twice, `capacity` apart, so that the window never wraps and the loop runs over neighbours.
    let ring = ring(state)
    let length = Int(capacity)
    let head = Int(state.pointee.head)
    let place = head == 0 ? length - 1 : head - 1
    ring[place] = value
    ring[place + length] = value
    state.pointee.head = Int64(place)
    state.pointee.count = min(state.pointee.count &+ 1, capacity)
    guard state.pointee.count == capacity else { return .nan }
    var total = 0.0
    for index in 0..<length { total += weights[index] * ring[place + index] }
    return total
  }
}
