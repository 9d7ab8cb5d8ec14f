// Many tokens made one.

package import QuantMath

/// How the tokens of a window become the vector that the head reads.
package enum Pooling: String, Hashable, Sendable, CaseIterable, Codable {
  /// The newest token.
  case last
  /// The mean of all tokens.
  case mean
  /// A mean with weights softmax(h q / sqrt(D)), q learned: the tensor `pool.query` (1, D).
  case attention
}

/// ``Pooling`` as a layer. Sizes: R = windows, M = ``tokens``, D = ``width``.
package struct PoolingLayer<Scalar: TransformerScalar> {
  package let kind: Pooling
  package let tokens: Int
  package let width: Int
  /// (1, D), of attention.
  private let query: ParameterSlot?
  /// (B, M), weights of attention.
  private let weights: UnsafeMutablePointer<Scalar>
  /// (M), dL over the weights of one window.
  private let slopes: UnsafeMutablePointer<Scalar>

  /// A layer for `tokens` tokens that come in and at most `maximumRows` windows.
  package init(
    _ kind: Pooling, tokens: Int, width: Int, maximumRows: Int, in layout: ParameterLayout, memory: LayerMemory<Scalar>
  ) {
    self.kind = kind
    self.tokens = tokens
    self.width = width
    query = kind == .attention ? layout.slot(Self.queryName) : nil
    weights = memory.take(kind == .attention ? maximumRows * tokens : 1)
    slopes = memory.take(tokens)
  }

  /// The learned query's tensor.
  package static var queryName: String { "pool.query" }

  /// Draws the query from a normal distribution of deviation 0.02, so that all tokens begin with much the same weight.
  package func initialise(_ arena: ParameterArena<Scalar>, random: inout CounterRandom) {
    guard let query else { return }
    for index in 0..<width { arena.values(query)[index] = Scalar(0.02 * random.nextGaussian()) }
  }

  /// y (R, D) of h (R, M, D), of a group's R windows; missing tokens count for nothing.
  package func forward(
    _ arena: ParameterArena<Scalar>, h: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, _ group: WindowGroup
  ) {
    for row in 0..<group.rows {
      let start = group.missing(of: group.first + row, among: tokens)
      let h = h + row * tokens * width
      let y = y + row * width
      switch kind {
      case .last: y.update(from: h + (tokens - 1) * width, count: width)
      case .mean:
        y.update(repeating: 0, count: width)
        for token in start..<tokens { VectorLoops.add(h + token * width, to: y, count: width) }
        VectorLoops.scale(y, by: 1 / Scalar(tokens - start), count: width)
      case .attention:
        guard let query else { preconditionFailure("attention pooling without its query") }
        let weights = weights + (group.first + row) * tokens
        let factor = 1 / Scalar(width).squareRoot()
        for token in start..<tokens {
          weights[token] = factor * VectorLoops.dot(h + token * width, arena.values(query), count: width)
        }
        Scalar.softmax(weights + start, count: tokens - start)
        y.update(repeating: 0, count: width)
        for token in start..<tokens {
          VectorLoops.add(h + token * width, times: weights[token], to: y, count: width)
        }
      }
    }
  }

  /// Given dL/dy (R, D) of the latest forward pass on the same windows, writes dL/dh (R, M, D) and adds to the query's
  /// gradient.
  package func backward(
    _ arena: ParameterArena<Scalar>, h: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>,
    dh: UnsafeMutablePointer<Scalar>, _ group: WindowGroup
  ) {
    for row in 0..<group.rows {
      let start = group.missing(of: group.first + row, among: tokens)
      let h = h + row * tokens * width
      let dh = dh + row * tokens * width
      let dy = dy + row * width
      dh.update(repeating: 0, count: tokens * width)
      switch kind {
      case .last: (dh + (tokens - 1) * width).update(from: dy, count: width)
      case .mean:
        let share = 1 / Scalar(tokens - start)
        for token in start..<tokens { VectorLoops.add(dy, times: share, to: dh + token * width, count: width) }
      case .attention:
        guard let query else { preconditionFailure("attention pooling without its query") }
        let weights = weights + (group.first + row) * tokens
        for token in start..<tokens { slopes[token] = VectorLoops.dot(h + token * width, dy, count: width) }
        let mean = VectorLoops.dot(weights + start, slopes + start, count: tokens - start)
        VectorLoops.softmaxSlope(weights + start, slopes + start, mean: mean, count: tokens - start)
        VectorLoops.scale(slopes + start, by: 1 / Scalar(width).squareRoot(), count: tokens - start)
        for token in start..<tokens {
          let (h, dh) = (h + token * width, dh + token * width)
          VectorLoops.add(dy, times: weights[token], to: dh, count: width)
          VectorLoops.add(arena.values(query), times: slopes[token], to: dh, count: width)
          VectorLoops.add(h, times: slopes[token], to: arena.gradients(query), count: width)
        }
      }
    }
  }
}
