// Back through an encoder layer.

extension EncoderLayer {
  /// Given dL/dy (R, M, D) of the latest forward pass on the same windows, adds to the gradients of all weights and
  /// writes dL/dx (R, N, D). `dy` is used up.
  ///
  /// - Precondition: `dx` and `dy` do not overlap.
  package func backward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, dy: UnsafeMutablePointer<Scalar>,
    dx: UnsafeMutablePointer<Scalar>, _ group: WindowGroup
  ) {
    let (row, rows) = (group.first, group.rows)
    let (tokens, queries) = (attention.tokens, attention.queries)
    let (asked, given) = (row * queries, row * tokens)
    let count = rows * outputCount
    // What goes around F lies in `around`, what came through F in `slope`.
    let (around, slope) = (scratch.around, scratch.slope)
    if normsFirst {
      around.update(from: dy, count: count)
      networkBackward(
        arena, kept.second + asked * width, dy: dy, dx: slope, group)
      norm2.backward(
        arena, normal: kept.secondNormal + asked * width, inverse: kept.secondInverse + asked, dy: slope, dx: slope,
        rows: rows * queries)
      VectorLoops.add(slope, to: around, count: count)
    } else {
      norm2.backward(
        arena, normal: kept.secondNormal + asked * width, inverse: kept.secondInverse + asked, dy: dy, dx: around,
        rows: rows * queries)
      dy.update(from: around, count: count)
      networkBackward(arena, kept.first + asked * width, dy: dy, dx: slope, group)
      VectorLoops.add(slope, to: around, count: count)
      norm1.backward(
        arena, normal: kept.firstNormal + asked * width, inverse: kept.firstInverse + asked, dy: around, dx: around,
        rows: rows * queries)
    }
    // `around` is dL over the sum of x and A; from here on `slope` is that of the heads' outputs.
    dy.update(from: around, count: count)
    drop(dropAttention, dy, count: outputCount, group)
    out.backward(
      arena, x: kept.context + asked * width, xRow: width, dy: dy, dyRow: width, dx: slope, dxRow: width,
      rows: rows * queries)
    attendBackward(
      arena, normsFirst ? UnsafePointer(kept.first + given * width) : x, slope: slope, dx: dx, group)
    if normsFirst {
      norm1.backward(
        arena, normal: kept.firstNormal + given * width, inverse: kept.firstInverse + given, dy: dx, dx: dx,
        rows: rows * tokens)
    }
    for window in 0..<rows {
      let newest = dx + window * inputCount + (tokens - queries) * width
      VectorLoops.add(around + window * outputCount, to: newest, count: outputCount)
    }
  }

  /// Through the attention to its source: dx (R, N, D), overwritten.
  private func attendBackward(
    _ arena: ParameterArena<Scalar>, _ source: UnsafePointer<Scalar>, slope: UnsafePointer<Scalar>,
    dx: UnsafeMutablePointer<Scalar>, _ group: WindowGroup
  ) {
    let (tokens, queries, stride) = (attention.tokens, attention.queries, 3 * width)
    let hidden = tokens - queries
    let dprojected = scratch.projected
    for window in 0..<group.rows {
      let row = group.first + window
      let x = source + window * inputCount
      let dx = dx + window * inputCount
      attention.backward(
        projected: kept.projected + row * tokens * stride,
        weights: kept.weights + row * attention.weightCount, dy: slope + window * outputCount,
        dprojected: dprojected, key: group.key, row: row)
      keyValue.backward(
        arena, x: x, xRow: width, dy: dprojected + width, dyRow: stride, dx: dx, dxRow: width, rows: tokens)
      query.backward(
        arena, x: x + hidden * width, xRow: width, dy: dprojected + hidden * stride, dyRow: stride,
        dx: scratch.queries, dxRow: width, rows: queries)
      VectorLoops.add(scratch.queries, to: dx + hidden * width, count: outputCount)
    }
  }

  /// Through F: dx (R, M, D), overwritten; `dy` is used up.
  private func networkBackward(
    _ arena: ParameterArena<Scalar>, _ x: UnsafePointer<Scalar>, dy: UnsafeMutablePointer<Scalar>,
    dx: UnsafeMutablePointer<Scalar>, _ group: WindowGroup
  ) {
    let (row, rows) = (group.first, group.rows)
    let count = attention.queries * hidden
    let total = rows * attention.queries
    let (inside, active) = (kept.inside + row * count, kept.active + row * count)
    drop(dropNetwork, dy, count: outputCount, group)
    down.backward(
      arena, x: active, xRow: hidden, dy: dy, dyRow: width, dx: scratch.inside, dxRow: hidden, rows: total)
    drop(dropHidden, scratch.inside, count: count, group)
    Scalar.geluBackward(inside, scratch.inside, count: rows * count)
    up.backward(arena, x: x, xRow: width, dy: scratch.inside, dyRow: hidden, dx: dx, dxRow: width, rows: total)
  }
}
