// Co-movement of two values, and the shape of one, over the last n bars.

import QuantMath

/// Exact sums of products of two values; see ``WindowKernel``.
struct PairKernel {
  var count: Int64
  var head: Int64
  var sumX: Int64
  var sumY: Int64
  var squaresX: Int128
  var squaresY: Int128
  var products: Int128

  static func size(_ count: Int) -> Int { MemoryLayout<PairKernel>.stride + count * 16 }

  /// Adds a pair of finite values; `scaleX` and `scaleY` are their units.
  @inline(__always) static func update(
    _ state: UnsafeMutablePointer<PairKernel>, capacity: Int64, x: Double, y: Double, scaleX: Double, scaleY: Double
  ) {
    let (x, y) = (FixedPoint.fixed(x, scale: scaleX), FixedPoint.fixed(y, scale: scaleY))
    let ring = UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Int64.self)
    let place = ring + 2 * Int(state.pointee.head)
    if state.pointee.count == capacity {
      add(state, place[0], place[1], -1)
    } else {
      state.pointee.count &+= 1
    }
    place[0] = x
    place[1] = y
    state.pointee.head = state.pointee.head &+ 1 == capacity ? 0 : state.pointee.head &+ 1
    add(state, x, y, 1)
  }

  @inline(__always) private static func add(
    _ state: UnsafeMutablePointer<PairKernel>, _ x: Int64, _ y: Int64, _ sign: Int64
  ) {
    state.pointee.sumX &+= sign &* x
    state.pointee.sumY &+= sign &* y
    state.pointee.squaresX &+= Int128(sign &* x) &* Int128(x)
    state.pointee.squaresY &+= Int128(sign &* y) &* Int128(y)
    state.pointee.products &+= Int128(sign &* x) &* Int128(y)
  }

  @inline(__always) private var varianceX: Double {
    Double(rounding: Int128(count) &* squaresX &- Int128(sumX) &* Int128(sumX))
  }
  @inline(__always) private var varianceY: Double {
    Double(rounding: Int128(count) &* squaresY &- Int128(sumY) &* Int128(sumY))
  }
  @inline(__always) private var covariance: Double {
    Double(rounding: Int128(count) &* products &- Int128(sumX) &* Int128(sumY))
  }

  /// Pearson's correlation; 0 where either is constant.
  @inline(__always) var correlation: Double {
    let (x, y) = (varianceX, varianceY)
    return x > 0 && y > 0 ? covariance / (x.squareRoot() * y.squareRoot()) : 0
  }

  /// Slope of x on y in kept units; 0 where y is constant.
  @inline(__always) var beta: Double {
    let y = varianceY
    return y > 0 ? covariance / y : 0
  }
}

/// Exact power sums up to the fourth, for skewness and kurtosis.
///
/// Values are kept in units of 2^-16, clamped to 1,024 either way, so that fourth powers of 2,048 of them fit 128 bits.
struct PowerKernel {
  var count: Int64
  var head: Int64
  var first: Int128
  var second: Int128
  var third: Int128
  var fourth: Int128

  static func size(_ count: Int) -> Int { MemoryLayout<PowerKernel>.stride + count * 8 }

  /// Adds a finite value.
  @inline(__always) static func update(_ state: UnsafeMutablePointer<PowerKernel>, capacity: Int64, value: Double) {
    let fixed = FixedPoint.fixed(min(max(value, -1_024), 1_024), scale: 0x1p16)
    let ring = UnsafeMutableRawPointer(state + 1).assumingMemoryBound(to: Int64.self)
    let place = ring + Int(state.pointee.head)
    if state.pointee.count == capacity {
      add(state, place.pointee, -1)
    } else {
      state.pointee.count &+= 1
    }
    place.pointee = fixed
    state.pointee.head = state.pointee.head &+ 1 == capacity ? 0 : state.pointee.head &+ 1
    add(state, fixed, 1)
  }

  @inline(__always) private static func add(_ state: UnsafeMutablePointer<PowerKernel>, _ x: Int64, _ sign: Int64) {
    let square = x &* x
    state.pointee.first &+= Int128(sign &* x)
    state.pointee.second &+= Int128(sign &* square)
    state.pointee.third &+= Int128(sign &* square) &* Int128(x)
    state.pointee.fourth &+= Int128(sign &* square) &* Int128(square)
  }

  /// Central moments of second to fourth order in kept units.
  @inline(__always) private var central: (second: Double, third: Double, fourth: Double) {
    let n = Double(count)
    let mean = Double(rounding: first) / n
    let (a, b, c) = (Double(rounding: second) / n, Double(rounding: third) / n, Double(rounding: fourth) / n)
    return (
      // From whole numbers, so that equal values give exactly 0.
      Double(rounding: Int128(count) &* second &- first &* first) / (n * n),
      b - 3 * mean * a + 2 * mean * mean * mean,
      c - 4 * mean * b + 6 * mean * mean * a - 3 * mean * mean * mean * mean
    )
  }

  /// 0 for equal values.
  @inline(__always) var skewness: Double {
    let moments = central
    return moments.second > 0 ? moments.third / (moments.second * moments.second.squareRoot()) : 0
  }

  /// In excess of the normal distribution's 3; 0 for equal values.
  @inline(__always) var kurtosis: Double {
    let moments = central
    return moments.second > 0 ? moments.fourth / (moments.second * moments.second) - 3 : 0
  }
}
