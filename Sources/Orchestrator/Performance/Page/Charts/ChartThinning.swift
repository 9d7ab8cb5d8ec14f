// Fewer points that draw the same picture.

/// Thinning of lines: a screen shows one column of pixels at a time, so more than its extremes cannot be seen.
package enum ChartThinning {
  /// Indices to keep, ascending: of each run of points in one column the first, the lowest, the highest and the last.
  ///
  /// No extreme is lost and a step line through the kept points covers the same pixels.
  ///
  /// - Parameters:
  ///   - count: Number of points; they are in order of their columns.
  ///   - column: Pixel column of a point.
  ///   - value: Height of a point.
  package static func indices(count: Int, column: (Int) -> Int, value: (Int) -> Double) -> [Int] {
    var kept: [Int] = []
    var start = 0
    while start < count {
      let place = column(start)
      var end = start + 1
      var lowest = start
      var highest = start
      while end < count, column(end) == place {
        if value(end) < value(lowest) { lowest = end }
        if value(end) > value(highest) { highest = end }
        end += 1
      }
      for index in [start, min(lowest, highest), max(lowest, highest), end - 1] where kept.last != index {
        kept.append(index)
      }
      start = end
    }
    return kept
  }

  /// Splits `count` things into at most `limit` groups of neighbours, as even as whole numbers allow.
  package static func groups(count: Int, limit: Int) -> [Range<Int>] {
    let number = min(count, limit)
    return (0..<number).map { (count * $0 / number)..<(count * ($0 + 1) / number) }
  }
}
