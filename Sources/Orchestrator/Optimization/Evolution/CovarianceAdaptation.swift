// The normal distribution that evolution moves, stretches and turns from one generation to the next.

import Glibc
import QuantMath

/// The state of the covariance matrix adaptation evolution strategy in n dimensions.
///
/// Source: N. Hansen, "The CMA evolution strategy: a tutorial" (2016), whose letters the comments use. Its C^(-1/2) is
/// replaced by the inverse of C's Cholesky factor, which whitens as well and is n times cheaper: O. Krause, D. Arbones,
/// C. Igel, "CMA-ES with optimal covariance update and storage complexity" (2016).
struct CovarianceAdaptation {
  let dimensions: Int
  /// m.
  private(set) var mean: [Double]
  /// sigma, the overall step.
  private(set) var step: Double
  /// C (n, n), row-major.
  private var covariance: [Double]
  /// A with A A^T = C, (n, n), lower triangle.
  private var factor: [Double]
  /// p_sigma, whitened.
  private var stepPath: [Double]
  /// p_c.
  private var covariancePath: [Double]
  private var generation = 0
  /// Kept between generations of equal size.
  private var strategy: Strategy?

  /// Trials a generation: lambda = 4 + floor(3 ln n).
  static func population(dimensions: Int) -> Int { 4 + Int(3 * log(Double(max(1, dimensions)))) }

  init(mean: [Double], step: Double) {
    let n = mean.count
    dimensions = n
    self.mean = mean
    self.step = step
    var identity = [Double](repeating: 0, count: n * n)
    for axis in 0..<n { identity[axis * n + axis] = 1 }
    (covariance, factor) = (identity, identity)
    (stepPath, covariancePath) = (Array(repeating: 0, count: n), Array(repeating: 0, count: n))
  }

  /// Standard deviation along an axis.
  func deviation(_ axis: Int) -> Double { step * covariance[axis * dimensions + axis].squareRoot() }

  /// A draw of m + sigma A z.
  func draw(_ random: inout CounterRandom) -> [Double] {
    let z = mean.map { _ in random.nextGaussian() }
    return mean.indices.map { row in
      var sum = 0.0
      for column in 0...row { sum += factor[row * dimensions + column] * z[column] }
      return mean[row] + step * sum
    }
  }

  /// Moves on by one generation.
  ///
  /// - Parameter points: What is known of the generation, best first; at least two points. Fewer than the population
  ///   have weights of their own, and points that this distribution would hardly draw count as nearer ones in the same
  ///   direction, for they were drawn when less was known.
  /// Source of the latter: N. Hansen, "Injecting external solutions into CMA-ES" (2011).
  mutating func update(_ points: [[Double]]) {
    let n = dimensions
    let kept = strategy.flatMap { $0.weights.count == points.count ? $0 : nil }
    let strategy = kept ?? Strategy(dimensions: n, population: points.count)
    self.strategy = strategy
    let reach = Double(n).squareRoot() + 2 * Double(n) / Double(n + 2)
    var steps: [[Double]] = []
    var lengths: [Double] = []
    for point in points {
      var y = (0..<n).map { (point[$0] - mean[$0]) / step }
      var length = whitened(y).reduce(0) { $0 + $1 * $1 }.squareRoot()
      if length > reach {
        for axis in 0..<n { y[axis] *= reach / length }
        length = reach
      }
      steps.append(y)
      lengths.append(length)
    }

    // y_w, the weighted step of the better half; then both paths.
    var shift = [Double](repeating: 0, count: n)
    for (weight, y) in zip(strategy.weights, steps) where weight > 0 {
      for axis in 0..<n { shift[axis] += weight * y[axis] }
    }
    let white = whitened(shift)
    let pull = (strategy.cSigma * (2 - strategy.cSigma) * strategy.muEff).squareRoot()
    for axis in 0..<n {
      mean[axis] += step * shift[axis]
      stepPath[axis] = (1 - strategy.cSigma) * stepPath[axis] + pull * white[axis]
    }
    generation += 1
    let length = stepPath.reduce(0) { $0 + $1 * $1 }.squareRoot()
    let expected = strategy.expectedLength
    let warm = (1 - pow(1 - strategy.cSigma, 2 * Double(generation))).squareRoot()
    // h_sigma: a path that grows too fast does not stretch C as well.
    let isSteady = length / warm < (1.4 + 2 / Double(n + 1)) * expected
    let stretch = isSteady ? (strategy.cC * (2 - strategy.cC) * strategy.muEff).squareRoot() : 0
    for axis in 0..<n { covariancePath[axis] = (1 - strategy.cC) * covariancePath[axis] + stretch * shift[axis] }

    let delta = isSteady ? 0 : strategy.cC * (2 - strategy.cC)
    let keep = 1 + strategy.c1 * delta - strategy.c1 - strategy.cMu * strategy.weights.reduce(0, +)
    adapt(keep, strategy, steps, lengths)
    // One generation changes the step by a factor of e at most, and it stays where numbers can still be told apart.
    step *= exp(min(1, strategy.cSigma / strategy.dSigma * (length / expected - 1)))
    step = min(1, max(1e-12, step))
  }

  /// C = keep C + c_1 p_c p_c^T + c_mu sum of w_i y_i y_i^T, and its factor.
  private mutating func adapt(_ keep: Double, _ strategy: Strategy, _ steps: [[Double]], _ lengths: [Double]) {
    let n = dimensions
    let scales = strategy.weights.indices.map { index in
      let weight = strategy.weights[index]
      // A negative weight takes away no more than a step of the expected length would.
      return strategy.cMu * (weight >= 0 ? weight : weight * Double(n) / max(1e-300, lengths[index] * lengths[index]))
    }
    for row in 0..<n {
      for column in 0...row {
        var value = keep * covariance[row * n + column]
        value += strategy.c1 * covariancePath[row] * covariancePath[column]
        for (scale, y) in zip(scales, steps) { value += scale * y[row] * y[column] }
        covariance[row * n + column] = value
        covariance[column * n + row] = value
      }
    }
    if !refactor() {
      // Rounding has made C indefinite: the shape is learned anew.
      self = CovarianceAdaptation(mean: mean, step: step)
    }
  }

  /// Cholesky's factor of C; false if C is not positive definite.
  private mutating func refactor() -> Bool {
    let n = dimensions
    for row in 0..<n {
      for column in 0...row {
        var sum = covariance[row * n + column]
        for k in 0..<column { sum -= factor[row * n + k] * factor[column * n + k] }
        if row == column {
          guard sum > 1e-14 * covariance[row * n + row], sum.isFinite else { return false }
          factor[row * n + row] = sum.squareRoot()
        } else {
          factor[row * n + column] = sum / factor[column * n + column]
        }
      }
    }
    return true
  }

  /// z with A z = y.
  private func whitened(_ y: [Double]) -> [Double] {
    var z = y
    for row in 0..<dimensions {
      for column in 0..<row { z[row] -= factor[row * dimensions + column] * z[column] }
      z[row] /= factor[row * dimensions + row]
    }
    return z
  }
}

extension CovarianceAdaptation {
  /// Weights and learning rates: table 1 of the tutorial.
  private struct Strategy {
    /// w_i: the better half adds up to 1, the rest is negative.
    let weights: [Double]
    let muEff: Double
    let cSigma: Double
    let dSigma: Double
    let cC: Double
    let c1: Double
    let cMu: Double
    /// E||N(0, I)||.
    let expectedLength: Double

    init(dimensions: Int, population: Int) {
      precondition(population >= 2, "a generation that teaches something has at least two members")
      let n = Double(dimensions)
      let raw = (1...population).map { log(Double(population + 1) / 2) - log(Double($0)) }
      func effective(_ part: ArraySlice<Double>) -> Double {
        let squares = part.reduce(0) { $0 + $1 * $1 }
        let sum = part.reduce(0, +)
        return squares > 0 ? sum * sum / squares : 0
      }
      muEff = effective(raw[..<(population / 2)])
      let muEffBad = effective(raw[(population / 2)...])
      cSigma = (muEff + 2) / (n + muEff + 5)
      dSigma = 1 + 2 * max(0, ((muEff - 1) / (n + 1)).squareRoot() - 1) + cSigma
      cC = (4 + muEff / n) / (n + 4 + 2 * muEff / n)
      c1 = 2 / ((n + 1.3) * (n + 1.3) + muEff)
      cMu = min(1 - c1, 2 * (muEff - 2 + 1 / muEff) / ((n + 2) * (n + 2) + muEff))
      expectedLength = n.squareRoot() * (1 - 1 / (4 * n) + 1 / (21 * n * n))
      let good = raw.reduce(0) { $1 > 0 ? $0 + $1 : $0 }
      let bad = raw.reduce(0) { $1 < 0 ? $0 - $1 : $0 }
      // So much may be taken away that C stays positive definite; with c_mu = 0 nothing is.
      let most =
        cMu > 0 ? min(1 + c1 / cMu, 1 + 2 * muEffBad / (muEff + 2), (1 - c1 - cMu) / (n * cMu)) : 0
      weights = raw.map { $0 >= 0 ? $0 / good : $0 * most / bad }
    }
  }
}
