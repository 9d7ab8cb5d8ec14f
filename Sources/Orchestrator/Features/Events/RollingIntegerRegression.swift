// Least squares and covariance over the last n pairs of integers, exact at constant cost.

import QuantMath

/// Sums of the last `capacity` pairs (x, y), without any rounding until the last division: the results depend on the
/// pairs in the window alone, wherever the stream began.
struct RollingIntegerRegression: ~Copyable {
  /// The most pairs held.
  let capacity: Int
  /// Pairs held now.
  private(set) var count = 0
  private var head = 0
  /// x and y of slot i at 2 i and 2 i + 1. [2 * capacity]
  private let pairs: UnsafeMutablePointer<Int64>
  private var sumX: Int64 = 0
  private var sumY: Int64 = 0
  private var sumXX: Int128 = 0
  private var sumXY: Int128 = 0

  /// - Precondition: 2 <= `capacity` <= 2^16.
  init(capacity: Int) {
    precondition(capacity >= 2 && capacity <= 1 << 16, "a regression's window holds between 2 and 2^16 pairs")
    self.capacity = capacity
    pairs = .allocate(capacity: 2 * capacity)
    pairs.initialize(repeating: 0, count: 2 * capacity)
  }

  deinit { pairs.deallocate() }

  /// True once the window holds `capacity` pairs.
  var isFull: Bool { count == capacity }

  /// Adds a pair, dropping the oldest when the window is full. Both are below 2^45 in magnitude.
  mutating func add(x: Int64, y: Int64) {
    let slot = pairs + 2 * head
    if count == capacity {
      let (oldX, oldY) = (slot[0], slot[1])
      sumX &-= oldX
      sumY &-= oldY
      sumXX &-= Int128(oldX) &* Int128(oldX)
      sumXY &-= Int128(oldX) &* Int128(oldY)
    } else {
      count += 1
    }
    slot[0] = x
    slot[1] = y
    head = head + 1 == capacity ? 0 : head + 1
    sumX &+= x
    sumY &+= y
    sumXX &+= Int128(x) &* Int128(x)
    sumXY &+= Int128(x) &* Int128(y)
  }

  /// Slope of y on x with an intercept, cov(x, y) / var(x); NaN before the window is full or while x does not vary.
  var slope: Double {
    guard isFull else { return .nan }
    let variance = Int128(count) &* sumXX &- Int128(sumX) &* Int128(sumX)
    return variance > 0 ? Double(rounding: scaledCovariance) / Double(rounding: variance) : .nan
  }

  /// Population covariance (divisor n); NaN before the window is full.
  var covariance: Double {
    isFull ? Double(rounding: scaledCovariance) / Double(count * count) : .nan
  }

  /// n^2 times the population covariance, exact.
  private var scaledCovariance: Int128 { Int128(count) &* sumXY &- Int128(sumX) &* Int128(sumY) }
}
