// Room that the layers of an encoder use one after the other.

/// Buffers for a group of windows at a time.
///
/// Sizes: G windows, T tokens, D wide, F wide inside.
package struct EncoderScratch<Scalar: TransformerScalar> {
  /// (G, T, D).
  let around: UnsafeMutablePointer<Scalar>
  /// (G, T, D).
  let slope: UnsafeMutablePointer<Scalar>
  /// (G, T, F).
  let inside: UnsafeMutablePointer<Scalar>
  /// (T, 3 D), of one window.
  let projected: UnsafeMutablePointer<Scalar>
  /// (T, D), of one window.
  let queries: UnsafeMutablePointer<Scalar>

  /// Room for groups of `rows` windows of `tokens` tokens.
  package init(_ shape: TransformerShape, tokens: Int, rows: Int, memory: LayerMemory<Scalar>) {
    let count = rows * tokens * shape.width
    around = memory.take(count)
    slope = memory.take(count)
    inside = memory.take(rows * tokens * shape.hidden)
    projected = memory.take(tokens * 3 * shape.width)
    queries = memory.take(tokens * shape.width)
  }
}
