// How alike two features are: correlation of their ranks, by bins.

/// Spearman's rank correlation of binned columns.
///
/// Mid-ranks are computed from the counts of the bins, as Spearman's coefficient prescribes for ties; with 32 bins it
/// differs from the coefficient of the raw values in the third decimal.
package enum RankCorrelation {
  /// Absolute correlations of all pairs, (columns, columns), symmetric; a constant column correlates with nothing.
  ///
  /// - Parameter positions: Rows that may be looked at.
  package static func absolute(_ columns: BinnedColumns, at positions: [Int32]) -> [Float] {
    let count = columns.columnCount
    let rows = positions.count
    // Standardised mid-ranks, (columns, rows): a correlation is then a dot product.
    var ranks = [Float](repeating: 0, count: count * rows)
    for column in 0..<count {
      let bins = columns.column(column)
      let start = bins.startIndex
      var tally = [Double](repeating: 0, count: BinnedColumns.binCount)
      for position in positions { tally[Int(bins[start + Int(position)])] += 1 }
      var below = 0.0
      var square = 0.0
      var rank = [Double](repeating: 0, count: BinnedColumns.binCount)
      for bin in tally.indices {
        rank[bin] = below + (tally[bin] - Double(rows)) / 2
        square += tally[bin] * rank[bin] * rank[bin]
        below += tally[bin]
      }
      guard square > 0 else { continue }
      let scale = 1 / square.squareRoot()
      for (index, position) in positions.enumerated() {
        ranks[column * rows + index] = Float(rank[Int(bins[start + Int(position)])] * scale)
      }
    }
    var result = [Float](repeating: 0, count: count * count)
    ranks.withUnsafeBufferPointer { ranks in
      for left in 0..<count {
        result[left * count + left] = 1
        for right in 0..<left {
          let value = min(1, abs(dot(ranks, left * rows, right * rows, rows)))
          result[left * count + right] = value
          result[right * count + left] = value
        }
      }
    }
    return result
  }

  /// Sum of products of two runs of numbers.
  private static func dot(_ values: UnsafeBufferPointer<Float>, _ left: Int, _ right: Int, _ count: Int) -> Float {
    guard let base = values.baseAddress else { return 0 }
    let leftStart = base + left
    let rightStart = base + right
    var sums = SIMD16<Float>.zero
    let whole = count / 16 * 16
    for index in stride(from: 0, to: whole, by: 16) {
      let first = UnsafeRawPointer(leftStart + index).loadUnaligned(as: SIMD16<Float>.self)
      let second = UnsafeRawPointer(rightStart + index).loadUnaligned(as: SIMD16<Float>.self)
      sums += first * second
    }
    var sum = sums.sum()
    for index in whole..<count { sum += leftStart[index] * rightStart[index] }
    return sum
  }
}
