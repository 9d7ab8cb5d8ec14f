// Sums over the last n values, exact whatever happened before the window.

import QuantMath

/// The shared state behind mean, deviation, slope and their kin over one window.
///
/// A running floating-point sum remembers, in its last bits, everything that ever passed through it. Values are
/// therefore kept as whole numbers: ticks and contracts as they are, prices between ticks in units of 2^-20, everything
/// else in units of 2^-28, clamped to 48 bits. The sums are exact, so the value is a function of the window alone and
/// costs the same for any length.
struct WindowKernel {
  var count: Int64
  var head: Int64
  var sum: Int64
  /// The newest value as kept.
  var newest: Int64
  var squares: Int128
  /// Sum of i times the value, i = 1 for the oldest.
  var weighted: Int128

  /// Bytes of the state with its ring of `count` values.
  static func size(_ count: Int) -> Int { MemoryLayout<WindowKernel>.stride + count * 8 }

  @inline(__always) static func ring(_ state: UnsafeMutablePointer<WindowKernel>) -> UnsafeMutablePointer<Int64> {
    UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Int64.self)
  }

  /// Adds a value that is finite.
  @inline(__always) static func update(
    _ state: UnsafeMutablePointer<WindowKernel>, capacity: Int64, value: Double, scale: Double
  ) {
    let fixed = FixedPoint.fixed(value, scale: scale)
    let ring = ring(state)
    if state.pointee.count == capacity {
      let leaving = ring[Int(state.pointee.head)]
      // Every value moves one place towards the oldest: each loses its weight once, the leaving one all it has.
      state.pointee.weighted &-= Int128(state.pointee.sum)
      state.pointee.sum &-= leaving
      state.pointee.squares &-= Int128(leaving) &* Int128(leaving)
    } else {
      state.pointee.count &+= 1
    }
    ring[Int(state.pointee.head)] = fixed
    state.pointee.head = state.pointee.head &+ 1 == capacity ? 0 : state.pointee.head &+ 1
    state.pointee.sum &+= fixed
    state.pointee.squares &+= Int128(fixed) &* Int128(fixed)
    state.pointee.weighted &+= Int128(state.pointee.count) &* Int128(fixed)
    state.pointee.newest = fixed
  }

  /// n sum(x^2) - sum(x)^2 in kept units squared: n (n - 1) times the sample variance.
  @inline(__always) var scaledVariance: Double {
    Double(rounding: Int128(count) &* squares &- Int128(sum) &* Int128(sum))
  }

  /// Sample standard deviation in kept units.
  @inline(__always) var deviation: Double {
    let n = Double(count)
    return (scaledVariance / (n * (n - 1))).squareRoot()
  }

  @inline(__always) var mean: Double { Double(sum) / Double(count) }

  /// Standard deviation with divisor n in kept units.
  @inline(__always) var populationDeviation: Double { scaledVariance.squareRoot() / Double(count) }

  /// Distance of the newest value from the mean in sample deviations; 0 where they are 0.
  @inline(__always) var zscore: Double {
    let deviation = deviation
    return deviation > 0 ? Double(count &* newest &- sum) / Double(count) / deviation : 0
  }

  /// Mean weighted by 1 to n, in kept units.
  @inline(__always) var weightedMean: Double {
    Double(rounding: weighted) / Double(count &* (count &+ 1) / 2)
  }

  /// The least-squares line at the newest value, in kept units.
  @inline(__always) var endpoint: Double { mean + slope * Double(count &- 1) / 2 }

  /// n sum(i x) - sum(i) sum(x), i = 1...n.
  @inline(__always) private var trend: Double {
    let n = Int128(count)
    return Double(rounding: n &* weighted &- n &* (n &+ 1) / 2 &* Int128(sum))
  }

  /// Least-squares slope per bar in kept units.
  @inline(__always) var slope: Double {
    let n = Double(count)
    return trend / (n * n * (n * n - 1) / 12)
  }

  /// Coefficient of determination of the least-squares line; 0 for equal values.
  @inline(__always) var fit: Double {
    let variance = scaledVariance
    guard variance > 0 else { return 0 }
    let n = Double(count)
    let trend = trend
    return trend / (n * n * (n * n - 1) / 12) * trend / variance
  }

  /// Mean absolute distance from the mean in kept units. Reads the whole window: no running form is exact.
  @inline(__always) static func meanDeviation(_ state: UnsafeMutablePointer<WindowKernel>) -> Double {
    let ring = ring(state)
    let count = state.pointee.count
    let sum = state.pointee.sum
    // n |x - mean| = |n x - sum| is a whole number.
    var total: Int128 = 0
    for place in 0..<Int(count) { total &+= Int128(abs(count &* ring[place] &- sum)) }
    return Double(rounding: total) / (Double(count) * Double(count))
  }
}

/// Whole numbers in place of reals, for sums that must not depend on their order.
enum FixedPoint {
  /// Units per 1: whole values; prices between ticks; everything else.
  static let whole = 1.0
  static let price = 0x1p20
  static let real = 0x1p28
  /// Bound of the whole numbers.
  static let limit = 0x1p48

  /// The nearest whole number of units, at most 48 bits. `value` must be finite.
  @inline(__always) static func fixed(_ value: Double, scale: Double) -> Int64 {
    let scaled = min(max(value * scale, -limit), limit)
    // Adding and taking away 1.5 x 2^52 rounds to the nearest whole number, which older processors have no call for.
    return Int64((scaled + 0x1.8p52) - 0x1.8p52)
  }
}
