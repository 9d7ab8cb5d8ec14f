// Weights with the least mean loss on the worst sessions.

import Glibc
package import QuantMath

/// Minimum conditional value at risk over recorded sessions, long only.
///
/// The mean of the worst sessions is a convex function of the weights (R. Rockafellar, S. Uryasev, "Optimization of
/// conditional value-at-risk", 2000). Its corners are rounded, more and more sharply, so that quasi-Newton steps apply.
package enum MinimumTail {
  /// Weights that sum to 1.
  ///
  /// - Parameters:
  ///   - results: (sessions, instruments).
  ///   - tail: Part of the sessions that counts as the worst, in (0, 1).
  package static func weights(_ results: Matrix<Double>, tail: Double) -> [Double] {
    let columns = results.columns
    guard columns > 1 else { return [1] }
    let scale =
      (0..<results.rows).reduce(0) { sum, row in
        (0..<columns).reduce(sum) { $0 + abs(results[row, $1]) }
      } / Double(max(1, results.rows * columns))
    guard scale > 0 else { return (0..<columns).map { _ in 1 / Double(columns) } }
    // The last variable is the value at risk.
    var point = [Double](repeating: 1 / Double(columns), count: columns) + [0]
    point[columns] = valueAtRisk(results, Array(point[..<columns]), tail) / scale
    let low = [Double](repeating: 0, count: columns) + [-1e6]
    let high = [Double](repeating: 1, count: columns) + [1e6]
    for width in [0.3, 0.1, 0.03, 0.01, 0.003, 0.001, 0.000_3, 0.000_1] {
      for _ in 0..<3 {
        point =
          ProjectedDescent.minimise(from: point, low: low, high: high, evaluations: 200, tolerance: 1e-9) {
            rounded($0, results, scale, tail, width, &$1)
          }.point
        let sum = point[..<columns].reduce(0, +)
        for column in 0..<columns { point[column] /= sum }
      }
    }
    return Array(point[..<columns])
  }

  /// Mean loss of the worst sessions; interpolated where their number is not whole.
  package static func loss(_ results: Matrix<Double>, _ weights: [Double], tail: Double) -> Double {
    let losses = losses(results, weights).sorted(by: >)
    let count = tail * Double(losses.count)
    var (sum, left) = (0.0, count)
    for loss in losses where left > 0 {
      sum += min(1, left) * loss
      left -= 1
    }
    return sum / count
  }

  private static func losses(_ results: Matrix<Double>, _ weights: [Double]) -> [Double] {
    (0..<results.rows).map { row in
      -weights.indices.reduce(0) { $0 + weights[$1] * results[row, $1] }
    }
  }

  private static func valueAtRisk(_ results: Matrix<Double>, _ weights: [Double], _ tail: Double) -> Double {
    let losses = losses(results, weights).sorted(by: >)
    return losses[min(losses.count - 1, Int(tail * Double(losses.count)))]
  }

  /// v + mean of softplus(loss - v) / tail, of weights divided by their sum, with its gradient.
  private static func rounded(
    _ point: [Double], _ results: Matrix<Double>, _ scale: Double, _ tail: Double, _ width: Double,
    _ gradient: inout [Double]
  ) -> Double {
    let columns = results.columns
    let sum = max(1e-9, point[..<columns].reduce(0, +))
    let level = point[columns]
    for column in gradient.indices { gradient[column] = 0 }
    var value = level
    gradient[columns] = 1
    let share = 1 / (tail * Double(results.rows))
    for row in 0..<results.rows {
      var loss = 0.0
      for column in 0..<columns { loss -= point[column] / sum * results[row, column] / scale }
      let z = (loss - level) / width
      value += share * width * (z > 30 ? z : log1p(exp(z)))
      let slope = share / (1 + exp(-z))
      gradient[columns] -= slope
      for column in 0..<columns {
        gradient[column] += slope * (-results[row, column] / scale - loss) / sum
      }
    }
    // The sum does not matter to the loss; it is held near 1 so that no weight runs off.
    value += (sum - 1) * (sum - 1)
    for column in 0..<columns { gradient[column] += 2 * (sum - 1) }
    return value
  }
}
