// Labelled rows for combinatorial cross-validation, handed out so that a test row's label cannot be reached.

package import Validation

/// Rows to learn from: features, outcomes and weights of the training labels, copied.
package struct TrainingRows: Sendable {
  package let columns: Int
  /// (rows, columns), row-major.
  package let values: [Float]
  package let labels: [Label]
  /// 1 for a rise, 0 for a fall.
  package let directions: [Float]
  package let weights: [Double]

  package var count: Int { labels.count }
}

/// All rows whose outcome is known, in order of time.
///
/// Outcomes of 0 belong to them: nobody knows beforehand that a decision would come to nothing, so it must be forecast
/// and traded like any other. Only training leaves it out.
package struct CombinatorialRows: Sendable {
  package let names: [String]
  /// (rows, columns), row-major.
  package let values: [Float]
  /// The sign of the value is the direction.
  package let labels: [Label]
  package let weights: [Double]

  /// - Throws: ``ValidationError`` where the arrays do not have one element a label.
  package init(
    names: [String], values: [Float], labels: [Label], weights: [Double]
  ) throws(ValidationError) {
    for (name, count, expected) in [
      ("values", values.count, labels.count * names.count), ("weights", weights.count, labels.count),
    ] where count != expected {
      throw .lengthMismatch(name: name, count: count, expected: expected)
    }
    self.names = names
    self.values = values
    self.labels = labels
    self.weights = weights
  }

  package var count: Int { labels.count }

  /// The rows at `positions` that rose or fell, with their outcomes.
  func training(_ positions: [Int]) -> TrainingRows {
    let moved = positions.filter { labels[$0].value != 0 }
    return TrainingRows(
      columns: names.count, values: features(moved), labels: moved.map { labels[$0] },
      directions: moved.map { labels[$0].value > 0 ? 1 : 0 }, weights: moved.map { weights[$0] })
  }

  /// The features of the rows at `positions`, without their outcomes.
  func features(_ positions: [Int]) -> [Float] {
    var chosen: [Float] = []
    chosen.reserveCapacity(positions.count * names.count)
    for position in positions {
      chosen.append(contentsOf: values[position * names.count..<(position + 1) * names.count])
    }
    return chosen
  }
}

/// Makes models for combinatorial cross-validation.
///
/// It learns from training rows, which may lie on either side of the rows that are tested: what it finds is not a
/// track record but the spread of what the method would have found. Deterministic, and called from several threads.
package protocol CombinatorialFitter: Sendable {
  /// Names of the configurations that are tried.
  var configurations: [String] { get }
  /// P(rise) of each row of `features` by a model of the configuration fitted to `rows`.
  func probabilities(of features: [Float], learning rows: TrainingRows, configuration: Int) throws -> [Float]
}
