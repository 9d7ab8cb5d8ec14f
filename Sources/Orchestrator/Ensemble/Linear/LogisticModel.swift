// The honest baseline: a linear model with a softmax.

import Glibc

/// A logistic regression on standardised columns, ready to forecast.
package struct LogisticModel: Hashable, Sendable, Codable {
  package let classes: Int
  /// (columns) means and standard deviations of the training rows.
  package let means: [Double]
  package let deviations: [Double]
  /// (classes or 1, columns + 1): coefficients of standardised columns, then the intercept.
  package let coefficients: [Double]

  /// Fits on `x` (rows, columns), row-major.
  ///
  /// - Parameters:
  ///   - outcomes: (rows), in 0..<`classes`.
  ///   - weights: (rows), positive.
  ///   - penalty: On the squares of the coefficients of standardised columns, per unit of weight: 1 / C of scikit-learn
  ///     over the weight of all rows.
  /// - Throws: ``LogisticError`` for rows that are no numbers, or that never show a class.
  package init(
    x: [Float], columns: Int, outcomes: [Int], classes: Int, weights: [Double], penalty: Double
  ) throws(LogisticError) {
    let rows = outcomes.count
    guard columns >= 1, classes >= 2, rows >= 2, x.count == rows * columns, weights.count == rows, penalty > 0 else {
      throw .sizes(rows: rows, values: x.count, weights: weights.count)
    }
    if let place = x.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(row: place / columns, column: place % columns)
    }
    for place in 0..<classes where !outcomes.contains(place) { throw .neverHappened(place) }
    let total = weights.reduce(0, +)
    var means = [Double](repeating: 0, count: columns)
    var deviations = [Double](repeating: 0, count: columns)
    for row in 0..<rows {
      for column in 0..<columns { means[column] += weights[row] * Double(x[row * columns + column]) / total }
    }
    for row in 0..<rows {
      for column in 0..<columns {
        let distance = Double(x[row * columns + column]) - means[column]
        deviations[column] += weights[row] * distance * distance / total
      }
    }
    // A column that never moves says nothing: its standardised value is 0.
    for column in 0..<columns { deviations[column] = deviations[column] > 0 ? deviations[column].squareRoot() : 1 }
    var standardised = [Double](repeating: 0, count: x.count)
    for place in x.indices {
      standardised[place] = (Double(x[place]) - means[place % columns]) / deviations[place % columns]
    }
    var targets = [Double](repeating: 0, count: rows * classes)
    for row in 0..<rows { targets[row * classes + outcomes[row]] = 1 }
    let fit = LogisticFit.fit(
      x: standardised, columns: columns, targets: targets, classes: classes, weights: weights, penalty: penalty * total)
    guard fit.isConverged else { throw .notConverged }
    self.classes = classes
    self.means = means
    self.deviations = deviations
    coefficients = fit.coefficients
  }

  package var columns: Int { means.count }

  /// Writes the probabilities of the classes for `x` (columns); false where a value is not finite.
  package func predict(_ x: UnsafePointer<Float>, into p: UnsafeMutablePointer<Double>) -> Bool {
    let width = columns + 1
    let outputs = classes == 2 ? 1 : classes
    for output in 0..<outputs { p[outputs == 1 ? 1 : output] = coefficients[output * width + columns] }
    if outputs == 1 { p[0] = 0 }
    for column in 0..<columns {
      guard x[column].isFinite else { return false }
      let value = (Double(x[column]) - means[column]) / deviations[column]
      for output in 0..<outputs { p[outputs == 1 ? 1 : output] += coefficients[output * width + column] * value }
    }
    var largest = p[0]
    for place in 1..<classes { largest = max(largest, p[place]) }
    var sum = 0.0
    for place in 0..<classes {
      p[place] = exp(p[place] - largest)
      sum += p[place]
    }
    for place in 0..<classes { p[place] /= sum }
    return true
  }
}

/// Why no model can be fitted.
package enum LogisticError: Error, Hashable, Sendable, CustomStringConvertible {
  case sizes(rows: Int, values: Int, weights: Int)
  case notFinite(row: Int, column: Int)
  case neverHappened(Int)
  case notConverged

  package var description: String {
    switch self {
    case .sizes(let rows, let values, let weights):
      return "\(rows) outcomes, \(values) values and \(weights) weights do not fit each other: give at least two rows, "
        + "two classes, a positive penalty, and every row its values and weight"
    case .notFinite(let row, let column):
      return "row \(row), column \(column) is not a finite number: leave rows out that are not warm"
    case .neverHappened(let place): return "class \(place) never happened: train on more rows"
    case .notConverged: return "the fit did not come to rest: raise the penalty, or leave out columns that are copies"
    }
  }
}
