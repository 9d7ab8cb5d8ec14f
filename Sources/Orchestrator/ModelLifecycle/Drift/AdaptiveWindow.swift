// A window that is as long as nothing changes in it.

import Glibc

/// ADWIN: every way of cutting the window in two is looked at; where the means differ too much, the older part goes.
///
/// The window is kept as buckets of 1, 2, 4 ... values, at most ``buckets`` of a size. The evidence is
/// ln(1 / delta) for the confidence delta at which the sharpest cut would just be made, plus ``offset``.
/// Source: A. Bifet, R. Gavalda, "Learning from time-changing data with adaptive windowing" (2007), with the variance
/// of the window in the bound.
package struct AdaptiveWindow: StreamDetector {
  /// Values between two looks, and at least in each part.
  package let stride: Int
  package let leastPart: Int
  private let buckets = 5
  /// Keeps weak evidence, of a delta above 1, apart from none.
  package static let offset = 5.0

  private struct Bucket: Sendable {
    var total: Double
    /// Sum of squared deviations.
    var variance: Double
  }

  /// (size exponent, oldest first).
  private var rows: [[Bucket]] = [[]]
  private var count = 0
  private var (width, total, variance) = (0.0, 0.0, 0.0)
  private var evidence = 0.0
  /// Values of the older part of the sharpest cut.
  private var cut = 0.0

  package init(stride: Int = 32, leastPart: Int = 5) {
    self.stride = stride
    self.leastPart = leastPart
  }

  /// Values in the window, and their mean.
  package var length: Int { Int(width) }
  package var mean: Double { width > 0 ? total / width : 0 }

  package mutating func observe(_ value: Double) -> Double {
    count += 1
    if width > 0 {
      let away = value - total / width
      variance += width * away * away / (width + 1)
    }
    width += 1
    total += value
    rows[0].append(Bucket(total: value, variance: 0))
    compress()
    if count % stride == 0, width > 10 { look() }
    return evidence
  }

  private mutating func compress() {
    var row = 0
    while rows[row].count > buckets {
      if row + 1 == rows.count { rows.append([]) }
      let size = exp2(Double(row))
      let (first, second) = (rows[row][0], rows[row][1])
      let gap = first.total / size - second.total / size
      rows[row].removeFirst(2)
      rows[row + 1].append(
        Bucket(
          total: first.total + second.total, variance: first.variance + second.variance + gap * gap * size / 2))
      row += 1
    }
  }

  private mutating func look() {
    (evidence, cut) = (0, 0)
    var (oldCount, oldTotal) = (0.0, 0.0)
    let spread = variance / width
    let least = Double(leastPart)
    let base = log(2 * log(width))
    for row in rows.indices.reversed() {
      let size = exp2(Double(row))
      for bucket in rows[row] {
        oldCount += size
        oldTotal += bucket.total
        let newCount = width - oldCount
        guard oldCount >= least, newCount >= least else { continue }
        let gap = abs(oldTotal / oldCount - (total - oldTotal) / newCount)
        let scale = 1 / (oldCount - least + 1) + 1 / (newCount - least + 1)
        // gap = sqrt(2 scale spread L) + 2/3 scale L, solved for L.
        let (a, b) = ((2 * scale * spread).squareRoot(), 2.0 / 3 * scale)
        let root = (-a + (a * a + 4 * b * gap).squareRoot()) / (2 * b)
        let found = root * root - base + Self.offset
        if found > evidence { (evidence, cut) = (found, oldCount) }
      }
    }
  }

  /// Drops the older part of the sharpest cut.
  package mutating func settle() {
    var left = cut
    while left > 0, let row = rows.indices.last(where: { !rows[$0].isEmpty }) {
      let size = exp2(Double(row))
      let bucket = rows[row].removeFirst()
      left -= size
      let gap = bucket.total / size - (total - bucket.total) / max(1, width - size)
      variance = max(0, variance - bucket.variance - size * (width - size) * gap * gap / width)
      width -= size
      total -= bucket.total
    }
    while rows.count > 1, rows[rows.count - 1].isEmpty { rows.removeLast() }
    (evidence, cut) = (0, 0)
  }
}
