// Which length scales, variance and noise explain the observations best.

import Glibc
import QuantMath

/// Maximises the marginal likelihood times the prior of a ``MaternKernel``.
///
/// Length scales are log-normal with a median that grows with the square root of the dimensions, so that a function of
/// many parameters is not taken for white noise; variance and noise are log-normal, too.
/// Source of the prior of length scales: C. Hvarfner, E. Hellsten, L. Nardi, "Vanilla Bayesian optimization performs
/// great in high dimensions" (2024). Likelihood and gradient: C. Rasmussen, C. Williams (2006), 5.4.1.
package struct KernelFit {
  private let count: Int
  private let groups: Int
  /// Squared distances of all pairs (i, j < i), (group, block of four pairs).
  private let distances: [SIMD4<Double>]
  private let pairBlocks: Int
  private let targets: [Double]

  /// - Parameter targets: One a point, with mean 0 and variance 1.
  package init(_ points: [[Double]], _ cube: CubeColumns, targets: [Double]) {
    count = points.count
    groups = cube.groups
    self.targets = targets
    let pairs = count * (count - 1) / 2
    pairBlocks = (pairs + 3) / 4
    var distances = [SIMD4<Double>](repeating: .zero, count: pairBlocks * groups)
    for group in 0..<groups {
      var pair = 0
      for row in 0..<count {
        for other in 0..<row {
          var squared = 0.0
          for column in cube.starts[group]..<cube.starts[group + 1] {
            let distance = points[row][column] - points[other][column]
            squared += distance * distance
          }
          distances[group * pairBlocks + pair / 4][pair % 4] = squared
          pair += 1
        }
      }
    }
    self.distances = distances
  }

  /// The most probable kernel, from `start` and from the prior's middle.
  package func best(evaluations: Int) -> MaternKernel {
    let middle = -2 * (2.0.squareRoot() + 0.5 * log(Double(groups)))
    var low = [Double](repeating: -14, count: groups + 2)
    var high = [Double](repeating: 9, count: groups + 2)
    (low[groups], high[groups]) = (-5, 5)
    (low[groups + 1], high[groups + 1]) = (log(1e-6), 0)
    var best: ProjectedDescent.Minimum?
    // A smooth function without noise and a rugged one with some: the likelihood may have both kinds of peaks.
    for start in [(middle + 2, -8.0), (1.5, -2.0)] {
      let theta = Array(repeating: start.0, count: groups) + [0, start.1]
      let found = ProjectedDescent.minimise(
        from: theta, low: low, high: high, evaluations: evaluations, tolerance: 1e-3
      ) { negativeLogPosterior($0, &$1) }
      if best.map({ found.value < $0.value }) ?? true { best = found }
    }
    let theta = best?.point ?? Array(repeating: 0, count: groups + 2)
    return MaternKernel(
      weights: (0..<groups).map { exp(theta[$0]) }, scale: exp(theta[groups]), noise: exp(theta[groups + 1]))
  }

  /// For theta = log w, log s, log noise; without the constant of the likelihood.
  package func negativeLogPosterior(_ theta: [Double], _ gradient: inout [Double]) -> Double {
    let value = negativeLogLikelihood(theta, &gradient)
    return value + penalty(theta, &gradient)
  }

  /// The likelihood alone.
  package func negativeLogLikelihood(_ theta: [Double], _ gradient: inout [Double]) -> Double {
    let (n, scale, noise) = (count, exp(theta[groups]), exp(theta[groups + 1]))
    let weights = theta.prefix(groups).map { exp($0) }
    var values = [SIMD4<Double>](repeating: .zero, count: pairBlocks)
    var slopes = values
    fill(weights, &values, &slopes)
    var matrix = [Double](repeating: 0, count: n * n)
    var pair = 0
    for row in 0..<n {
      for other in 0..<row {
        matrix[row * n + other] = scale * values[pair / 4][pair % 4]
        pair += 1
      }
      matrix[row * n + row] = scale + noise + 1e-8
    }
    guard let factor = CholeskyDecomposition(matrix, dimension: n) else { return .infinity }
    var alpha = targets
    factor.solveForward(&alpha)
    factor.solveBackward(&alpha)
    var value = factor.halfLogDeterminant
    for index in 0..<n { value += 0.5 * targets[index] * alpha[index] }
    let inverse = factor.inverse()

    // Half of (K^-1 - alpha alpha')_ij, twice as each pair stands for two entries.
    var (byScale, trace) = (0.0, 0.0)
    var shares = [SIMD4<Double>](repeating: .zero, count: pairBlocks)
    pair = 0
    for row in 0..<n {
      for other in 0..<row {
        shares[pair / 4][pair % 4] = inverse[row * n + other] - alpha[row] * alpha[other]
        pair += 1
      }
      trace += 0.5 * (inverse[row * n + row] - alpha[row] * alpha[row])
    }
    for block in 0..<pairBlocks { byScale += (shares[block] * values[block]).sum() }
    for group in 0..<groups {
      var sum = SIMD4<Double>.zero
      for block in 0..<pairBlocks {
        sum += shares[block] * slopes[block] * distances[group * pairBlocks + block]
      }
      gradient[group] = scale * weights[group] * sum.sum()
    }
    gradient[groups] = scale * (byScale + trace)
    gradient[groups + 1] = noise * trace
    return value
  }

  /// Minus the logarithm of the prior.
  private func penalty(_ theta: [Double], _ gradient: inout [Double]) -> Double {
    var value = 0.0
    func add(_ index: Int, mean: Double, variance: Double) {
      let distance = theta[index] - mean
      value += 0.5 * distance * distance / variance
      gradient[index] += distance / variance
    }
    // log w = -2 log length, so its mean and deviation are twice as large.
    let mean = -2 * (2.0.squareRoot() + 0.5 * log(Double(groups)))
    for group in 0..<groups { add(group, mean: mean, variance: 4 * 3) }
    add(groups, mean: 0, variance: 1)
    add(groups + 1, mean: -6, variance: 4)
    return value
  }

  private func fill(_ weights: [Double], _ values: inout [SIMD4<Double>], _ slopes: inout [SIMD4<Double>]) {
    for block in 0..<pairBlocks {
      var squared = SIMD4<Double>.zero
      for group in 0..<groups { squared += weights[group] * distances[group * pairBlocks + block] }
      (values[block], slopes[block]) = MaternKernel.value(squared)
    }
  }
}
