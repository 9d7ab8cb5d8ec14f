// What is believed of a function between its observations.

import QuantMath

/// A Gaussian process of mean 0 after its observations.
package struct GaussianProcess: Sendable {
  package let kernel: MaternKernel
  private let points: PackedPoints
  private let factor: CholeskyDecomposition
  /// (K + noise)^-1 y.
  private let alpha: [Double]

  /// Nil if the observations contradict the kernel numerically.
  package init?(_ kernel: MaternKernel, _ inputs: [[Double]], _ cube: CubeColumns, targets: [Double]) {
    self.kernel = kernel
    points = PackedPoints(inputs, cube, weights: kernel.weights)
    let n = inputs.count
    var matrix = [Double](repeating: 0, count: n * n)
    var (values, slopes) = ([Double](repeating: 0, count: n), [Double](repeating: 0, count: n))
    for row in 0..<n {
      points.similarities(to: inputs[row], &values, slopes: &slopes)
      for other in 0..<row { matrix[row * n + other] = kernel.scale * values[other] }
      matrix[row * n + row] = kernel.scale + kernel.noise + 1e-8
    }
    guard let factor = CholeskyDecomposition(matrix, dimension: n) else { return nil }
    self.factor = factor
    var alpha = targets
    factor.solveForward(&alpha)
    factor.solveBackward(&alpha)
    self.alpha = alpha
  }

  /// Space that repeated predictions use again.
  package struct Scratch {
    fileprivate var values: [Double]
    fileprivate var slopes: [Double]
    fileprivate var solved: [Double]
  }

  package var scratch: Scratch {
    let zeros = [Double](repeating: 0, count: points.count)
    return Scratch(values: zeros, slopes: zeros, solved: zeros)
  }

  /// Mean and variance of the function at a point.
  package func prediction(_ point: [Double], _ scratch: inout Scratch) -> (mean: Double, variance: Double) {
    points.similarities(to: point, &scratch.values, slopes: &scratch.slopes)
    var mean = 0.0
    for index in alpha.indices {
      mean += scratch.values[index] * alpha[index]
      scratch.solved[index] = kernel.scale * scratch.values[index]
    }
    factor.solveForward(&scratch.solved)
    let known = scratch.solved.reduce(0) { $0 + $1 * $1 }
    return (kernel.scale * mean, max(1e-12, kernel.scale - known))
  }

  /// The same with gradients by the point's coordinates.
  package func prediction(
    _ point: [Double], _ scratch: inout Scratch, byMean: inout [Double], byVariance: inout [Double]
  ) -> (mean: Double, variance: Double) {
    let result = prediction(point, &scratch)
    factor.solveBackward(&scratch.solved)
    for column in point.indices { (byMean[column], byVariance[column]) = (0, 0) }
    for index in alpha.indices {
      let slope = 2 * kernel.scale * scratch.slopes[index]
      let (mean, variance) = (slope * alpha[index], -2 * slope * scratch.solved[index])
      for column in point.indices {
        let distance = point[column] * points.factors[column] - points.scaled(index, column)
        byMean[column] += mean * distance
        byVariance[column] += variance * distance
      }
    }
    for column in point.indices {
      byMean[column] *= points.factors[column]
      byVariance[column] *= points.factors[column]
    }
    return result
  }
}
