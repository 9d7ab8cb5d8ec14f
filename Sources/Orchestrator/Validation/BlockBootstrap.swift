// Resampling a series in blocks, so that what its neighbours have in common survives.

package import QuantMath

/// How the blocks of a bootstrap are cut from a series that is closed to a circle.
package enum BlockScheme: Hashable, Sendable {
  /// Blocks of `length` periods. Source: D. Politis, J. Romano, "A circular block-resampling procedure for stationary
  /// data" (1992).
  case circular(length: Int)
  /// Blocks of random length, geometric with mean `meanLength`: the resampled series is stationary. Source: D. Politis,
  /// J. Romano, "The stationary bootstrap", Journal of the American Statistical Association 89 (1994).
  case stationary(meanLength: Double)
}

/// A block bootstrap whose replicate r depends on nothing but seed and r: any number of workers gives the same result.
package struct BlockBootstrap: Hashable, Sendable {
  package var scheme: BlockScheme
  package var seed: UInt64

  package init(scheme: BlockScheme, seed: UInt64) {
    self.scheme = scheme
    self.seed = seed
  }

  /// The periods, of `count`, that make up one replicate of the same length.
  package func indices(count: Int, replicate: Int) throws(ValidationError) -> [Int] {
    try require(count >= 1, "number of periods", count, "at least 1")
    try require(replicate >= 0, "replicate", replicate, "not negative")
    var random = CounterRandom(seed: seed, purpose: "validation.bootstrap", index: UInt64(replicate))
    var indices: [Int] = []
    indices.reserveCapacity(count)
    switch scheme {
    case .circular(let length):
      try require(length >= 1 && length <= count, "block length", length, "in 1...\(count)")
      while indices.count < count {
        let start = random.nextInteger(in: 0...(count - 1))
        for step in 0..<min(length, count - indices.count) { indices.append((start + step) % count) }
      }
    case .stationary(let meanLength):
      try require(meanLength.isFinite && meanLength >= 1, "mean block length", meanLength, "finite and at least 1")
      while indices.count < count {
        // The first period always opens a block, any later one with probability 1 / mean length.
        if let last = indices.last, random.nextUniform() >= 1 / meanLength {
          indices.append((last + 1) % count)
        } else {
          indices.append(random.nextInteger(in: 0...(count - 1)))
        }
      }
    }
    return indices
  }
}
