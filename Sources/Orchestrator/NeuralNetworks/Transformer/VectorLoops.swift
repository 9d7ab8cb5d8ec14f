// Element-wise loops between products, eight elements at a time.

/// Loops over arrays of `count` elements. Sums run in eight interleaved parts, always the same ones.
enum VectorLoops<Scalar: TransformerScalar> {
  @inline(__always) static func load(_ x: UnsafePointer<Scalar>, _ index: Int) -> SIMD8<Scalar> {
    UnsafeRawPointer(x + index).loadUnaligned(as: SIMD8<Scalar>.self)
  }

  @inline(__always) static func store(_ value: SIMD8<Scalar>, _ x: UnsafeMutablePointer<Scalar>, _ index: Int) {
    UnsafeMutableRawPointer(x + index).storeBytes(of: value, as: SIMD8<Scalar>.self)
  }

  /// Sum of the lanes in a fixed order.
  @inline(__always) static func total(_ value: SIMD8<Scalar>) -> Scalar {
    let half = value.lowHalf + value.highHalf
    let quarter = half.lowHalf + half.highHalf
    return quarter.x + quarter.y
  }

  /// Sum of x.
  @inline(__always) static func sum(_ x: UnsafePointer<Scalar>, count: Int) -> Scalar {
    var lanes = SIMD8<Scalar>(repeating: 0)
    var index = 0
    while index + 8 <= count {
      lanes += load(x, index)
      index += 8
    }
    var sum = total(lanes)
    while index < count {
      sum += x[index]
      index += 1
    }
    return sum
  }

  /// Sum of x y.
  @inline(__always) static func dot(_ x: UnsafePointer<Scalar>, _ y: UnsafePointer<Scalar>, count: Int) -> Scalar {
    var lanes = SIMD8<Scalar>(repeating: 0)
    var index = 0
    while index + 8 <= count {
      lanes += load(x, index) * load(y, index)
      index += 8
    }
    var sum = total(lanes)
    while index < count {
      sum += x[index] * y[index]
      index += 1
    }
    return sum
  }

  /// y += x.
  @inline(__always) static func add(_ x: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>, count: Int) {
    var index = 0
    while index + 8 <= count {
      store(load(y, index) + load(x, index), y, index)
      index += 8
    }
    while index < count {
      y[index] += x[index]
      index += 1
    }
  }

  /// y += factor x.
  @inline(__always) static func add(
    _ x: UnsafePointer<Scalar>, times factor: Scalar, to y: UnsafeMutablePointer<Scalar>, count: Int
  ) {
    var index = 0
    while index + 8 <= count {
      store(load(y, index) + factor * load(x, index), y, index)
      index += 8
    }
    while index < count {
      y[index] += factor * x[index]
      index += 1
    }
  }

  /// x *= factor.
  @inline(__always) static func scale(_ x: UnsafeMutablePointer<Scalar>, by factor: Scalar, count: Int) {
    var index = 0
    while index + 8 <= count {
      store(factor * load(x, index), x, index)
      index += 8
    }
    while index < count {
      x[index] *= factor
      index += 1
    }
  }

  /// slope = p (slope - mean): back through a softmax whose result is p.
  @inline(__always) static func softmaxSlope(
    _ p: UnsafePointer<Scalar>, _ slope: UnsafeMutablePointer<Scalar>, mean: Scalar, count: Int
  ) {
    var index = 0
    while index + 8 <= count {
      store(load(p, index) * (load(slope, index) - mean), slope, index)
      index += 8
    }
    while index < count {
      slope[index] = p[index] * (slope[index] - mean)
      index += 1
    }
  }
}
