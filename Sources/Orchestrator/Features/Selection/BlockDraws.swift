// Random draws of whole stretches of time, which keep the dependence of neighbouring rows.

package import QuantMath

/// Bootstraps and permutations by blocks of consecutive rows.
///
/// Rows of a market are not exchangeable: features persist and labels overlap. Blocks longer than both keep that
/// dependence inside, so that chance correlations come out as large as they really are.
/// Source: H. Kuensch (1989), "The jackknife and the bootstrap for general stationary observations", Ann. Stat. 17(3).
package enum BlockDraws {
  /// How often each of `count` rows is drawn by a circular moving-block bootstrap; the sum is `count`.
  package static func multiplicities(count: Int, blockLength: Int, with random: inout CounterRandom) -> [UInt16] {
    var times = [UInt16](repeating: 0, count: count)
    var drawn = 0
    while drawn < count {
      let start = Int(random.nextInteger(below: UInt64(count)))
      for offset in 0..<min(blockLength, count - drawn) { times[(start + offset) % count] += 1 }
      drawn += blockLength
    }
    return times
  }

  /// An order of 0 ..< `count` in which blocks of neighbours have changed places; where the cuts lie is random too.
  package static func permutation(count: Int, blockLength: Int, with random: inout CounterRandom) -> [Int32] {
    guard count > 0 else { return [] }
    let shift = Int(random.nextInteger(below: UInt64(count)))
    var blocks = Array(stride(from: 0, to: count, by: blockLength))
    random.shuffle(&blocks)
    var order: [Int32] = []
    order.reserveCapacity(count)
    for start in blocks {
      for row in start..<min(start + blockLength, count) { order.append(Int32((row + shift) % count)) }
    }
    return order
  }

  /// Means of `values` (weighted) over `replicates` circular moving-block bootstraps.
  ///
  /// - Returns: One mean a replicate, in order of drawing; empty without rows.
  package static func means(
    of values: [Double], weights: [Double], blockLength: Int, replicates: Int, with random: inout CounterRandom
  ) -> [Double] {
    let count = values.count
    guard count > 0 else { return [] }
    // Prefix sums over two turns: a block is then one difference.
    var sums = [SIMD2<Double>](repeating: .zero, count: 2 * count + 1)
    for index in 0..<2 * count {
      let row = index % count
      sums[index + 1] = sums[index] + SIMD2(values[row] * weights[row], weights[row])
    }
    return (0..<replicates).map { _ in
      var total = SIMD2<Double>.zero
      var drawn = 0
      while drawn < count {
        let length = min(blockLength, count - drawn)
        let start = Int(random.nextInteger(below: UInt64(count)))
        total += sums[start + length] - sums[start]
        drawn += length
      }
      return total.y > 0 ? total.x / total.y : 0
    }
  }
}
