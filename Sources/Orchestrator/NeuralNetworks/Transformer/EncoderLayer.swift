// Attention and a small network over every token, each with a way around it.

package import QuantMath

/// One layer of a transformer encoder.
///
///     norms last:  m = norm1(x + A(x))    y = norm2(m + F(m))
///     norms first: m = x + A(norm1(x))    y = m + F(norm2(m))
///
/// A is ``Attention`` between two projections, F(x) = W2 gelu(W1 x + b1) + b2. Dropout stands where PyTorch's
/// `TransformerEncoderLayer` has it: on the attention's weights, after A, after the gelu, after F.
///
/// Sizes: B rows at most, N tokens in, the newest M of them out, D wide, F wide inside. Every method works on a group
/// of R windows of the batch; `x` is the first of them.
package struct EncoderLayer<Scalar: TransformerScalar> {
  package let attention: Attention<Scalar>
  /// D.
  package let width: Int
  /// F.
  package let hidden: Int
  package let normsFirst: Bool
  let query: Projection<Scalar>
  let keyValue: Projection<Scalar>
  let out: Projection<Scalar>
  let up: Projection<Scalar>
  let down: Projection<Scalar>
  let norm1: LayerNorm<Scalar>
  let norm2: LayerNorm<Scalar>
  let dropAttention: Dropout<Scalar>
  let dropHidden: Dropout<Scalar>
  let dropNetwork: Dropout<Scalar>
  let kept: Kept
  let scratch: EncoderScratch<Scalar>

  /// What the backward pass needs of the forward pass.
  struct Kept {
    /// (B, N, 3 D).
    let projected: UnsafeMutablePointer<Scalar>
    /// (B, H, M, N).
    let weights: UnsafeMutablePointer<Scalar>
    /// (B, M, D), the heads' outputs.
    let context: UnsafeMutablePointer<Scalar>
    /// (B, N, D) norm1(x) with norms first, (B, M, D) m with norms last.
    let first: UnsafeMutablePointer<Scalar>
    let firstNormal: UnsafeMutablePointer<Scalar>
    let firstInverse: UnsafeMutablePointer<Scalar>
    /// (B, M, D) norm2(m) with norms first.
    let second: UnsafeMutablePointer<Scalar>
    let secondNormal: UnsafeMutablePointer<Scalar>
    let secondInverse: UnsafeMutablePointer<Scalar>
    /// (B, M, F) before the gelu.
    let inside: UnsafeMutablePointer<Scalar>
    /// (B, M, F) after gelu and dropout.
    let active: UnsafeMutablePointer<Scalar>
  }

  /// Layer `number` of a network of `shape`, for `tokens` tokens of which `queries` are asked for.
  package init(
    _ shape: TransformerShape, number: Int, tokens: Int, queries: Int, dropout: Double,
    rotary: RotaryPositions<Scalar>?, maximumRows: Int, layout: ParameterLayout, scratch: EncoderScratch<Scalar>,
    memory: LayerMemory<Scalar>
  ) {
    let name = "encoder.layers.\(number)."
    let place = 4 * number
    width = shape.width
    hidden = shape.hidden
    normsFirst = shape.normsFirst
    attention = Attention(
      tokens: tokens, queries: queries, width: shape.width, heads: shape.heads, span: shape.span, rotary: rotary,
      dropout: Dropout(dropout, place: place), memory: memory)
    dropAttention = Dropout(dropout, place: place + 1)
    dropHidden = Dropout(dropout, place: place + 2)
    dropNetwork = Dropout(dropout, place: place + 3)
    let project = (name + "self_attn.in_proj_weight", name + "self_attn.in_proj_bias")
    query = Projection(weight: project.0, bias: project.1, part: 0..<shape.width, in: layout, memory: memory)
    keyValue = Projection(
      weight: project.0, bias: project.1, part: shape.width..<(3 * shape.width), in: layout, memory: memory)
    func dense(_ part: String) -> Projection<Scalar> {
      Projection(weight: name + part + ".weight", bias: name + part + ".bias", in: layout, memory: memory)
    }
    out = dense("self_attn.out_proj")
    up = dense("linear1")
    down = dense("linear2")
    norm1 = LayerNorm(name + "norm1", in: layout)
    norm2 = LayerNorm(name + "norm2", in: layout)
    let (asked, given) = (maximumRows * queries, maximumRows * tokens)
    let normed = normsFirst ? given : asked
    kept = Kept(
      projected: memory.take(given * 3 * width), weights: memory.take(maximumRows * attention.weightCount),
      context: memory.take(asked * width), first: memory.take(normed * width), firstNormal: memory.take(normed * width),
      firstInverse: memory.take(normed), second: memory.take(normsFirst ? asked * width : 1),
      secondNormal: memory.take(asked * width), secondInverse: memory.take(asked),
      inside: memory.take(asked * hidden), active: memory.take(asked * hidden))
    self.scratch = scratch
  }

  /// N D: elements of one window going in.
  package var inputCount: Int { attention.tokens * width }
  /// M D: elements of one window coming out.
  package var outputCount: Int { attention.queries * width }

  /// Weights by Glorot's rule, the attention's as if query, key and value were one layer, as PyTorch has it.
  package func initialise(_ arena: ParameterArena<Scalar>, random: inout CounterRandom) {
    query.initialise(arena, fanOut: 3 * width, random: &random)
    keyValue.initialise(arena, fanOut: 3 * width, random: &random)
    for layer in [out, up, down] { layer.initialise(arena, fanOut: layer.outputs, random: &random) }
    norm1.initialise(arena)
    norm2.initialise(arena)
  }

  /// Takes in the weights for forward passes.
  package func packForward(_ arena: ParameterArena<Scalar>) {
    for layer in [query, keyValue, out, up, down] { layer.packForward(arena) }
  }

  /// Takes in the weights for backward passes.
  package func packBackward(_ arena: ParameterArena<Scalar>) {
    for layer in [query, keyValue, out, up, down] { layer.packBackward(arena) }
  }

  /// y (R, M, D) of x (R, N, D).
  package func forward(
    _ arena: ParameterArena<Scalar>, x: UnsafePointer<Scalar>, y: UnsafeMutablePointer<Scalar>, _ group: WindowGroup
  ) {
    let (row, rows) = (group.first, group.rows)
    let (tokens, queries) = (attention.tokens, attention.queries)
    let (asked, given) = (row * queries, row * tokens)
    let m = kept.first + asked * width
    var source = x
    if normsFirst {
      let normed = kept.first + given * width
      norm1.forward(
        arena, x: x, normal: kept.firstNormal + given * width, inverse: kept.firstInverse + given, y: normed,
        rows: rows * tokens)
      source = UnsafePointer(normed)
    }
    attend(arena, source, group)
    // Norms first: m grows in y itself. Norms last: y holds A(x) until norm1 has made m of it.
    out.forward(
      arena, x: kept.context + asked * width, xRow: width, y: y, yRow: width, rows: rows * queries)
    drop(dropAttention, y, count: outputCount, group)
    for window in 0..<rows {
      let newest = x + window * inputCount + (tokens - queries) * width
      VectorLoops.add(newest, to: y + window * outputCount, count: outputCount)
    }
    let second = kept.second + asked * width
    if normsFirst {
      norm2.forward(
        arena, x: y, normal: kept.secondNormal + asked * width, inverse: kept.secondInverse + asked, y: second,
        rows: rows * queries)
    } else {
      norm1.forward(
        arena, x: y, normal: kept.firstNormal + asked * width, inverse: kept.firstInverse + asked, y: m,
        rows: rows * queries)
    }
    network(arena, UnsafePointer(normsFirst ? second : m), to: scratch.around, group)
    if normsFirst {
      VectorLoops.add(scratch.around, to: y, count: rows * outputCount)
    } else {
      VectorLoops.add(m, to: scratch.around, count: rows * outputCount)
      norm2.forward(
        arena, x: scratch.around, normal: kept.secondNormal + asked * width, inverse: kept.secondInverse + asked, y: y,
        rows: rows * queries)
    }
  }

  /// The heads' outputs of `source` (R, N, D), kept.
  private func attend(
    _ arena: ParameterArena<Scalar>, _ source: UnsafePointer<Scalar>, _ group: WindowGroup
  ) {
    let (tokens, queries, stride) = (attention.tokens, attention.queries, 3 * width)
    for window in 0..<group.rows {
      let row = group.first + window
      let x = source + window * inputCount
      let projected = kept.projected + row * tokens * stride
      let hidden = tokens - queries
      query.forward(
        arena, x: x + hidden * width, xRow: width, y: projected + hidden * stride, yRow: stride, rows: queries)
      keyValue.forward(arena, x: x, xRow: width, y: projected + width, yRow: stride, rows: tokens)
      attention.forward(
        projected: projected, weights: kept.weights + row * attention.weightCount,
        y: kept.context + row * outputCount,
        missing: group.missing(of: row, among: tokens), key: group.key, row: row)
    }
  }

  /// F(x), with x and y (R, M, D).
  private func network(
    _ arena: ParameterArena<Scalar>, _ x: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>,
    _ group: WindowGroup
  ) {
    let (row, rows) = (group.first, group.rows)
    let count = attention.queries * hidden
    let (inside, active) = (kept.inside + row * count, kept.active + row * count)
    up.forward(arena, x: x, xRow: width, y: inside, yRow: hidden, rows: rows * attention.queries)
    Scalar.gelu(inside, active, count: rows * count)
    drop(dropHidden, active, count: count, group)
    down.forward(arena, x: active, xRow: hidden, y: y, yRow: width, rows: rows * attention.queries)
    drop(dropNetwork, y, count: outputCount, group)
  }

  /// Masks R windows of `count` elements; nothing without a key.
  func drop(_ dropout: Dropout<Scalar>, _ x: UnsafeMutablePointer<Scalar>, count: Int, _ group: WindowGroup) {
    guard let key = group.key, dropout.drops else { return }
    for window in 0..<group.rows {
      let x = x + window * count
      dropout.apply(key, row: group.first + window, x, to: x, count: count)
    }
  }
}
