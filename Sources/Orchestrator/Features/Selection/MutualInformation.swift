// How much one binned column tells of another, or of the direction.

import Glibc

/// Plug-in estimates of mutual information in nats, less their bias.
///
///     I(X;Y) = sum p(x,y) ln( p(x,y) / (p(x) p(y)) )  -  (|X|-1)(|Y|-1) / (2 n)       at least 0
///
/// The subtrahend is the first-order bias of the plug-in estimate for n independent rows (Miller 1955, Panzeri and
/// Treves 1996); n is the effective number of rows, the sum of the uniqueness weights.
package enum MutualInformation {
  /// Bins that pairs of columns are compared on: neighbours of the 32 taken together.
  private static let pairBins = 8

  /// Information about the direction in each column.
  ///
  /// - Parameters:
  ///   - directions: 0 or 1, one a row of `columns`.
  ///   - weights: Uniqueness, one a row of `columns`.
  package static func withDirection(
    _ columns: BinnedColumns, directions: [Float], weights: [Float], at positions: [Int32]
  ) -> [Double] {
    (0..<columns.columnCount).map { column in
      let bins = columns.column(column)
      var table = [Double](repeating: 0, count: 2 * BinnedColumns.binCount)
      for position in positions {
        let row = Int(position)
        table[2 * Int(bins[bins.startIndex + row]) + (directions[row] > 0.5 ? 1 : 0)] += Double(weights[row])
      }
      return information(table, width: 2)
    }
  }

  /// Information that two columns share.
  package static func shared(_ columns: BinnedColumns, _ left: Int, _ right: Int, at positions: [Int32]) -> Double {
    let fold = BinnedColumns.binCount / pairBins
    let first = columns.column(left)
    let second = columns.column(right)
    var table = [Double](repeating: 0, count: pairBins * pairBins)
    for position in positions {
      let row = Int(position)
      table[Int(first[first.startIndex + row]) / fold * pairBins + Int(second[second.startIndex + row]) / fold] += 1
    }
    return information(table, width: pairBins)
  }

  /// Of a table of counts, row-major with `width` columns.
  static func information(_ table: [Double], width: Int) -> Double {
    let height = table.count / width
    var across = [Double](repeating: 0, count: height)
    var down = [Double](repeating: 0, count: width)
    var total = 0.0
    for (cell, count) in table.enumerated() {
      across[cell / width] += count
      down[cell % width] += count
      total += count
    }
    guard total > 0 else { return 0 }
    var sum = 0.0
    for (cell, count) in table.enumerated() where count > 0 {
      sum += count / total * log(count * total / (across[cell / width] * down[cell % width]))
    }
    let degrees = (across.count { $0 > 0 } - 1) * (down.count { $0 > 0 } - 1)
    return max(0, sum - Double(degrees) / (2 * total))
  }
}
