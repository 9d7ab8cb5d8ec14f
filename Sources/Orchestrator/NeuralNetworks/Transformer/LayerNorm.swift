// Every token brought to mean 0 and variance 1, then to a learned scale and place.

/// y = g (x - mean) / sqrt(variance + epsilon) + b, over the D elements of a token.
///
/// Sizes: R = tokens, D = ``width``. The variance is the biased one, as in PyTorch.
/// Source: J. Ba, J. Kiros, G. Hinton, "Layer normalization" (2016).
package struct LayerNorm<Scalar: TransformerScalar> {
  /// D.
  package let width: Int
  /// (D), g.
  package let weight: ParameterSlot
  /// (D), b.
  package let bias: ParameterSlot
  /// Added to the variance; PyTorch's default.
  package static var epsilon: Scalar { 1e-5 }

  /// The layer of the tensors `<name>.weight` and `<name>.bias` of `layout`.
  package init(_ name: String, in layout: ParameterLayout) {
    weight = layout.slot(name + ".weight")
    bias = layout.slot(name + ".bias")
    width = weight.count
  }

  /// Sets g = 1, b = 0.
  package func initialise(_ arena: ParameterArena<Scalar>) {
    arena.values(weight).update(repeating: 1, count: width)
    arena.values(bias).update(repeating: 0, count: width)
  }

  /// - Parameters:
  ///   - x: (R, D); may be `y` or `normal`.
  ///   - normal: (R, D), overwritten with (x - mean) / sqrt(variance + epsilon), which the backward pass needs.
  ///   - inverse: (R), overwritten with 1 / sqrt(variance + epsilon).
  ///   - y: (R, D), overwritten.
  ///   - rows: R.
  package func forward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, normal: UnsafeMutablePointer<Scalar>,
    inverse: UnsafeMutablePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    typealias Loops = VectorLoops<Scalar>
    let (g, b) = (UnsafePointer(arena.values(weight)), UnsafePointer(arena.values(bias)))
    let size = Scalar(width)
    for row in 0..<rows {
      let x = x + row * width
      let normal = normal + row * width
      let y = y + row * width
      let mean = Loops.sum(x, count: width) / size
      var index = 0
      var squares = SIMD8<Scalar>(repeating: 0)
      while index + 8 <= width {
        let centred = Loops.load(x, index) - mean
        squares += centred * centred
        Loops.store(centred, normal, index)
        index += 8
      }
      var variance = Loops.total(squares)
      while index < width {
        normal[index] = x[index] - mean
        variance += normal[index] * normal[index]
        index += 1
      }
      let scale = 1 / (variance / size + Self.epsilon).squareRoot()
      inverse[row] = scale
      index = 0
      while index + 8 <= width {
        let value = scale * Loops.load(normal, index)
        Loops.store(value, normal, index)
        Loops.store(value * Loops.load(g, index) + Loops.load(b, index), y, index)
        index += 8
      }
      while index < width {
        normal[index] *= scale
        y[index] = normal[index] * g[index] + b[index]
        index += 1
      }
    }
  }

  /// Adds dL/dg and dL/db to the arena's gradients and writes dL/dx.
  ///
  ///     dg += dy n      db += dy      dx = inverse (u - mean(u) - n mean(u n)), u = g dy, n = the normal part
  ///
  /// - Parameters:
  ///   - dy: (R, D).
  ///   - dx: (R, D), overwritten; may be `dy`.
  package func backward(
    _ arena: ParameterArena<Scalar>, normal: UnsafePointer<Scalar>, inverse: UnsafePointer<Scalar>,
    dy: UnsafePointer<Scalar>, dx: UnsafeMutablePointer<Scalar>, rows: Int
  ) {
    typealias Loops = VectorLoops<Scalar>
    let g = UnsafePointer(arena.values(weight))
    let (dg, db) = (arena.gradients(weight), arena.gradients(bias))
    let size = Scalar(width)
    for row in 0..<rows {
      let normal = normal + row * width
      let dy = dy + row * width
      let dx = dx + row * width
      var sums = (plain: SIMD8<Scalar>(repeating: 0), along: SIMD8<Scalar>(repeating: 0))
      var index = 0
      while index + 8 <= width {
        let slope = Loops.load(dy, index)
        let value = Loops.load(normal, index)
        let pull = slope * Loops.load(g, index)
        sums.plain += pull
        sums.along += pull * value
        Loops.store(Loops.load(dg, index) + slope * value, dg, index)
        Loops.store(Loops.load(db, index) + slope, db, index)
        index += 8
      }
      var (plain, along) = (Loops.total(sums.plain), Loops.total(sums.along))
      while index < width {
        let pull = dy[index] * g[index]
        plain += pull
        along += pull * normal[index]
        dg[index] += dy[index] * normal[index]
        db[index] += dy[index]
        index += 1
      }
      plain /= size
      along /= size
      let scale = inverse[row]
      index = 0
      while index + 8 <= width {
        let pull = Loops.load(dy, index) * Loops.load(g, index)
        Loops.store(scale * (pull - plain - along * Loops.load(normal, index)), dx, index)
        index += 8
      }
      while index < width {
        dx[index] = scale * (dy[index] * g[index] - plain - along * normal[index])
        index += 1
      }
    }
  }
}
