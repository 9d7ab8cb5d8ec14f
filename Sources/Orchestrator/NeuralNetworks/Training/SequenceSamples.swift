// Where a trainer takes its windows from.

/// Rows of features, each with targets, in the caller's memory; nothing is copied, so it must outlive the training.
///
/// The window of row r is rows r - T + 1 ... r. What lies before the first row, or before the row's session where
/// ``sessionStarts`` is given, counts as the average row, which is 0 once standardised.
package struct SequenceSamples {
  /// (rows, columns), row-major.
  package let features: UnsafePointer<Float>
  package let rows: Int
  package let columns: Int
  /// (rows, K); read only at the positions trained or validated on.
  package let targets: UnsafePointer<Float>
  /// (rows) sample weights, not negative; nil for ones.
  package let weights: UnsafePointer<Float>?
  /// (rows) the row that each row's session starts with; nil where windows may cross sessions.
  package let sessionStarts: UnsafePointer<Int32>?

  package init(
    features: UnsafePointer<Float>, rows: Int, columns: Int, targets: UnsafePointer<Float>,
    weights: UnsafePointer<Float>? = nil, sessionStarts: UnsafePointer<Int32>? = nil
  ) {
    self.features = features
    self.rows = rows
    self.columns = columns
    self.targets = targets
    self.weights = weights
    self.sessionStarts = sessionStarts
  }

  /// The first row of the window of `steps` rows that ends with `row`, after cutting.
  func start(of row: Int, steps: Int) -> Int {
    max(row - steps + 1, sessionStarts.map { Int($0[row]) } ?? 0, 0)
  }

  /// Writes the standardised window (steps, columns) that ends with `row` to `out`.
  func gather(_ row: Int, steps: Int, _ scaling: Standardisation, into out: UnsafeMutablePointer<Float>) {
    let start = start(of: row, steps: steps)
    let missing = steps - (row - start + 1)
    out.update(repeating: 0, count: missing * columns)
    scaling.apply(features + start * columns, rows: row - start + 1, into: out + missing * columns)
  }
}
