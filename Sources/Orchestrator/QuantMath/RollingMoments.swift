// Sum, mean and variance of the last n real values at constant cost.

/// Moments of the last `capacity` values, O(1) per update.
///
/// The sums slide, so rounding errors would pile up; they are therefore recomputed from the window once per
/// `capacity` updates, which keeps the error bounded by that of one window. Values are taken relative to the window's
/// oldest value at the last recomputation, so a large common level does not cancel. A run of equal values that fills
/// the window has variance exactly 0.
///
/// The last bits depend on where the sequence began. Use ``RollingWindow`` where they must not.
package struct RollingMoments: ~Copyable {
  private var window: RollingWindow
  private var origin = 0.0
  private var shiftedSum = 0.0
  private var shiftedSquares = 0.0
  private var updatesSinceRefresh = 0
  private var runLength = 0

  /// - Precondition: `capacity` is at least 1.
  package init(capacity: Int) {
    window = RollingWindow(capacity: capacity)
  }

  /// Values held now.
  package var count: Int { window.count }

  /// True once the window is full.
  package var isFull: Bool { window.isFull }

  /// Adds `value`, dropping the oldest when the window is full.
  package mutating func update(_ value: Double) {
    runLength = count > 0 && window[ago: 0] == value ? runLength + 1 : 1
    if count == 0 { origin = value }
    let shifted = value - origin
    if let evicted = window.push(value) {
      let leaving = evicted - origin
      shiftedSum += shifted - leaving
      shiftedSquares += shifted * shifted - leaving * leaving
    } else {
      shiftedSum += shifted
      shiftedSquares += shifted * shifted
    }
    updatesSinceRefresh += 1
    if updatesSinceRefresh >= window.capacity { refresh() }
  }

  /// Sum of the values in the window.
  package var sum: Double { shiftedSum + origin * Double(count) }

  /// Arithmetic mean; nil when empty.
  package var mean: Double? { count > 0 ? origin + shiftedSum / Double(count) : nil }

  /// Sample variance (divisor n - 1); nil below two values, never negative.
  package var variance: Double? {
    guard count > 1 else { return nil }
    guard runLength < count else { return 0 }
    let n = Double(count)
    return max(0, (shiftedSquares - shiftedSum * shiftedSum / n) / (n - 1))
  }

  /// Forgets every value.
  package mutating func reset() {
    window.reset()
    origin = 0
    shiftedSum = 0
    shiftedSquares = 0
    updatesSinceRefresh = 0
    runLength = 0
  }

  private mutating func refresh() {
    updatesSinceRefresh = 0
    origin = window[ago: count - 1]
    shiftedSum = 0
    shiftedSquares = 0
    for ago in stride(from: count - 1, through: 0, by: -1) {
      let shifted = window[ago: ago] - origin
      shiftedSum += shifted
      shiftedSquares += shifted * shifted
    }
  }
}
