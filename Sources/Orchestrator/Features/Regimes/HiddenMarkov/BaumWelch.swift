// Fitting a hidden Markov model by expectation and maximisation.

import Glibc

/// How a fit is steered.
package struct BaumWelchSettings: Hashable, Codable, Sendable {
  /// Most steps.
  package var maximumIterations = 300
  /// The fit has converged when a step gains less log posterior than this, per present observation.
  package var tolerance = 1e-7
  /// Prior transitions, in observed ones, from each state to itself: a state without them may flicker.
  package var stickiness = 0.0
  /// Prior transitions between any two states; keeps a transition that was never seen possible.
  package var pseudoCount = 0.0
  /// Prior sequences that began in each state; a few sessions would rule out all but a few starts.
  package var startPseudoCount = 0.0
  /// Least variance of a state, as a part of the variance of all observations in that dimension.
  package var covarianceFloor = 1e-3

  /// The defaults: no prior.
  package init() {}
}

/// What a fit ended with.
package struct BaumWelchFit: Sendable {
  package var model: GaussianHiddenMarkovModel
  /// Log-likelihood of ``model``'s predecessor in the last step, the last one that was computed.
  package var logLikelihood: Double
  package var iterations: Int
  package var hasConverged: Bool
}

/// Maximum a posteriori estimates of a chain with Gaussian emissions; without a prior, maximum likelihood.
///
/// Transitions and starts have Dirichlet priors (``BaumWelchSettings/stickiness`` on the diagonal), emissions none. A
/// step never lowers the log posterior, floors apart.
/// Source: L. Baum, T. Petrie, G. Soules, N. Weiss, Ann. Math. Stat. 41 (1970); the prior as in E. Fox, E. Sudderth,
/// M. Jordan, A. Willsky, "A sticky HDP-HMM", Ann. Appl. Stat. 5 (2011), with a fixed number of states.
package struct BaumWelch {
  private let observations: ObservationSequences
  private let settings: BaumWelchSettings
  private let recursions: ForwardBackward
  /// Least variance in each dimension, (D).
  private let leastVariance: [Double]

  /// Memory for fits of models with `stateCount` states.
  ///
  /// - Precondition: at least one observation is there.
  package init(_ observations: ObservationSequences, stateCount: Int, settings: BaumWelchSettings) {
    precondition(observations.presentCount > 0, "a fit needs observations")
    self.observations = observations
    self.settings = settings
    recursions = ForwardBackward(observations, stateCount: stateCount)
    let moments = ObservationMoments(observations)
    leastVariance = moments.variances.map { max($0 * settings.covarianceFloor, 1e-9) }
  }

  /// One step: gives the better model, and the log-likelihood of the given one.
  package func step(_ model: GaussianHiddenMarkovModel) -> (model: GaussianHiddenMarkovModel, logLikelihood: Double) {
    let logLikelihood = recursions.run(model)
    var next = model
    let k = model.stateCount
    let starts = recursions.startCounts.map { $0 + settings.startPseudoCount }
    let startSum = starts.reduce(0, +)
    next.start = starts.map { $0 / startSum }
    for source in 0..<k {
      var row = recursions.transitionCounts[source * k..<(source + 1) * k].map { $0 + settings.pseudoCount }
      row[source] += settings.stickiness
      let sum = row.reduce(0, +)
      guard sum > 0 else { continue }
      for state in 0..<k { next.transitions[source * k + state] = row[state] / sum }
    }
    for state in 0..<k { maximiseEmission(of: state, in: &next) }
    return (next, logLikelihood)
  }

  /// Steps until a step gains too little.
  ///
  /// `constraint` is applied to the result of every step; it must not take away from the likelihood.
  package func fit(
    from start: GaussianHiddenMarkovModel, constraint: (GaussianHiddenMarkovModel) -> GaussianHiddenMarkovModel = { $0 }
  ) -> BaumWelchFit {
    var model = start
    var before = -Double.infinity
    let tolerance = settings.tolerance * Double(observations.presentCount)
    for iteration in 1...settings.maximumIterations {
      let (next, logLikelihood) = step(model)
      let posterior = logLikelihood + logPrior(model)
      let hasConverged = posterior - before < tolerance
      if hasConverged || iteration == settings.maximumIterations {
        // The model whose likelihood is known is the one that is given back.
        return BaumWelchFit(
          model: model, logLikelihood: logLikelihood, iterations: iteration, hasConverged: hasConverged)
      }
      (model, before) = (constraint(next), posterior)
    }
    preconditionFailure("a fit needs at least one iteration")
  }

  /// log of the Dirichlet priors, up to a constant.
  private func logPrior(_ model: GaussianHiddenMarkovModel) -> Double {
    var sum = 0.0
    if settings.startPseudoCount > 0 {
      sum = model.start.reduce(0) { $0 + settings.startPseudoCount * log($1) }
    }
    for row in 0..<model.stateCount {
      for column in 0..<model.stateCount {
        let count = settings.pseudoCount + (row == column ? settings.stickiness : 0)
        if count > 0 { sum += count * log(model.transitions[row * model.stateCount + column]) }
      }
    }
    return sum
  }

  private func maximiseEmission(of state: Int, in model: inout GaussianHiddenMarkovModel) {
    let (k, n) = (model.stateCount, model.dimension)
    let weights = recursions.smoothed
    var total = 0.0
    var mean = [Double](repeating: 0, count: n)
    var covariance = [Double](repeating: 0, count: n * n)
    observations.values.withUnsafeBufferPointer { values in
      for step in 0..<observations.count where observations.isPresent[step] {
        let weight = weights[step * k + state]
        total += weight
        for i in 0..<n { mean[i] += weight * values[step * n + i] }
      }
      // A state that hardly anything belongs to keeps its emission: so few observations fix no covariance.
      guard total > Double(n + 1) else { return }
      for i in 0..<n { mean[i] /= total }
      covariance.withUnsafeMutableBufferPointer { covariance in
        mean.withUnsafeBufferPointer { mean in
          for step in 0..<observations.count where observations.isPresent[step] {
            let weight = weights[step * k + state]
            for i in 0..<n {
              let deviation = weight * (values[step * n + i] - mean[i])
              for j in 0...i { covariance[i * n + j] += deviation * (values[step * n + j] - mean[j]) }
            }
          }
        }
      }
    }
    guard total > Double(n + 1) else { return }
    for i in 0..<n {
      for j in 0...i {
        covariance[i * n + j] /= total
        covariance[j * n + i] = covariance[i * n + j]
      }
    }
    raiseToFloor(&covariance)
    model.means.replaceSubrange(state * n..<(state + 1) * n, with: mean)
    model.covariances.replaceSubrange(state * n * n..<(state + 1) * n * n, with: covariance)
  }

  /// Raises variances to their floor, then weakens correlations until the matrix is safely positive definite.
  private func raiseToFloor(_ covariance: inout [Double]) {
    let n = leastVariance.count
    for i in 0..<n { covariance[i * n + i] = max(covariance[i * n + i], leastVariance[i]) }
    for _ in 0..<60 where CholeskyFactor(covariance, dimension: n) == nil {
      for i in 0..<n { for j in 0..<n where i != j { covariance[i * n + j] *= 0.9 } }
    }
  }
}
