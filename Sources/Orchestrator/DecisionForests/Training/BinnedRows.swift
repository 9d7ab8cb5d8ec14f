// Rows of one-byte bin numbers, laid out for histogram building. How values become bins is not decided here.

/// A dense matrix of bin numbers, (rows, columns), each below ``binCount``.
///
/// Columns stand in blocks of up to 64; within a block the bins of one row lie side by side. Building a histogram then
/// reads one cache line a row and block, consecutive updates hit different counters, and the counters of a block stay
/// in the first-level cache.
package struct BinnedRows: Sendable {
  /// Bins a column may have: five bits.
  package static let binCount = 32
  /// Most columns of a block.
  static let blockWidth = 64

  /// Number of rows.
  package let rowCount: Int
  /// Number of columns.
  package let columnCount: Int
  /// Bins block after block, row after row.
  private(set) var bins: [UInt8]

  /// Takes `columns` of column-major bins, in that order, then once more with their rows moved when `shadow` is given.
  ///
  /// - Parameters:
  ///   - codes: Column after column, `rowCount` bins each.
  ///   - columns: Which of them, in the order of the new matrix.
  ///   - shadow: For each row the row whose bins its second copy shows; nil makes no second copy.
  /// - Precondition: every bin is below ``binCount``.
  package init(codes: [UInt8], rowCount: Int, columns: [Int], shadow: [Int32]? = nil) {
    precondition(shadow == nil || shadow?.count == rowCount, "the shadow must name one row a row")
    self.rowCount = rowCount
    columnCount = columns.count * (shadow == nil ? 1 : 2)
    let total = columnCount
    bins = [UInt8](unsafeUninitializedCapacity: rowCount * total) { buffer, initialized in
      codes.withUnsafeBufferPointer { codes in
        for block in stride(from: 0, to: total, by: Self.blockWidth) {
          let width = min(Self.blockWidth, total - block)
          // Tiles of rows keep the lines being written in the cache while the columns pass.
          for tile in stride(from: 0, to: rowCount, by: 256) {
            let tileEnd = min(tile + 256, rowCount)
            for lane in 0..<width {
              let column = block + lane
              let source = columns[column < columns.count ? column : column - columns.count] * rowCount
              var target = block * rowCount + tile * width + lane
              if column < columns.count {
                for row in tile..<tileEnd {
                  buffer[target] = codes[source + row]
                  target += width
                }
              } else if let shadow {
                for row in tile..<tileEnd {
                  buffer[target] = codes[source + Int(shadow[row])]
                  target += width
                }
              }
            }
          }
        }
      }
      initialized = rowCount * total
    }
    precondition(bins.allSatisfy { $0 < Self.binCount }, "a bin number is not below \(Self.binCount)")
  }

  /// Where the bin of `column` in row 0 lies, and how far the next row's is.
  @inline(__always) func place(of column: Int) -> (offset: Int, stride: Int) {
    let block = column / Self.blockWidth * Self.blockWidth
    return (block * rowCount + column - block, min(Self.blockWidth, columnCount - block))
  }

  /// The bin of one cell.
  package subscript(row: Int, column: Int) -> UInt8 {
    let place = place(of: column)
    return bins[place.offset + row * place.stride]
  }
}
