// Whether a row of features is like those that the model learned from.

import Glibc

/// Distance of a row from the training rows, with the distance that all but a stated part of them keep.
///
/// Each column is measured in robust deviations from its median; the distance is the root mean square over columns,
/// each held at ``hold``, so that one wild column does not hide that all others are as usual, and many odd ones add up.
package struct NoveltyGate: Hashable, Sendable, Codable {
  /// (columns).
  package let medians: [Double]
  /// (columns) half the spread of the middle 68.27 %: a standard deviation where the column is normal.
  package let deviations: [Double]
  /// Distances above it are new.
  package let bound: Double

  /// Deviations beyond which a column counts no more.
  package static let hold = 10.0

  /// - Parameters:
  ///   - x: (rows, columns) training rows, row-major.
  ///   - part: Part of the training rows whose distance lies above the bound.
  /// - Precondition: at least 100 rows, all finite.
  package init(x: [Float], columns: Int, part: Double = 0.001) {
    let rows = x.count / max(1, columns)
    precondition(columns >= 1 && rows >= 100 && rows * columns == x.count, "a gate needs a hundred whole rows")
    precondition(part > 0 && part < 1, "the part lies between 0 and 1")
    var (medians, deviations): ([Double], [Double]) = ([], [])
    for column in 0..<columns {
      let sorted = (0..<rows).map { Double(x[$0 * columns + column]) }.sorted()
      func quantile(_ share: Double) -> Double { sorted[Int((Double(rows - 1) * share).rounded())] }
      medians.append(quantile(0.5))
      let spread = (quantile(0.841_344_746) - quantile(0.158_655_254)) / 2
      // A column that hardly ever moves is judged by its whole range.
      let range = sorted[rows - 1] - sorted[0]
      deviations.append(spread > 0 ? spread : range > 0 ? range : 1)
    }
    self.medians = medians
    self.deviations = deviations
    let distances = (0..<rows).map { row in
      Self.distance((0..<columns).map { x[row * columns + $0] }, medians, deviations)
    }.sorted()
    bound = distances[min(rows - 1, Int((Double(rows) * (1 - part)).rounded(.down)))]
  }

  /// Distance of `x` (columns) from the training rows; NaN where a value is not finite.
  package func distance(_ x: UnsafePointer<Float>) -> Double { Self.distance(x, medians, deviations) }

  /// Whether `x` (columns) is unlike what was learned from, or no numbers at all.
  package func isNew(_ x: UnsafePointer<Float>) -> Bool { !(distance(x) <= bound) }

  private static func distance(_ x: UnsafePointer<Float>, _ medians: [Double], _ deviations: [Double]) -> Double {
    var sum = 0.0
    for column in medians.indices {
      let value = Double(x[column])
      guard value.isFinite else { return .nan }
      let distance = min(abs(value - medians[column]) / deviations[column], hold)
      sum += distance * distance
    }
    return (sum / Double(medians.count)).squareRoot()
  }
}
