// Labelled rows for combinatorial cross-validation, handed out so that a test row's label cannot be reached.

package import Ensemble
package import Validation

/// Rows to learn from: features, outcomes and weights of the training labels, copied. Flat outcomes are among them.
package struct TrainingRows: Sendable {
  package let columns: Int
  /// (rows, columns), row-major.
  package let values: [Float]
  package let labels: [Label]
  package let weights: [Double]

  package var count: Int { labels.count }
  /// 1 for a rise, 0 for anything else.
  package var directions: [Float] { labels.map { $0.value > 0 ? 1 : 0 } }

  /// Those that rose or fell: what a model of directions learns from.
  package var moved: TrainingRows {
    let places = labels.indices.filter { labels[$0].value != 0 }
    return TrainingRows(
      columns: columns, values: places.flatMap { values[$0 * columns..<($0 + 1) * columns] },
      labels: places.map { labels[$0] }, weights: places.map { weights[$0] })
  }

  /// The same rows with some of the features, in that order.
  package func selecting(_ places: [Int]) -> TrainingRows {
    TrainingRows(
      columns: places.count, values: values.selecting(places, of: columns), labels: labels, weights: weights)
  }
}

/// Rows to forecast: what was known at the decisions, and nothing of what came of them.
package struct TestRows: Sendable {
  package let columns: Int
  /// (rows, columns), row-major.
  package let values: [Float]
  /// Places among the bars, ascending.
  package let bars: [Int]

  package var count: Int { bars.count }

  package func selecting(_ places: [Int]) -> TestRows {
    TestRows(columns: places.count, values: values.selecting(places, of: columns), bars: bars)
  }
}

extension [Float] {
  /// Some columns of a matrix whose rows have `width` of them.
  fileprivate func selecting(_ places: [Int], of width: Int) -> [Float] {
    var chosen: [Float] = []
    chosen.reserveCapacity(count / Swift.max(1, width) * places.count)
    for row in stride(from: 0, to: count, by: Swift.max(1, width)) {
      for place in places { chosen.append(self[row + place]) }
    }
    return chosen
  }
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

  /// The rows at `positions`, with their outcomes.
  func training(_ positions: [Int]) -> TrainingRows {
    TrainingRows(
      columns: names.count, values: features(positions), labels: positions.map { labels[$0] },
      weights: positions.map { weights[$0] })
  }

  /// The rows at `positions`, without their outcomes.
  func test(_ positions: [Int]) -> TestRows {
    TestRows(columns: names.count, values: features(positions), bars: positions.map { labels[$0].startIndex })
  }

  private func features(_ positions: [Int]) -> [Float] {
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
  /// A forecast of each row of `test` by a model of the configuration fitted to `rows`.
  func forecasts(of test: TestRows, learning rows: TrainingRows, configuration: Int) throws -> [Forecast]
}
