// Bayesian online detection of change points.

import Glibc

/// Normal-inverse-gamma prior of a run's mean and variance: variance ~ InverseGamma(shape, scale), mean ~
/// Normal(`mean`, variance / `weight`).
@frozen package struct RunPrior: Hashable, Sendable {
  package var mean: Double
  /// How many observations the prior mean is worth.
  package var weight: Double
  package var shape: Double
  package var scale: Double

  /// For values of about unit variance around 0: a run's mean is worth one observation, its variance two.
  package init(mean: Double = 0, weight: Double = 1, shape: Double = 1, scale: Double = 1) {
    self.mean = mean
    self.weight = weight
    self.shape = shape
    self.scale = scale
  }
}

/// How long the present run has lasted, where a run is a stretch of independent normal values with one mean and one
/// variance, and every step begins a new run with a constant probability.
///
/// Each hypothesis is a run length r, the number of values in the present run. A value updates them all:
///
///     weight(r + 1) = weight(r) predictive(r) (1 - hazard)
///     weight(0)     = hazard * sum of weight(r) predictive(r)
///
/// and the predictive density of a run is Student's t. With shape a, scale b and the updated scale b', it is
/// c(r) b^a / b'^(a + 1/2), where c depends on r alone and is tabulated: one logarithm and one exponential for each.
///
/// Bounded in two ways. No run is longer than `maximumRunLength`: the weight of a longer one goes to the oldest that is
/// left. At most `maximumHypotheses` are kept: the least probable is dropped, except for the youngest quarter, which
/// must have time to prove themselves. With `maximumHypotheses > maximumRunLength` nothing is ever dropped.
/// Source: R. Adams, D. MacKay, "Bayesian online changepoint detection" (2007), arXiv:0710.3742; the update of a run
/// from K. Murphy, "Conjugate Bayesian analysis of the Gaussian distribution" (2007).
package struct ChangePointDetector: ~Copyable {
  /// Probability that a step begins a new run.
  package let hazard: Double
  package let maximumRunLength: Int
  package let maximumHypotheses: Int
  package let prior: RunPrior
  /// Hypotheses kept, oldest first; the last one is run length 0.
  package private(set) var hypothesisCount = 1
  /// -log of the density given to the last value before seeing it; nil before the first.
  package private(set) var surprise: Double?
  /// Mean of the run length, in values.
  package private(set) var expectedRunLength = 0.0

  /// Hypotheses that are never dropped because they are young.
  private let protectedCount: Int
  /// log c(r), (maximumRunLength + 1).
  private let constants: UnsafeMutablePointer<Double>
  // Of each hypothesis, (maximumHypotheses + 1): one more than is kept, for the step in which a run is born.
  private let runLengths: UnsafeMutablePointer<Int>
  private let weights: UnsafeMutablePointer<Double>
  private let means: UnsafeMutablePointer<Double>
  private let scales: UnsafeMutablePointer<Double>
  /// shape * log(scale).
  private let logPowers: UnsafeMutablePointer<Double>
  /// Of the value being added.
  private let logDensities: UnsafeMutablePointer<Double>

  /// No value seen yet.
  ///
  /// - Precondition: `hazard` lies inside (0, 1), the bounds are at least 2 and 4, and the prior is proper.
  package init(
    hazard: Double, maximumRunLength: Int = 1_000, maximumHypotheses: Int = 32, prior: RunPrior = RunPrior()
  ) {
    precondition(hazard > 0 && hazard < 1, "a hazard lies inside (0, 1)")
    precondition(maximumRunLength >= 2 && maximumHypotheses >= 4, "too few run lengths to tell a change")
    precondition(
      prior.weight > 0 && prior.shape > 0 && prior.scale > 0 && prior.mean.isFinite, "the prior of a run is not proper")
    self.hazard = hazard
    self.maximumRunLength = maximumRunLength
    self.maximumHypotheses = maximumHypotheses
    self.prior = prior
    protectedCount = max(1, maximumHypotheses / 4)
    constants = .allocate(capacity: maximumRunLength + 1)
    for length in 0...maximumRunLength {
      let shape = prior.shape + 0.5 * Double(length)
      let weight = prior.weight + Double(length)
      constants[length] = lgamma(shape + 0.5) - lgamma(shape) + 0.5 * log(weight / (2 * Double.pi * (weight + 1)))
    }
    let capacity = maximumHypotheses + 1
    runLengths = .allocate(capacity: capacity)
    runLengths.initialize(repeating: 0, count: capacity)
    weights = .allocate(capacity: capacity)
    weights.initialize(repeating: 0, count: capacity)
    means = .allocate(capacity: capacity)
    means.initialize(repeating: 0, count: capacity)
    scales = .allocate(capacity: capacity)
    scales.initialize(repeating: 0, count: capacity)
    logPowers = .allocate(capacity: capacity)
    logPowers.initialize(repeating: 0, count: capacity)
    logDensities = .allocate(capacity: capacity)
    logDensities.initialize(repeating: 0, count: capacity)
    place(at: 0, weight: 1)
  }

  deinit {
    constants.deallocate()
    runLengths.deallocate()
    weights.deallocate()
    means.deallocate()
    scales.deallocate()
    logPowers.deallocate()
    logDensities.deallocate()
  }

  /// Takes the next value; one that is not finite is passed over.
  package mutating func update(_ value: Double) {
    guard value.isFinite else { return }
    var largest = -Double.infinity
    for slot in 0..<hypothesisCount {
      let density = grow(slot, value)
      logDensities[slot] = density
      largest = max(largest, density)
    }
    // The largest density is taken out before the exponential: a value far from every run must not become 0 / 0.
    var total = 0.0
    for slot in 0..<hypothesisCount {
      weights[slot] *= exp(logDensities[slot] - largest)
      total += weights[slot]
    }
    surprise = -(log(total) + largest)
    let factor = (1 - hazard) / total
    for slot in 0..<hypothesisCount { weights[slot] *= factor }
    place(at: hypothesisCount, weight: hazard)
    hypothesisCount += 1
    bound()
    var mean = 0.0
    for slot in 0..<hypothesisCount { mean += weights[slot] * Double(runLengths[slot]) }
    expectedRunLength = mean
  }

  /// Probability that the present run has fewer than `length` values.
  package func probability(runLengthBelow length: Int) -> Double {
    var sum = 0.0
    for slot in 0..<hypothesisCount where runLengths[slot] < length { sum += weights[slot] }
    return min(1, sum)
  }

  /// Forgets every value.
  package mutating func reset() {
    hypothesisCount = 1
    surprise = nil
    expectedRunLength = 0
    place(at: 0, weight: 1)
  }

  /// Adds the value to one run; gives the log density that the run gave it.
  private func grow(_ slot: Int, _ value: Double) -> Double {
    let length = runLengths[slot]
    let weight = prior.weight + Double(length)
    let shape = prior.shape + 0.5 * Double(length)
    let deviation = value - means[slot]
    let scale = scales[slot] + 0.5 * weight / (weight + 1) * deviation * deviation
    let logPower = (shape + 0.5) * log(scale)
    let density = constants[length] + logPowers[slot] - logPower
    runLengths[slot] = length + 1
    means[slot] += deviation / (weight + 1)
    scales[slot] = scale
    logPowers[slot] = logPower
    return density
  }

  /// A run without values.
  private func place(at slot: Int, weight: Double) {
    runLengths[slot] = 0
    weights[slot] = weight
    means[slot] = prior.mean
    scales[slot] = prior.scale
    logPowers[slot] = prior.shape * log(prior.scale)
  }

  /// Keeps run lengths and hypotheses within their bounds.
  private mutating func bound() {
    if runLengths[0] > maximumRunLength {
      weights[1] += weights[0]
      remove(0)
    }
    guard hypothesisCount > maximumHypotheses else { return }
    var least = 0
    for slot in 1..<hypothesisCount - protectedCount where weights[slot] < weights[least] { least = slot }
    let kept = 1 - weights[least]
    remove(least)
    for slot in 0..<hypothesisCount { weights[slot] /= kept }
  }

  private mutating func remove(_ slot: Int) {
    hypothesisCount -= 1
    let following = hypothesisCount - slot
    // update(from:count:) moves overlapping memory correctly.
    (runLengths + slot).update(from: runLengths + slot + 1, count: following)
    (weights + slot).update(from: weights + slot + 1, count: following)
    (means + slot).update(from: means + slot + 1, count: following)
    (scales + slot).update(from: scales + slot + 1, count: following)
    (logPowers + slot).update(from: logPowers + slot + 1, count: following)
  }
}
