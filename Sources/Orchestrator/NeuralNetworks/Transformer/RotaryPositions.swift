// Positions as rotations: what two tokens say to each other depends on their distance only.

import Glibc

/// Turns pairs of elements of queries and keys by angles in proportion to the token's place.
///
///     pair i of token t, of width d: (a, b) -> (a cos - b sin, a sin + b cos), angle t 10000^(-2 i / d)
///
/// Angles are made in double precision. Source: J. Su et al., "RoFormer: enhanced transformer with rotary position
/// embedding" (2021), pairs (2 i, 2 i + 1).
package struct RotaryPositions<Scalar: TransformerScalar> {
  /// Width of a head, d, even.
  package let width: Int
  /// (T, d / 2) cosines, then as many sines.
  private let table: [Scalar]
  private let tokens: Int

  /// Angles for `tokens` places.
  ///
  /// - Precondition: `width` is even and positive, `tokens` positive.
  package init(width: Int, tokens: Int) {
    precondition(width > 0 && width.isMultiple(of: 2), "rotary positions need heads of an even width, not \(width)")
    precondition(tokens > 0, "rotary positions need at least one token")
    self.width = width
    self.tokens = tokens
    let pairs = width / 2
    let angles = (0..<(tokens * pairs)).map { index in
      Double(index / pairs) * pow(10_000, -2 * Double(index % pairs) / Double(width))
    }
    table = angles.map { Scalar(cos($0)) } + angles.map { Scalar(sin($0)) }
  }

  /// Turns `heads` neighbouring heads of tokens `first` ..< `first + count` by their angles, or back by them.
  ///
  /// - Parameters:
  ///   - x: the first head of token `first`; tokens begin `stride` apart.
  ///   - isBack: whether to turn the other way: the backward pass, since a rotation's transpose is its inverse.
  package func turn(
    _ x: UnsafeMutablePointer<Scalar>, stride: Int, heads: Int, first: Int, count: Int, isBack: Bool = false
  ) {
    precondition(first >= 0 && first + count <= tokens, "rotary positions were made for \(tokens) tokens")
    let pairs = width / 2
    table.withUnsafeBufferPointer { table in
      let sign: Scalar = isBack ? -1 : 1
      for token in 0..<count {
        let cosines = (first + token) * pairs
        let sines = cosines + tokens * pairs
        for head in 0..<heads {
          let x = x + token * stride + head * width
          for pair in 0..<pairs {
            let (a, b) = (x[2 * pair], x[2 * pair + 1])
            let (cosine, sine) = (table[cosines + pair], sign * table[sines + pair])
            x[2 * pair] = a * cosine - b * sine
            x[2 * pair + 1] = a * sine + b * cosine
          }
        }
      }
    }
  }
}
