// Logistic regression by Newton's method: convex, so there is one answer, and a dozen steps find it.

import Glibc
import QuantMath

/// Weighted logistic regression over K classes with a quadratic penalty.
///
///     minimise   sum of w (ln sum of exp(z) - sum of t z) + penalty / 2 sum of coefficients^2,   z = B x + c
///
/// Intercepts are not penalised. Two classes have one row of coefficients; more have one each, as scikit-learn has
/// them, with intercepts that sum to 0.
package enum LogisticFit {
  /// Coefficients, and whether they are the minimum.
  package struct Outcome: Hashable, Sendable {
    /// (K or 1, columns + 1): coefficients, then the intercept.
    package var coefficients: [Double]
    package var isConverged: Bool
  }

  /// - Parameters:
  ///   - x: (rows, columns).
  ///   - targets: (rows, K), each row a distribution: 1 and 0, or in between.
  ///   - weights: (rows), not negative.
  ///   - penalty: Not negative; above 0 where classes can be told apart without error, or there is no minimum.
  package static func fit(
    x: [Double], columns: Int, targets: [Double], classes: Int, weights: [Double], penalty: Double,
    steps: Int = 100, tolerance: Double = 1e-10
  ) -> Outcome {
    let rows = weights.count
    precondition(classes >= 2 && x.count == rows * columns && targets.count == rows * classes, "rows must fit")
    let width = columns + 1
    let outputs = classes == 2 ? 1 : classes
    var coefficients = [Double](repeating: 0, count: outputs * width)
    var problem = Problem(
      x: x, columns: columns, targets: targets, classes: classes, weights: weights, penalty: penalty)
    var loss = problem.evaluate(coefficients)
    for _ in 0..<steps {
      let gradient = problem.gradient
      var step = gradient
      var hessian = problem.hessian
      // Without it, equal shifts of all intercepts would leave the loss as it is, and the system without a solution.
      for place in 0..<step.count { hessian[place * step.count + place] *= 1 + 1e-12 }
      if outputs > 1 { problem.pinIntercepts(&hessian) }
      guard SymmetricSystem.solve(&hessian, &step) else {
        return Outcome(coefficients: coefficients, isConverged: false)
      }
      let decrement = zip(gradient, step).reduce(0) { $0 + $1.0 * $1.1 }
      if decrement <= tolerance * tolerance * max(1, abs(loss)) {
        return Outcome(coefficients: coefficients, isConverged: true)
      }
      var scale = 1.0
      while true {
        let next = zip(coefficients, step).map { $0 - scale * $1 }
        let nextLoss = problem.evaluate(next)
        if nextLoss <= loss - 1e-4 * scale * decrement || scale < 1e-8 {
          // Where so little is left to gain that arithmetic no longer shows it, this is the minimum.
          if nextLoss >= loss {
            return Outcome(coefficients: coefficients, isConverged: decrement <= 1e-10 * max(1, abs(loss)))
          }
          (coefficients, loss) = (next, nextLoss)
          break
        }
        scale /= 2
      }
    }
    return Outcome(coefficients: coefficients, isConverged: false)
  }

  /// The loss with its derivatives at one point.
  private struct Problem {
    let x: [Double]
    let columns: Int
    let targets: [Double]
    let classes: Int
    let weights: [Double]
    let penalty: Double
    var gradient: [Double] = []
    var hessian: [Double] = []

    init(x: [Double], columns: Int, targets: [Double], classes: Int, weights: [Double], penalty: Double) {
      self.x = x
      self.columns = columns
      self.targets = targets
      self.classes = classes
      self.weights = weights
      self.penalty = penalty
    }

    /// The loss at `coefficients`; gradient and Hessian are kept.
    mutating func evaluate(_ coefficients: [Double]) -> Double {
      let width = columns + 1
      let outputs = classes == 2 ? 1 : classes
      let size = outputs * width
      gradient = [Double](repeating: 0, count: size)
      hessian = [Double](repeating: 0, count: size * size)
      var p = [Double](repeating: 0, count: classes)
      var row = [Double](repeating: 1, count: width)
      var loss = 0.0
      for index in weights.indices where weights[index] > 0 {
        for column in 0..<columns { row[column] = x[index * columns + column] }
        for output in 0..<outputs {
          var z = 0.0
          for column in 0..<width { z += coefficients[output * width + column] * row[column] }
          p[outputs == 1 ? 1 : output] = z
        }
        if outputs == 1 { p[0] = 0 }
        let largest = p.max() ?? 0
        var sum = 0.0
        for place in 0..<classes { sum += exp(p[place] - largest) }
        let logSum = largest + log(sum)
        for place in 0..<classes {
          loss += weights[index] * targets[index * classes + place] * (logSum - p[place])
          p[place] = exp(p[place] - logSum)
        }
        accumulate(row, p, at: index, outputs: outputs)
      }
      for output in 0..<outputs {
        for column in 0..<columns {
          let place = output * width + column
          loss += penalty / 2 * coefficients[place] * coefficients[place]
          gradient[place] += penalty * coefficients[place]
          hessian[place * size + place] += penalty
        }
      }
      return loss
    }

    private mutating func accumulate(_ row: [Double], _ p: [Double], at index: Int, outputs: Int) {
      let width = columns + 1
      let size = outputs * width
      for output in 0..<outputs {
        let place = outputs == 1 ? 1 : output
        let residual = weights[index] * (p[place] - targets[index * classes + place])
        for column in 0..<width { gradient[output * width + column] += residual * row[column] }
        for other in 0...output {
          let second = outputs == 1 ? 1 : other
          let curvature = weights[index] * p[place] * ((place == second ? 1 : 0) - p[second])
          for column in 0..<width {
            let factor = curvature * row[column]
            let start = (output * width + column) * size + other * width
            for inner in 0..<width { hessian[start + inner] += factor * row[inner] }
          }
        }
      }
    }

    /// Adds a penalty on the sum of the intercepts, which changes nothing but that they sum to 0.
    func pinIntercepts(_ hessian: inout [Double]) {
      let width = columns + 1
      let size = classes * width
      for first in 0..<classes {
        for second in 0...first {
          hessian[(first * width + columns) * size + second * width + columns] += 1
        }
      }
    }
  }
}
