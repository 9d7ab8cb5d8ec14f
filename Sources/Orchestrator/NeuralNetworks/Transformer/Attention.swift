// Tokens that look at each other: several heads of softmax over scaled dot products.

/// Self-attention of one window: the newest M of its N tokens ask, all N answer.
///
///     S = (q / sqrt(d)) k^T over the tokens that the mask allows      P = softmax of the rows of S      y = P v
///
/// Sizes: N = ``tokens``, M = ``queries``, D = ``width``, H = ``heads``, d = D / H. Queries, keys and values lie beside
/// each other in one (N, 3 D) buffer, of which the first N - M queries are neither written nor read: where only the
/// newest token's output counts, nothing is computed for the others.
/// Source: A. Vaswani et al., "Attention is all you need" (2017).
package struct Attention<Scalar: TransformerScalar> {
  package let tokens: Int
  package let queries: Int
  package let width: Int
  package let heads: Int
  /// Tokens that a token sees, itself and those before it; nil for all N.
  package let span: Int?
  package let rotary: RotaryPositions<Scalar>?
  /// On the weights P.
  package let dropout: Dropout<Scalar>
  /// (M, N), of one head.
  private let dropped: UnsafeMutablePointer<Scalar>
  /// (M, N), of one head.
  private let slopes: UnsafeMutablePointer<Scalar>

  /// - Precondition: `heads` divides `width`, 1 <= `queries` <= `tokens`, `span` is nil or at least 1.
  package init(
    tokens: Int, queries: Int, width: Int, heads: Int, span: Int?, rotary: RotaryPositions<Scalar>?,
    dropout: Dropout<Scalar>, memory: LayerMemory<Scalar>
  ) {
    precondition(heads >= 1 && width.isMultiple(of: heads), "\(heads) heads do not divide a width of \(width)")
    precondition((1...tokens).contains(queries), "\(queries) of \(tokens) tokens cannot ask")
    precondition(span ?? 1 >= 1, "a span of \(span ?? 0) tokens sees nothing")
    self.tokens = tokens
    self.queries = queries
    self.width = width
    self.heads = heads
    self.span = span
    self.rotary = rotary
    self.dropout = dropout
    dropped = memory.take(queries * tokens)
    slopes = memory.take(queries * tokens)
  }

  /// Elements of the weights of one window: (H, M, N).
  package var weightCount: Int { heads * queries * tokens }

  /// What query `query` of 0 ..< M may see; nothing for a query that is itself missing.
  private func visible(_ query: Int, missing: Int) -> Range<Int> {
    let own = tokens - queries + query
    if own < missing { return 0..<0 }
    guard let span else { return missing..<tokens }
    return max(missing, own - span + 1)..<(own + 1)
  }

  /// - Parameters:
  ///   - projected: (N, 3 D); its queries are divided by sqrt(d), and queries and keys turned if positions are rotary.
  ///   - weights: (H, M, N), overwritten with P.
  ///   - y: (M, D), overwritten.
  ///   - missing: Of the oldest tokens, which nobody sees and which see nothing.
  ///   - key: Of the dropout; nil drops nothing.
  ///   - row: Of the batch, for the dropout.
  package func forward(
    projected: UnsafeMutablePointer<Scalar>, weights: UnsafeMutablePointer<Scalar>, y: UnsafeMutablePointer<Scalar>,
    missing: Int = 0, key: DropoutKey?, row: Int
  ) {
    let (stride, depth, hidden) = (3 * width, width / heads, tokens - queries)
    let asking = projected + hidden * stride
    let factor = 1 / Scalar(depth).squareRoot()
    for query in 0..<queries { VectorLoops.scale(asking + query * stride, by: factor, count: width) }
    if let rotary {
      rotary.turn(asking, stride: stride, heads: heads, first: hidden, count: queries)
      rotary.turn(projected + width, stride: stride, heads: heads, first: 0, count: tokens)
    }
    for head in 0..<heads {
      let weights = weights + head * queries * tokens
      let (k, v) = (projected + width + head * depth, projected + 2 * width + head * depth)
      Scalar.product(
        m: queries, n: tokens, k: depth, a: asking + head * depth, aRow: stride, aColumn: 1, b: k, bRow: 1,
        bColumn: stride, adds: false, c: weights, cRow: tokens)
      for query in 0..<queries {
        let row = weights + query * tokens
        let seen = visible(query, missing: missing)
        row.update(repeating: 0, count: seen.lowerBound)
        if !seen.isEmpty { Scalar.softmax(row + seen.lowerBound, count: seen.count) }
        (row + seen.upperBound).update(repeating: 0, count: tokens - seen.upperBound)
      }
      let applied = masked(weights, key, row: row, head: head)
      Scalar.product(
        m: queries, n: depth, k: tokens, a: applied, aRow: tokens, aColumn: 1, b: v, bRow: stride, bColumn: 1,
        adds: false, c: y + head * depth, cRow: width)
    }
  }

  /// Given dL/dy (M, D), overwrites dL/dprojected (N, 3 D), of the projection before it was divided and turned; the
  /// first N - M queries of it stay as they are.
  ///
  ///     dv = P^T dy      dP = dy v^T      dS = P (dP - sum of dP P over the row)      dq = dS k      dk = dS^T q
  package func backward(
    projected: UnsafePointer<Scalar>, weights: UnsafePointer<Scalar>, dy: UnsafePointer<Scalar>,
    dprojected: UnsafeMutablePointer<Scalar>, key: DropoutKey?, row: Int
  ) {
    let (stride, depth, hidden) = (3 * width, width / heads, tokens - queries)
    let asking = projected + hidden * stride
    let dasking = dprojected + hidden * stride
    for head in 0..<heads {
      let weights = weights + head * queries * tokens
      let dy = dy + head * depth
      let (keys, values) = (width + head * depth, 2 * width + head * depth)
      Scalar.product(
        m: tokens, n: depth, k: queries, a: masked(weights, key, row: row, head: head), aRow: 1, aColumn: tokens,
        b: dy, bRow: width, bColumn: 1, adds: false, c: dprojected + values, cRow: stride)
      Scalar.product(
        m: queries, n: tokens, k: depth, a: dy, aRow: width, aColumn: 1, b: projected + values, bRow: 1,
        bColumn: stride, adds: false, c: slopes, cRow: tokens)
      if let key, dropout.drops {
        dropout.apply(key, row: row, part: head, slopes, to: slopes, count: queries * tokens)
      }
      for query in 0..<queries {
        let (p, slope) = (weights + query * tokens, slopes + query * tokens)
        let mean = VectorLoops.dot(p, slope, count: tokens)
        VectorLoops.softmaxSlope(p, slope, mean: mean, count: tokens)
      }
      Scalar.product(
        m: queries, n: depth, k: tokens, a: slopes, aRow: tokens, aColumn: 1, b: projected + keys, bRow: stride,
        bColumn: 1, adds: false, c: dasking + head * depth, cRow: stride)
      Scalar.product(
        m: tokens, n: depth, k: queries, a: slopes, aRow: 1, aColumn: tokens, b: asking + head * depth, bRow: stride,
        bColumn: 1, adds: false, c: dprojected + keys, cRow: stride)
    }
    if let rotary {
      rotary.turn(dasking, stride: stride, heads: heads, first: hidden, count: queries, isBack: true)
      rotary.turn(dprojected + width, stride: stride, heads: heads, first: 0, count: tokens, isBack: true)
    }
    let factor = 1 / Scalar(depth).squareRoot()
    for query in 0..<queries { VectorLoops.scale(dasking + query * stride, by: factor, count: width) }
  }

  /// The weights of a head as they are applied: with dropout a masked copy.
  private func masked(
    _ weights: UnsafePointer<Scalar>, _ key: DropoutKey?, row: Int, head: Int
  ) -> UnsafePointer<Scalar> {
    guard let key, dropout.drops else { return weights }
    dropout.apply(key, row: row, part: head, weights, to: dropped, count: queries * tokens)
    return UnsafePointer(dropped)
  }
}
