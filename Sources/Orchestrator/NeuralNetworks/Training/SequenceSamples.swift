// Where a trainer takes its windows from.

/// Rows of features, each with targets, in the caller's memory; nothing is copied, so it must outlive the training.
///
/// The window of row r is rows r - T + 1 ... r, without what lies before the first row, or before the row's
/// ``windowStarts`` where they are given.
package struct SequenceSamples {
  /// (rows, columns), row-major.
  package let features: UnsafePointer<Float>
  package let rows: Int
  package let columns: Int
  /// (rows, K); read only at the positions trained or validated on.
  package let targets: UnsafePointer<Float>
  /// (rows) sample weights, not negative; nil for ones.
  package let weights: UnsafePointer<Float>?
  /// (rows) the earliest row that each row's window may begin with; nil where only the first row is a bound.
  package let windowStarts: UnsafePointer<Int32>?

  package init(
    features: UnsafePointer<Float>, rows: Int, columns: Int, targets: UnsafePointer<Float>,
    weights: UnsafePointer<Float>? = nil, windowStarts: UnsafePointer<Int32>? = nil
  ) {
    self.features = features
    self.rows = rows
    self.columns = columns
    self.targets = targets
    self.weights = weights
    self.windowStarts = windowStarts
  }

  /// The first row of the window of `steps` rows that ends with `row`, after cutting.
  func start(of row: Int, steps: Int) -> Int {
    max(row - steps + 1, windowStarts.map { Int($0[row]) } ?? 0, 0)
  }

  /// Writes the standardised window (steps, columns) that ends with `row` to `out`, and returns how many steps at its
  /// beginning are missing; they are zeros.
  func gather(_ row: Int, steps: Int, _ scaling: Standardisation, into out: UnsafeMutablePointer<Float>) -> Int {
    let start = start(of: row, steps: steps)
    let missing = steps - (row - start + 1)
    out.update(repeating: 0, count: missing * columns)
    scaling.apply(features + start * columns, rows: row - start + 1, into: out + missing * columns)
    return missing
  }
}
