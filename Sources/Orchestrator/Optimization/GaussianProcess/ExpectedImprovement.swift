// How much better than the best so far a point may be, by how much that is to be expected.

import Glibc

/// Logarithms of expected improvement and of the probability of keeping a constraint, for minimisation.
///
/// Source: S. Ament et al., "Unexpected improvements to expected improvement for Bayesian optimization" (2023): the
/// logarithm has gradients where the improvement itself is 0 in floating point.
package enum ExpectedImprovement {
  private static let rootTwoPi = (2 * Double.pi).squareRoot()

  /// log of E max(0, best - f), with its derivatives by mean and standard deviation.
  package static func logarithm(
    mean: Double, deviation: Double, best: Double
  ) -> (value: Double, byMean: Double, byDeviation: Double) {
    let z = (best - mean) / deviation
    // h(z) = density(z) + z distribution(z); the ratios to it stay finite where it is not.
    let (logH, distributionShare, densityShare): (Double, Double, Double)
    if z > -25 {
      let (density, distribution) = (exp(-0.5 * z * z) / rootTwoPi, 0.5 * erfc(-z / 2.0.squareRoot()))
      let h = density * (1 + z * distribution / density)
      let safe = density > 0 ? h : z
      (logH, distributionShare, densityShare) = (log(safe), distribution / safe, density / safe)
    } else {
      let square = z * z
      // distribution / density = (1 - 1/z^2 + 3/z^4 ...) / -z.
      let (h, tail) = (1 - 3 / square + 15 / (square * square), 1 - 1 / square + 3 / (square * square))
      logH = -0.5 * square - log(rootTwoPi) - log(square) + log(h)
      (distributionShare, densityShare) = (-z * tail / h, square / h)
    }
    return (log(deviation) + logH, -distributionShare / deviation, densityShare / deviation)
  }

  /// log of P(f <= 0), with its derivatives by mean and standard deviation.
  package static func logProbabilityBelowZero(
    mean: Double, deviation: Double
  ) -> (value: Double, byMean: Double, byDeviation: Double) {
    let z = -mean / deviation
    let logValue: Double
    // density / distribution
    let ratio: Double
    if z > -25 {
      let distribution = 0.5 * erfc(-z / 2.0.squareRoot())
      logValue = log(distribution)
      ratio = exp(-0.5 * z * z) / rootTwoPi / distribution
    } else {
      let tail = 1 - 1 / (z * z) + 3 / (z * z * z * z)
      logValue = -0.5 * z * z - log(-z * rootTwoPi) + log(tail)
      ratio = -z / tail
    }
    return (logValue, -ratio / deviation, -ratio * z / deviation)
  }
}
