// The last n values in order of arrival, with statistics computed from the window itself.

/// A window over the last `capacity` values, allocated once.
///
/// Its statistics are computed from the values present, never carried from window to window, so they depend on nothing
/// that has left the window: a window fed from any earlier start gives the same bits. They cost O(count); where that is
/// too much and the values are integers use ``RollingIntegerMoments``.
package struct RollingWindow: ~Copyable {
  /// The most values held.
  package let capacity: Int
  /// Values held now.
  package private(set) var count = 0
  /// Slot that the next value takes; the oldest value's slot once the window is full.
  private var head = 0
  /// [capacity]
  private let values: UnsafeMutablePointer<Double>

  /// - Precondition: `capacity` is at least 1.
  package init(capacity: Int) {
    precondition(capacity >= 1, "a window must hold at least one value")
    self.capacity = capacity
    values = .allocate(capacity: capacity)
    values.initialize(repeating: 0, count: capacity)
  }

  deinit {
    values.deallocate()
  }

  /// True once the window holds `capacity` values.
  package var isFull: Bool { count == capacity }

  /// Appends `value` and returns the value that left to make room, if any did.
  @discardableResult package mutating func push(_ value: Double) -> Double? {
    let evicted = values[head]
    values[head] = value
    head = head + 1 == capacity ? 0 : head + 1
    guard count == capacity else {
      count += 1
      return nil
    }
    return evicted
  }

  /// The value pushed `ago` pushes before the newest; 0 is the newest.
  ///
  /// - Precondition: 0 <= `ago` < `count`.
  package subscript(ago ago: Int) -> Double {
    precondition(ago >= 0 && ago < count, "the window does not reach that far back")
    let slot = head - 1 - ago
    return values[slot < 0 ? slot + capacity : slot]
  }

  /// Sum of the values, oldest first; 0 when empty.
  package var sum: Double {
    var total = 0.0
    forEachOldestFirst { total += $0 }
    return total
  }

  /// Arithmetic mean; nil when empty.
  package var mean: Double? { count > 0 ? sum / Double(count) : nil }

  /// Sample variance (divisor n - 1) by the two-pass formula; nil below two values; exactly 0 for equal values.
  package var variance: Double? {
    guard count > 1 else { return nil }
    // Deviations are taken from one of the values, so that equal values give exactly zero and nothing cancels.
    let origin = self[ago: 0]
    var shiftedSum = 0.0
    forEachOldestFirst { shiftedSum += $0 - origin }
    let shiftedMean = shiftedSum / Double(count)
    var squares = 0.0
    forEachOldestFirst {
      let deviation = ($0 - origin) - shiftedMean
      squares += deviation * deviation
    }
    return squares / Double(count - 1)
  }

  /// Forgets every value.
  package mutating func reset() {
    count = 0
    head = 0
  }

  @inline(__always) private func forEachOldestFirst(_ body: (Double) -> Void) {
    if count == capacity {
      for slot in head..<capacity { body(values[slot]) }
    }
    for slot in 0..<(head == 0 && count == capacity ? 0 : head) { body(values[slot]) }
  }
}
