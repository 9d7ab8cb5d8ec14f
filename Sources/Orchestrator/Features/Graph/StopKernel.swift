// Wilder's parabolic stop.

/// Parabolic stop and reverse, as TA-Lib computes it: the first direction is that of the first bar's movement.
///
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
struct StopKernel {
  var high: Double
  var low: Double
  var stop: Double
  var extreme: Double
  var factor: Double
  /// 0 before the first bar, 1 after it, 2 once running long, 3 once running short.
  var phase: Int64

  static let size = MemoryLayout<StopKernel>.stride

  /// Adds a bar's finite high and low and gives the stop; NaN at the first bar.
  static func update(
    _ state: UnsafeMutablePointer<StopKernel>, high: Double, low: Double, step: Double, most: Double
  ) -> Double {
    state.pointee.advance(high, low, step, most)
  }

  private mutating func advance(_ newHigh: Double, _ newLow: Double, _ step: Double, _ most: Double) -> Double {
    guard phase > 0 else {
      (high, low, phase) = (newHigh, newLow, 1)
      return .nan
    }
    if phase == 1 {
      let down = low - newLow
      let isShort = down > 0 && down > newHigh - high
      (phase, factor) = (isShort ? 3 : 2, step)
      (extreme, stop) = isShort ? (newLow, high) : (newHigh, low)
      // The first step compares the second bar with itself.
      (high, low) = (newHigh, newLow)
    }
    let (previousHigh, previousLow) = (high, low)
    (high, low) = (newHigh, newLow)
    if phase == 2 {
      return long(previousHigh, previousLow, step, most)
    }
    return short(previousHigh, previousLow, step, most)
  }

  private mutating func long(_ previousHigh: Double, _ previousLow: Double, _ step: Double, _ most: Double) -> Double {
    if low <= stop {
      let reversed = max(extreme, max(previousHigh, high))
      (phase, factor, extreme) = (3, step, low)
      stop = max(reversed + factor * (extreme - reversed), max(previousHigh, high))
      return reversed
    }
    let current = stop
    if high > extreme {
      extreme = high
      factor = min(factor + step, most)
    }
    stop = min(current + factor * (extreme - current), min(previousLow, low))
    return current
  }

  private mutating func short(_ previousHigh: Double, _ previousLow: Double, _ step: Double, _ most: Double) -> Double {
    if high >= stop {
      let reversed = min(extreme, min(previousLow, low))
      (phase, factor, extreme) = (2, step, high)
      stop = min(reversed + factor * (extreme - reversed), min(previousLow, low))
      return reversed
    }
    let current = stop
    if low < extreme {
      extreme = low
      factor = min(factor + step, most)
    }
    stop = max(current + factor * (extreme - current), max(previousHigh, high))
    return current
  }
}
