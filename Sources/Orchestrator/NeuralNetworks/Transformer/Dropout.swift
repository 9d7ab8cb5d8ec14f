// Elements dropped at random in training, by masks that are made twice rather than kept.

/// Sets each element to 0 with a given probability and divides the others by what is left of 1.
///
/// Whether an element is dropped depends on seed, step, layer and place in the network, row of the batch and the
/// element's index alone: the backward pass makes the same mask again, and threads cannot disturb each other.
///
/// Four elements share one 64-bit draw, so that the probability is a multiple of 2^-16; the scale fits the rounded one,
/// which keeps the expectation exact. Source: N. Srivastava et al., "Dropout" (JMLR 2014); the mixing function is
/// SplitMix64's (G. Steele, D. Lea, C. Flood, OOPSLA 2014).
package struct Dropout<Scalar: TransformerScalar> {
  /// Draws below this drop their element, of 2^16.
  private let threshold: UInt64
  /// What kept elements are multiplied by.
  package let scale: Scalar
  private let place: UInt64

  /// Dropout with a probability, for place number `place` of a network: different places have unrelated masks.
  ///
  /// - Precondition: `probability` lies in 0..<1.
  package init(_ probability: Double, place: Int) {
    precondition((0..<1).contains(probability), "dropout of \(probability): it must lie in 0..<1")
    threshold = min(UInt64((probability * 65_536).rounded()), 65_535)
    scale = 1 / (1 - Scalar(threshold) / 65_536)
    self.place = UInt64(place)
  }

  /// Whether anything is dropped at all.
  package var drops: Bool { threshold > 0 }

  /// Writes the masked `x` to `y`, which may be `x`: part `part` of row `row` of the chunk that `key` names.
  package func apply(
    _ key: DropoutKey, row: Int, part: Int = 0, _ x: UnsafePointer<Scalar>, to y: UnsafeMutablePointer<Scalar>,
    count: Int
  ) {
    let element = Self.mix(place &+ Self.mix(UInt64(part) &+ Self.mix(key.firstRow &+ UInt64(row))))
    var state = Self.mix(key.seed &+ Self.mix(key.step &+ element))
    var index = 0
    while index < count {
      // The state walks as SplitMix64's does; each word is a function of the key and the index alone.
      state = state &+ 0x9E37_79B9_7F4A_7C15
      var word = Self.mix(state)
      let end = min(index + 4, count)
      while index < end {
        y[index] = word & 0xFFFF < threshold ? 0 : x[index] * scale
        word >>= 16
        index += 1
      }
    }
  }

  /// SplitMix64's output function.
  @inline(__always) private static func mix(_ state: UInt64) -> UInt64 {
    var z = state &+ 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
