// Values become bin numbers once a fold: quantiles of the rows that may be looked at, one byte a value.

/// A dense matrix of bin numbers, column after column.
///
/// Edges are quantiles of given rows only, so that not even the spread of a test fold reaches its training. What is not
/// a number falls into the lowest bin. Bins follow ranks, so that statistics on them are those of ranks: a monotone
/// transform of a feature changes nothing.
package struct BinnedColumns: Sendable {
  /// Bins of a column, at most.
  package static let binCount = 32
  /// Rows that the quantiles rest on, at most; a standard error of a quantile's level is then below 0.6 %.
  private static let sampleSize = 8_192

  package let rowCount: Int
  package let columnCount: Int
  /// Bin numbers, (columns, rows), column-major, each below ``binCount``.
  package let codes: [UInt8]

  /// Bins `values`, (rows, columns), row-major, by the quantiles of the rows at `positions`.
  package init(values: [Float], columnCount: Int, fittedOn positions: [Int32]) {
    precondition(columnCount > 0 && values.count % columnCount == 0, "values must be whole rows")
    let rowCount = values.count / columnCount
    self.rowCount = rowCount
    self.columnCount = columnCount
    codes = [UInt8](unsafeUninitializedCapacity: values.count) { codes, initialized in
      values.withUnsafeBufferPointer { values in
        for column in 0..<columnCount {
          let edges = Self.edges(values, column: column, columnCount: columnCount, positions: positions)
          var source = column
          for row in 0..<rowCount {
            codes[column * rowCount + row] = Self.bin(values[source], edges)
            source += columnCount
          }
        }
      }
      initialized = rowCount * columnCount
    }
  }

  /// The bins of one column, in row order.
  package func column(_ column: Int) -> ArraySlice<UInt8> { codes[column * rowCount..<(column + 1) * rowCount] }

  /// Ascending values that part the bins: at most ``binCount`` - 1, fewer where values repeat.
  private static func edges(
    _ values: UnsafeBufferPointer<Float>, column: Int, columnCount: Int, positions: [Int32]
  ) -> [Float] {
    let step = max(1, positions.count / sampleSize)
    var sample: [Float] = []
    sample.reserveCapacity(positions.count / step + 1)
    for index in stride(from: 0, to: positions.count, by: step) {
      let value = values[Int(positions[index]) * columnCount + column]
      if value == value { sample.append(value) }
    }
    guard !sample.isEmpty else { return [] }
    sample.sort()
    var edges: [Float] = []
    for part in 1..<binCount {
      let edge = sample[part * (sample.count - 1) / binCount]
      // The greatest value parts nothing.
      if edge != edges.last, edge < sample[sample.count - 1] { edges.append(edge) }
    }
    return edges
  }

  /// How many edges lie below `value`.
  private static func bin(_ value: Float, _ edges: [Float]) -> UInt8 {
    var low = 0
    var count = edges.count
    while count > 0 {
      let half = count / 2
      if value > edges[low + half] {
        low += half + 1
        count -= half + 1
      } else {
        count = half
      }
    }
    return UInt8(low)
  }
}
