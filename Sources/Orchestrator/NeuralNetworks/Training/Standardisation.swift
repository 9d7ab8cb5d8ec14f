// Features brought to a common scale.

/// Mean and spread of every column over the rows that training windows cover; nothing of validation enters.
package struct Standardisation: Hashable, Sendable {
  /// (columns).
  package let means: [Float]
  /// (columns) 1 / standard deviation; 1 for a column that never changes.
  package let factors: [Float]

  package init(means: [Float], factors: [Float]) {
    precondition(means.count == factors.count, "means and factors differ in number")
    self.means = means
    self.factors = factors
  }

  /// Fitted to the rows that windows of `steps` ending at `positions` cover, each row once.
  package init(_ samples: SequenceSamples, positions: [Int32], steps: Int) throws(TrainingError) {
    var isCovered = [Bool](repeating: false, count: samples.rows)
    for position in positions {
      for row in samples.start(of: Int(position), steps: steps)...Int(position) { isCovered[row] = true }
    }
    let columns = samples.columns
    var sums = [Double](repeating: 0, count: columns)
    var count = 0.0
    for row in 0..<samples.rows where isCovered[row] {
      count += 1
      for column in 0..<columns {
        let value = samples.features[row * columns + column]
        guard value.isFinite else { throw .notFinite(what: "feature", row: row, column: column) }
        sums[column] += Double(value)
      }
    }
    // In two passes: one pass of squares would lose the spread of a column far from 0.
    let centres = sums.map { $0 / max(1, count) }
    var squares = [Double](repeating: 0, count: columns)
    for row in 0..<samples.rows where isCovered[row] {
      for column in 0..<columns {
        let error = Double(samples.features[row * columns + column]) - centres[column]
        squares[column] += error * error
      }
    }
    means = centres.map { Float($0) }
    factors = zip(squares, centres).map { square, centre in
      let deviation = (square / max(1, count)).squareRoot()
      return deviation > 1e-7 * max(1, abs(centre)) ? Float(1 / deviation) : 1
    }
  }

  /// Writes standardised `x` (rows, columns) to `out`.
  package func apply(_ x: UnsafePointer<Float>, rows: Int, into out: UnsafeMutablePointer<Float>) {
    let columns = means.count
    means.withUnsafeBufferPointer { means in
      factors.withUnsafeBufferPointer { factors in
        for row in 0..<rows {
          let (from, to) = (x + row * columns, out + row * columns)
          for column in 0..<columns { to[column] = (from[column] - means[column]) * factors[column] }
        }
      }
    }
  }
}
