// Averages that carry themselves from bar to bar, and the state of one session.

/// State of every recursive average: the value, and what seeded it.
struct AverageKernel {
  var value: Double
  var count: Int64

  static let size = MemoryLayout<AverageKernel>.stride

  /// Exponential average seeded by the first value.
  @inline(__always) static func exponential(
    _ state: UnsafeMutablePointer<AverageKernel>, value: Double, weight: Double
  ) -> Double {
    if state.pointee.count == 0 {
      state.pointee.count = 1
      state.pointee.value = value
    } else {
      state.pointee.value += weight * (value - state.pointee.value)
    }
    return state.pointee.value
  }

  /// Exponential average seeded by the mean of the first `period` values.
  @inline(__always) static func exponentialSeeded(
    _ state: UnsafeMutablePointer<AverageKernel>, value: Double, weight: Double, period: Int64
  ) -> Double {
    guard state.pointee.count < period else {
      state.pointee.value += weight * (value - state.pointee.value)
      return state.pointee.value
    }
    state.pointee.value += value
    state.pointee.count &+= 1
    guard state.pointee.count == period else { return .nan }
    state.pointee.value /= Double(period)
    return state.pointee.value
  }

  /// Wilder's average, seeded by the mean of the first `period` values.
  ///
  /// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
  @inline(__always) static func wilder(
    _ state: UnsafeMutablePointer<AverageKernel>, value: Double, period: Int64
  ) -> Double {
    guard state.pointee.count < period else {
      state.pointee.value = (state.pointee.value * Double(period &- 1) + value) / Double(period)
      return state.pointee.value
    }
    state.pointee.value += value
    state.pointee.count &+= 1
    guard state.pointee.count == period else { return .nan }
    state.pointee.value /= Double(period)
    return state.pointee.value
  }

  /// Wilder's decaying sum: the first `period - 1` values are summed, each later one after a decay by 1 / `period`.
  @inline(__always) static func wilderSum(
    _ state: UnsafeMutablePointer<AverageKernel>, value: Double, period: Int64
  ) -> Double {
    state.pointee.count &+= 1
    let keep = state.pointee.count < period ? 1 : 1 - 1 / Double(period)
    state.pointee.value = state.pointee.value * keep + value
    return state.pointee.count < period ? .nan : state.pointee.value
  }
}

/// An average whose weight is a value itself; seeded by the input before the first known weight, as TA-Lib's KAMA is.
struct AdaptiveKernel {
  var value: Double
  var previous: Double
  var count: Int64
  var isSeeded: Int64

  static let size = MemoryLayout<AdaptiveKernel>.stride

  /// The input is finite; the rate may be unknown while what it is computed from warms up.
  @inline(__always) static func update(
    _ state: UnsafeMutablePointer<AdaptiveKernel>, value: Double, rate: Double, slowest: Double
  ) -> Double {
    defer {
      state.pointee.previous = value
      state.pointee.count = 1
    }
    guard rate.isFinite, state.pointee.count > 0 else { return .nan }
    if state.pointee.isSeeded == 0 {
      state.pointee.isSeeded = 1
      state.pointee.value = state.pointee.previous
    }
    state.pointee.value += max(rate, slowest) * (value - state.pointee.value)
    return state.pointee.value
  }
}

/// A value over the session so far, or of the session before. All of it is unknown until a session's first bar has
/// been seen.
struct SessionKernel {
  var value: Double
  /// Last value seen, and the last of the session before.
  var newest: Double
  var previous: Double
  /// Bit 0: the session has a value; bit 1: there is a newest value; bit 2: there is a previous one.
  var flags: Int64

  static let size = MemoryLayout<SessionKernel>.stride

  /// Carries out `opcode`.
  @inline(__always) static func update(
    _ state: UnsafeMutablePointer<SessionKernel>, _ opcode: GraphOpcode, value: Double, isFirst: Bool, isKnown: Bool
  ) -> Double {
    if isFirst {
      state.pointee.flags &= ~1
      if state.pointee.flags & 2 != 0 {
        state.pointee.previous = state.pointee.newest
        state.pointee.flags |= 4
      }
    }
    guard value.isFinite else { return .nan }
    let isEmpty = state.pointee.flags & 1 == 0
    switch opcode {
    case .sessionSum: state.pointee.value = isEmpty ? value : state.pointee.value + value
    case .sessionHighest: state.pointee.value = isEmpty ? value : max(state.pointee.value, value)
    case .sessionLowest: state.pointee.value = isEmpty ? value : min(state.pointee.value, value)
    default: if isEmpty { state.pointee.value = value }
    }
    state.pointee.newest = value
    state.pointee.flags |= 3
    if opcode == .previousSession { return state.pointee.flags & 4 != 0 ? state.pointee.previous : .nan }
    return isKnown ? state.pointee.value : .nan
  }
}
