// Largest or smallest of the last n values.

/// Maximum or minimum of the last `capacity` values by a monotonic queue: O(1) amortised, O(capacity) worst case.
///
/// Source: Lemire, "Streaming maximum-minimum filter using no more than three comparisons per element", 2006,
/// arXiv:cs/0610046.
package struct RollingExtremum: ~Copyable {
  /// Which end is kept.
  @frozen package enum Direction: UInt8, Sendable {
    case minimum = 0
    case maximum = 1
  }

  /// Length of the window.
  package let capacity: Int
  private let direction: Direction
  /// Candidates oldest first in a ring: each is beaten by the ones before it. [capacity]
  private let values: UnsafeMutablePointer<Int64>
  /// Update number of each candidate. [capacity]
  private let positions: UnsafeMutablePointer<Int>
  private var first = 0
  private var candidates = 0
  private var updates = 0

  /// - Precondition: `capacity` is at least 1.
  package init(_ direction: Direction, capacity: Int) {
    precondition(capacity >= 1, "a window must hold at least one value")
    self.capacity = capacity
    self.direction = direction
    values = .allocate(capacity: capacity)
    values.initialize(repeating: 0, count: capacity)
    positions = .allocate(capacity: capacity)
    positions.initialize(repeating: 0, count: capacity)
  }

  deinit {
    values.deallocate()
    positions.deallocate()
  }

  /// True once `capacity` values have been seen.
  package var isFull: Bool { updates >= capacity }

  /// Adds `value` and returns the extremum of the window.
  @discardableResult package mutating func update(_ value: Int64) -> Int64 {
    if candidates > 0, positions[first] + capacity <= updates {
      first = slot(1)
      candidates -= 1
    }
    while candidates > 0, isBeaten(values[slot(candidates - 1)], by: value) {
      candidates -= 1
    }
    let free = slot(candidates)
    values[free] = value
    positions[free] = updates
    candidates += 1
    updates += 1
    return values[first]
  }

  /// The extremum of the window; nil when empty.
  package var value: Int64? { candidates > 0 ? values[first] : nil }

  /// Forgets every value.
  package mutating func reset() {
    first = 0
    candidates = 0
    updates = 0
  }

  @inline(__always) private func slot(_ offset: Int) -> Int {
    let slot = first + offset
    return slot >= capacity ? slot - capacity : slot
  }

  @inline(__always) private func isBeaten(_ old: Int64, by new: Int64) -> Bool {
    direction == .maximum ? old <= new : old >= new
  }
}
