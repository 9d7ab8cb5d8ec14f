// Sum, mean and variance of the last n integers, exact at constant cost.

/// Moments of the last `capacity` integers: O(1) per update and without any rounding until the last division.
///
/// Prices in ticks and volumes in contracts are integers, so their windows need no compensation and no restart rule:
/// the result depends on the window alone. Squares are summed in 128 bits.
package struct RollingIntegerMoments: ~Copyable {
  /// The most values held.
  package let capacity: Int
  /// Values held now.
  package private(set) var count = 0
  private var head = 0
  /// [capacity]
  private let values: UnsafeMutablePointer<Int64>
  private var total: Int64 = 0
  private var squares: Int128 = 0

  /// - Precondition: 1 <= `capacity` <= 2^20, so that the sums cannot overflow.
  package init(capacity: Int) {
    precondition(capacity >= 1 && capacity <= 1 << 20, "a window must hold between 1 and 2^20 values")
    self.capacity = capacity
    values = .allocate(capacity: capacity)
    values.initialize(repeating: 0, count: capacity)
  }

  deinit {
    values.deallocate()
  }

  /// True once the window holds `capacity` values.
  package var isFull: Bool { count == capacity }

  /// Adds `value`, dropping the oldest when the window is full.
  ///
  /// - Precondition: |`value`| < 2^42.
  package mutating func update(_ value: Int64) {
    precondition(value.magnitude < 1 << 42, "an integer of 2^42 or more would overflow the window's sums")
    if count == capacity {
      let leaving = values[head]
      total -= leaving
      squares -= Int128(leaving) * Int128(leaving)
    } else {
      count += 1
    }
    values[head] = value
    head = head + 1 == capacity ? 0 : head + 1
    total += value
    squares += Int128(value) * Int128(value)
  }

  /// Exact sum.
  package var sum: Int64 { total }

  /// Arithmetic mean, correctly rounded while |sum| < 2^53; nil when empty.
  package var mean: Double? { count > 0 ? Double(total) / Double(count) : nil }

  /// n * sum of squares - square of the sum: n (n - 1) times the sample variance, exact.
  package var scaledVariance: Int128 {
    Int128(count) * squares - Int128(total) * Int128(total)
  }

  /// ``scaledVariance`` as Double: exact below 2^53, correctly rounded below 2^64, within two roundings above.
  package var scaledVarianceRounded: Double { Double(rounding: scaledVariance) }

  /// Sample variance (divisor n - 1); nil below two values; exactly 0 for equal values.
  package var variance: Double? {
    count > 1 ? scaledVarianceRounded / Double(count * (count - 1)) : nil
  }

  /// Population variance (divisor n); nil when empty.
  package var populationVariance: Double? {
    count > 0 ? scaledVarianceRounded / Double(count * count) : nil
  }

  /// Forgets every value.
  package mutating func reset() {
    count = 0
    head = 0
    total = 0
    squares = 0
  }
}
