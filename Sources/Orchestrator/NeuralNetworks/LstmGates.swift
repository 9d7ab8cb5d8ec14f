// One time step of an LSTM layer, forward and backward, for all windows of a batch.

/// The arithmetic between the matrix products of a layer of H units; gates lie in the order input, forget, cell,
/// output.
///
///     i, f, o = sigmoid of their sums        g = tanh of its sum
///     c = f c' + i g                         h = o tanh c
///
/// Source: S. Hochreiter, J. Schmidhuber, "Long short-term memory" (1997), with forget gates (F. Gers et al. 2000).
enum LstmGates {
  /// One step of `rows` windows.
  ///
  /// - Parameters:
  ///   - gates: (rows, 4H) the input's share of the sums, replaced by the gates.
  ///   - recurrent: (rows, 4H) the state's share; nil in the first step.
  ///   - before: (rows, H) c'; nil in the first step.
  ///   - cell: (rows, H), overwritten with c.
  ///   - bounded: (rows, H), overwritten with tanh c.
  ///   - output: (rows, H), overwritten with h.
  static func forward<Scalar: NetworkScalar>(
    gates: UnsafeMutablePointer<Scalar>, recurrent: UnsafePointer<Scalar>?, before: UnsafePointer<Scalar>?,
    cell: UnsafeMutablePointer<Scalar>, bounded: UnsafeMutablePointer<Scalar>, output: UnsafeMutablePointer<Scalar>,
    rows: Int, hidden: Int
  ) {
    if let recurrent {
      for index in 0..<(rows * 4 * hidden) { gates[index] += recurrent[index] }
    }
    for row in 0..<rows {
      let i = gates + row * 4 * hidden
      let (f, g, o) = (i + hidden, i + 2 * hidden, i + 3 * hidden)
      Scalar.sigmoid(each: i, count: 2 * hidden)
      Scalar.hyperbolicTangent(each: g, count: hidden)
      Scalar.sigmoid(each: o, count: hidden)
      let c = cell + row * hidden
      if let before {
        let last = before + row * hidden
        for unit in 0..<hidden { c[unit] = f[unit] * last[unit] + i[unit] * g[unit] }
      } else {
        for unit in 0..<hidden { c[unit] = i[unit] * g[unit] }
      }
    }
    bounded.update(from: cell, count: rows * hidden)
    Scalar.hyperbolicTangent(each: bounded, count: rows * hidden)
    for row in 0..<rows {
      let o = gates + row * 4 * hidden + 3 * hidden
      let (t, h) = (bounded + row * hidden, output + row * hidden)
      for unit in 0..<hidden { h[unit] = o[unit] * t[unit] }
    }
  }

  /// The same step backward.
  ///
  /// - Parameters:
  ///   - gates: (rows, 4H) as left by the forward pass, replaced by dL/dsums.
  ///   - before: (rows, H) c'; nil in the first step.
  ///   - bounded: (rows, H) tanh c.
  ///   - outputGradient: (rows, H) dL/dh, from the layer above and from the next step.
  ///   - cellGradient: (rows, H) dL/dc from the next step, replaced by dL/dc'.
  static func backward<Scalar: NetworkScalar>(
    gates: UnsafeMutablePointer<Scalar>, before: UnsafePointer<Scalar>?, bounded: UnsafePointer<Scalar>,
    outputGradient: UnsafePointer<Scalar>, cellGradient: UnsafeMutablePointer<Scalar>, rows: Int, hidden: Int
  ) {
    for row in 0..<rows {
      let i = gates + row * 4 * hidden
      let (f, g, o) = (i + hidden, i + 2 * hidden, i + 3 * hidden)
      let (t, dh, dc) = (bounded + row * hidden, outputGradient + row * hidden, cellGradient + row * hidden)
      if let before {
        let last = before + row * hidden
        for unit in 0..<hidden {
          let (input, forget, candidate, out) = (i[unit], f[unit], g[unit], o[unit])
          let bound = t[unit]
          let cell = dc[unit] + dh[unit] * out * (1 - bound * bound)
          i[unit] = cell * candidate * input * (1 - input)
          f[unit] = cell * last[unit] * forget * (1 - forget)
          g[unit] = cell * input * (1 - candidate * candidate)
          o[unit] = dh[unit] * bound * out * (1 - out)
          dc[unit] = cell * forget
        }
      } else {
        for unit in 0..<hidden {
          let (input, candidate, out) = (i[unit], g[unit], o[unit])
          let bound = t[unit]
          let cell = dc[unit] + dh[unit] * out * (1 - bound * bound)
          i[unit] = cell * candidate * input * (1 - input)
          f[unit] = 0
          g[unit] = cell * input * (1 - candidate * candidate)
          o[unit] = dh[unit] * bound * out * (1 - out)
          dc[unit] = 0
        }
      }
    }
  }
}
