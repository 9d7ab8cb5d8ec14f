// Forecasts with what became of them.

import Glibc

/// Forecasts over K classes of outcomes that the model had not seen, and the outcomes.
package struct CalibrationSample: Sendable {
  /// K.
  package let classes: Int
  /// (rows, K).
  package let probabilities: [Double]
  /// (rows), in 0..<K.
  package let outcomes: [Int]
  /// (rows), positive.
  package let weights: [Double]

  /// - Throws: ``CalibrationError`` for rows that do not fit each other or say nothing.
  package init(
    classes: Int, probabilities: [Double], outcomes: [Int], weights: [Double]? = nil
  ) throws(CalibrationError) {
    let weights = weights ?? Array(repeating: 1, count: outcomes.count)
    guard classes >= 2, !outcomes.isEmpty, probabilities.count == outcomes.count * classes,
      weights.count == outcomes.count
    else { throw .sizes(probabilities: probabilities.count, outcomes: outcomes.count, weights: weights.count) }
    for row in outcomes.indices {
      let given = probabilities[(row * classes)..<((row + 1) * classes)]
      guard given.allSatisfy({ $0 >= 0 && $0 <= 1 }), abs(given.reduce(0, +) - 1) < 1e-3, weights[row] > 0,
        outcomes[row] >= 0, outcomes[row] < classes
      else { throw .row(row) }
    }
    self.classes = classes
    self.probabilities = probabilities
    self.outcomes = outcomes
    self.weights = weights
  }

  package var rows: Int { outcomes.count }

  /// Mean log loss in nats, weighted, after `map`.
  package func logLoss(_ map: CalibrationMap) -> Double {
    var (loss, total) = (0.0, 0.0)
    var row = [Double](repeating: 0, count: classes)
    for index in 0..<rows {
      for place in 0..<classes { row[place] = probabilities[index * classes + place] }
      map.apply(&row, classes: classes)
      loss -= weights[index] * log(max(row[outcomes[index]], CalibrationMap.margin))
      total += weights[index]
    }
    return loss / total
  }

  /// Weight of the outcomes other than `place`, and of it.
  func mass(of place: Int) -> (other: Double, it: Double) {
    var mass = (other: 0.0, it: 0.0)
    for row in 0..<rows {
      if outcomes[row] == place { mass.it += weights[row] } else { mass.other += weights[row] }
    }
    return mass
  }
}

/// Why nothing can be fitted.
package enum CalibrationError: Error, Hashable, Sendable, CustomStringConvertible {
  case sizes(probabilities: Int, outcomes: Int, weights: Int)
  case row(Int)
  case tooFew(place: Int, count: Int)

  package var description: String {
    switch self {
    case .sizes(let probabilities, let outcomes, let weights):
      return "\(probabilities) probabilities, \(outcomes) outcomes and \(weights) weights do not fit each other: give "
        + "each outcome one weight and as many probabilities as there are classes, at least two"
    case .row(let row):
      return "row \(row) is no forecast: probabilities lie between 0 and 1 and sum to 1, weights are positive, and the "
        + "outcome is one of the classes"
    case .tooFew(let place, let count):
      return "class \(place) happened \(count) times, fewer than \(CalibrationMap.leastOutcomes): calibrate on more "
        + "forecasts, or not at all"
    }
  }
}
