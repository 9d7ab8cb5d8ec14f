// Ranks and quantiles of the last n values.

/// The last `capacity` values kept in sorted order.
///
/// An update is a binary search and one memory move of at most `capacity` values: for windows of a few hundred that is
/// faster than any tree.
package struct RollingOrderStatistics: ~Copyable {
  private var window: RollingWindow
  /// Ascending; the first `count` are valid. [capacity]
  private let sorted: UnsafeMutablePointer<Double>

  /// - Precondition: `capacity` is at least 1.
  package init(capacity: Int) {
    window = RollingWindow(capacity: capacity)
    sorted = .allocate(capacity: capacity)
    sorted.initialize(repeating: 0, count: capacity)
  }

  deinit {
    sorted.deallocate()
  }

  /// Values held now.
  package var count: Int { window.count }

  /// True once the window is full.
  package var isFull: Bool { window.isFull }

  /// Adds `value`, dropping the oldest when the window is full.
  ///
  /// - Precondition: `value` is not NaN, which has no place in an order.
  package mutating func update(_ value: Double) {
    precondition(!value.isNaN, "NaN has no rank")
    var held = count
    if let leaving = window.push(value) {
      held -= 1
      let hole = lowerBound(leaving, in: held + 1)
      (sorted + hole).update(from: sorted + hole + 1, count: held - hole)
    }
    let place = lowerBound(value, in: held)
    (sorted + place + 1).update(from: sorted + place, count: held - place)
    sorted[place] = value
  }

  /// How many held values are smaller than `value` and how many equal it.
  package func rank(of value: Double) -> (smaller: Int, equal: Int) {
    let smaller = lowerBound(value, in: count)
    var equal = 0
    while smaller + equal < count, sorted[smaller + equal] == value { equal += 1 }
    return (smaller, equal)
  }

  /// The quantile at `fraction` in [0, 1] with linear interpolation (type 7, NumPy's default); nil when empty.
  package func quantile(_ fraction: Double) -> Double? {
    precondition(fraction >= 0 && fraction <= 1, "a quantile's fraction must lie in [0, 1]")
    guard count > 0 else { return nil }
    let position = fraction * Double(count - 1)
    let below = Int(position)
    let above = min(below + 1, count - 1)
    return sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
  }

  /// Forgets every value.
  package mutating func reset() {
    window.reset()
  }

  /// The first place among the first `held` whose value is not below `value`.
  private func lowerBound(_ value: Double, in held: Int) -> Int {
    var low = 0
    var high = held
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < value { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
