// A transformer encoder that is trained on windows of bars.

import QuantMath

/// Input layer, positions, encoder layers, pooling and a linear head, forward and backward.
///
/// Tensor names and layouts are those of ``TransformerShape/layout()``, and `pool.query` for attention pooling.
///
/// Only what the output depends on is computed: with the newest token pooled the last layer asks for that token alone,
/// and with a band of attention earlier layers go back ``TransformerShape/reach`` tokens and no further. Outputs and
/// gradients are those of the whole computation.
///
/// Windows go through all layers in groups small enough for the processor's caches. The sums of a window's output are
/// the same in any batch; gradients are summed window by window in ascending order.
/// Sizes: B = ``maximumRows``, T = ``steps``, I = ``inputs``, D = `shape.width`, O = ``outputs``.
package final class TransformerNetwork<Scalar: TransformerScalar>: SequenceNetwork {
  package let shape: TransformerShape
  package let steps: Int
  package let pooling: Pooling
  /// Probability of dropping an element in training.
  package let dropout: Double
  package let maximumRows: Int
  package let arena: ParameterArena<Scalar>
  package let outputGradient: UnsafeMutablePointer<Scalar>

  /// Windows that go through all layers together.
  let groupRows: Int
  let memory = LayerMemory<Scalar>()
  let input: Projection<Scalar>
  /// (1, steps, D).
  let positions: ParameterSlot?
  let layers: [EncoderLayer<Scalar>]
  /// After the last layer where norms stand first.
  let norm: LayerNorm<Scalar>?
  let pool: PoolingLayer<Scalar>
  let head: Projection<Scalar>
  /// `tokensOfLayer[n]` (B, tokens, D) goes into layer n; the last one comes out of the last layer.
  let tokensOfLayer: [UnsafeMutablePointer<Scalar>]
  /// (B, M, D) and its parts, of the last norm.
  let normed: UnsafeMutablePointer<Scalar>
  let normal: UnsafeMutablePointer<Scalar>
  let inverse: UnsafeMutablePointer<Scalar>
  /// (B, D).
  let pooled: UnsafeMutablePointer<Scalar>
  let pooledGradient: UnsafeMutablePointer<Scalar>
  /// (B, O).
  let output: UnsafeMutablePointer<Scalar>
  /// Two of (G, T, D): gradients of a group between layers.
  let slopes: (UnsafeMutablePointer<Scalar>, UnsafeMutablePointer<Scalar>)
  /// Of the latest forward pass.
  private var key: DropoutKey?
  /// (B) of the latest forward pass: missing tokens of each window; empty where none are missing.
  private var missing: [Int32] = []

  /// A network with weights drawn from `seed`: equal seeds give equal networks, in both precisions.
  ///
  /// - Precondition: sizes are at least 1, heads divide the width (into even parts with rotary positions), learned
  ///   positions are enough for `steps`, `dropout` lies in 0..<1.
  package convenience init(
    _ shape: TransformerShape, steps: Int, pooling: Pooling = .last, dropout: Double = 0, maximumRows: Int, seed: UInt64
  ) {
    self.init(
      shape, steps: steps, pooling: pooling, dropout: dropout, maximumRows: maximumRows,
      arena: ParameterArena(Self.layout(shape, pooling)))
    initialise(seed: seed)
  }

  /// The tensors of such a network.
  package static func layout(_ shape: TransformerShape, _ pooling: Pooling) -> ParameterLayout {
    var layout = shape.layout()
    if pooling == .attention { _ = layout.add(PoolingLayer<Scalar>.queryName, shape: [1, shape.width]) }
    return layout
  }

  private init(
    _ shape: TransformerShape, steps: Int, pooling: Pooling, dropout: Double, maximumRows: Int,
    arena: ParameterArena<Scalar>
  ) {
    precondition(steps >= 1 && maximumRows >= 1 && shape.layers >= 1, "steps, rows and layers of a network start at 1")
    self.shape = shape
    self.steps = steps
    self.pooling = pooling
    self.dropout = dropout
    self.maximumRows = maximumRows
    self.arena = arena
    groupRows = min(maximumRows, max(1, Self.groupTokens / steps))
    let layout = arena.layout
    let width = shape.width
    let needed = Self.neededTokens(shape, steps: steps, pooling: pooling)
    input = Projection(weight: "input.weight", bias: "input.bias", in: layout, memory: memory)
    var rotary: RotaryPositions<Scalar>?
    switch shape.positions {
    case .learned(let longest):
      precondition(steps <= longest, "windows of \(steps) steps need as many positions, not \(longest)")
      positions = layout.slot("positions")
    case .rotary:
      positions = nil
      rotary = RotaryPositions(width: width / shape.heads, tokens: steps)
    }
    let scratch = EncoderScratch(shape, tokens: steps, rows: groupRows, memory: memory)
    layers = (0..<shape.layers).map { [memory] number in
      EncoderLayer(
        shape, number: number, tokens: needed[number], queries: needed[number + 1], dropout: dropout, rotary: rotary,
        maximumRows: maximumRows, layout: layout, scratch: scratch, memory: memory)
    }
    let last = needed[shape.layers]
    norm = shape.normsFirst ? LayerNorm("encoder.norm", in: layout) : nil
    pool = PoolingLayer(pooling, tokens: last, width: width, maximumRows: maximumRows, in: layout, memory: memory)
    head = Projection(weight: "head.weight", bias: "head.bias", in: layout, memory: memory)
    tokensOfLayer = needed.map { [memory] tokens in memory.take(maximumRows * tokens * width) }
    let normCount = shape.normsFirst ? maximumRows * last : 0
    normed = memory.take(normCount * width)
    normal = memory.take(normCount * width)
    inverse = memory.take(normCount)
    pooled = memory.take(maximumRows * width)
    pooledGradient = memory.take(maximumRows * width)
    output = memory.take(maximumRows * shape.outputs)
    outputGradient = memory.take(maximumRows * shape.outputs)
    slopes = (memory.take(groupRows * steps * width), memory.take(groupRows * steps * width))
  }

  /// Tokens that a group should have: enough rows for the kernels, few enough for the caches.
  private static var groupTokens: Int { 240 }

  /// How many of the newest tokens each layer must be given, and after the last layer how many the pooling reads.
  private static func neededTokens(_ shape: TransformerShape, steps: Int, pooling: Pooling) -> [Int] {
    var needed = [pooling == .last ? 1 : steps]
    for _ in 0..<shape.layers {
      needed.insert(shape.span.map { min(steps, needed[0] + $0 - 1) } ?? steps, at: 0)
    }
    return needed
  }

  /// I.
  package var inputs: Int { shape.inputs }
  /// O.
  package var outputs: Int { shape.outputs }

  private func initialise(seed: UInt64) {
    var random = CounterRandom(seed: seed, purpose: "network.transformer")
    input.initialise(arena, fanOut: input.outputs, random: &random)
    if let positions {
      for index in 0..<positions.count { arena.values(positions)[index] = Scalar(0.02 * random.nextGaussian()) }
    }
    for layer in layers { layer.initialise(arena, random: &random) }
    norm?.initialise(arena)
    pool.initialise(arena, random: &random)
    head.initialise(arena, fanOut: head.outputs, random: &random)
  }

  /// The same network for another thread: the same weights in memory, gradients and activations of its own.
  package func replica() -> TransformerNetwork {
    TransformerNetwork(
      shape, steps: steps, pooling: pooling, dropout: dropout, maximumRows: maximumRows,
      arena: ParameterArena(sharingValuesOf: arena))
  }

  /// Outputs (rows, O) of the windows `x` (rows, T, I), valid until the next call.
  ///
  /// A window of which `missing` tokens are missing gives what a window of T - `missing` tokens gives, outputs and
  /// gradients alike: missing tokens are not seen, and positions are counted from the first token there is. A network
  /// that is stepped through a session begins in the same way.
  ///
  /// - Parameters:
  ///   - x: (rows, T, I), finite in missing tokens too.
  ///   - missing: (rows), each in 0..<T; nil for none.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func forward(
    _ x: UnsafePointer<Scalar>, rows: Int, missing: UnsafePointer<Int32>?, dropout key: DropoutKey?
  ) -> UnsafePointer<Scalar> {
    precondition(rows >= 1 && rows <= maximumRows, "\(rows) windows do not fit a network made for \(maximumRows)")
    self.key = key
    self.missing.removeAll(keepingCapacity: true)
    if let missing {
      for row in 0..<rows {
        precondition((0..<steps).contains(Int(missing[row])), "\(missing[row]) of \(steps) tokens are missing")
        self.missing.append(missing[row])
      }
    }
    input.packForward(arena)
    for layer in layers { layer.packForward(arena) }
    head.packForward(arena)
    eachGroup(of: rows) { forwardGroup(x + $0.first * steps * inputs, $0) }
    head.forward(arena, x: pooled, xRow: shape.width, y: output, yRow: outputs, rows: rows)
    return UnsafePointer(output)
  }

  /// Cuts the batch into groups.
  @inline(__always)
  private func eachGroup(of rows: Int, _ body: (WindowGroup) -> Void) {
    missing.withUnsafeBufferPointer { missing in
      for first in stride(from: 0, to: rows, by: groupRows) {
        body(
          WindowGroup(
            first: first, rows: min(groupRows, rows - first), steps: steps, key: key,
            missing: missing.isEmpty ? nil : missing.baseAddress))
      }
    }
  }

  /// Windows of a group, `x` the first of them, up to the pooled vector.
  @inline(__always)
  private func forwardGroup(_ x: UnsafePointer<Scalar>, _ group: WindowGroup) {
    let (first, rows) = (group.first, group.rows)
    let width = shape.width
    let tokens = layers[0].attention.tokens
    let unread = steps - tokens
    for row in 0..<rows {
      let embedded = tokensOfLayer[0] + (first + row) * tokens * width
      input.forward(
        arena, x: x + (row * steps + unread) * inputs, xRow: inputs, y: embedded, yRow: width, rows: tokens)
      if let positions {
        let gone = group.missing(of: first + row, among: tokens)
        VectorLoops.add(
          arena.values(positions) + firstPosition(of: first + row, group) * width, to: embedded + gone * width,
          count: (tokens - gone) * width)
      }
    }
    for (number, layer) in layers.enumerated() {
      layer.forward(
        arena, x: tokensOfLayer[number] + first * layer.inputCount,
        y: tokensOfLayer[number + 1] + first * layer.outputCount, group)
    }
    var read = tokensOfLayer[layers.count] + first * pool.tokens * width
    if let norm {
      let place = first * pool.tokens
      norm.forward(
        arena, x: read, normal: normal + place * width, inverse: inverse + place, y: normed + place * width,
        rows: rows * pool.tokens)
      read = normed + place * width
    }
    pool.forward(arena, h: read, y: pooled + first * width, group)
  }

  /// Adds dL/dweights of the latest forward pass, from ``outputGradient``, to the arena's gradients.
  @_specialize(where Scalar == Float)
  @_specialize(where Scalar == Double)
  package func backward(_ x: UnsafePointer<Scalar>, rows: Int) {
    precondition(rows >= 1 && rows <= maximumRows, "\(rows) windows do not fit a network made for \(maximumRows)")
    for layer in layers { layer.packBackward(arena) }
    head.packBackward(arena)
    head.backward(
      arena, x: pooled, xRow: shape.width, dy: outputGradient, dyRow: outputs, dx: pooledGradient, dxRow: shape.width,
      rows: rows)
    eachGroup(of: rows) { backwardGroup(x + $0.first * steps * inputs, $0) }
  }

  /// Windows of a group, `x` the first of them, from the pooled vector's gradient.
  @inline(__always)
  private func backwardGroup(_ x: UnsafePointer<Scalar>, _ group: WindowGroup) {
    let (first, rows) = (group.first, group.rows)
    let width = shape.width
    var (dy, dx) = slopes
    let place = first * pool.tokens
    let read = (norm == nil ? tokensOfLayer[layers.count] : normed) + place * width
    pool.backward(arena, h: read, dy: pooledGradient + first * width, dh: dy, group)
    norm?.backward(
      arena, normal: normal + place * width, inverse: inverse + place, dy: dy, dx: dy, rows: rows * pool.tokens)
    for (number, layer) in layers.enumerated().reversed() {
      layer.backward(
        arena, x: tokensOfLayer[number] + first * layer.inputCount, dy: dy, dx: dx, group)
      swap(&dy, &dx)
    }
    let tokens = layers[0].attention.tokens
    let unread = steps - tokens
    for row in 0..<rows {
      let slope = dy + row * tokens * width
      input.backward(
        arena, x: x + (row * steps + unread) * inputs, xRow: inputs, dy: slope, dyRow: width, dx: nil, dxRow: 0,
        rows: tokens)
      if let positions {
        let gone = group.missing(of: first + row, among: tokens)
        VectorLoops.add(
          slope + gone * width, to: arena.gradients(positions) + firstPosition(of: first + row, group) * width,
          count: (tokens - gone) * width)
      }
    }
  }

  /// The position, counted from the first token there is, of the first token read of batch row `row`.
  private func firstPosition(of row: Int, _ group: WindowGroup) -> Int {
    max(0, steps - layers[0].attention.tokens - group.missing(of: row, among: steps))
  }
}
