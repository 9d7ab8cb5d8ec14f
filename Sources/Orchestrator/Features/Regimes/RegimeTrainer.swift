// From bars to a fitted regime model.

import Glibc
import QuantMath
package import TradingDomain

/// How a regime model is fitted.
package struct RegimeFitPlan: Hashable, Sendable {
  package var observation = RegimeObservationSettings()
  package var baumWelch: BaumWelchSettings
  /// Starts; the first is the plain one, the others are disturbed by the seed.
  package var restarts = 6
  package var seed: UInt64 = 1

  /// The defaults: a prior of 200 bars on staying, of one on every transition and of one session on every start.
  package init() {
    baumWelch = BaumWelchSettings()
    baumWelch.stickiness = 200
    baumWelch.pseudoCount = 1
    baumWelch.startPseudoCount = 1
  }
}

/// Why bars gave no model.
package enum RegimeFitError: Error, Hashable, CustomStringConvertible {
  case badPlan(String)
  case tooFewObservations(found: Int, needed: Int)
  case constantObservation(String)
  case notSeparated(restarts: Int, trendSeparation: Double, stressSeparation: Double)

  package var description: String {
    switch self {
    case .badPlan(let why): return "regime fit: \(why)"
    case .tooFewObservations(let found, let needed):
      return "regime fit: \(found) whole bars after the warm-up, \(needed) are needed; give more sessions"
    case .constantObservation(let name):
      return "regime fit: the \(name) of these bars never changes; regimes need prices that move, check the data"
    case .notSeparated(let restarts, let trend, let stress):
      return "regime fit: none of \(restarts) starts separates the regimes (trends by \(trend) standard deviations, "
        + "stress by \(stress), \(RegimeNaming.neededSeparation) are needed); give more sessions or more restarts"
    }
  }
}

/// Fits regime models; deterministic in bars, plan and previous model.
///
/// **Up and down are mirror images.** Every session is fitted together with its reflection, in which prices fall where
/// they rose. So the trends differ in the sign of their drift and in nothing else, range and stress have none, and a
/// month that happened to fall teaches the model nothing about falling.
package enum RegimeTrainer {
  /// Fewest observations for a fit: the chain has 71 parameters.
  package static let leastObservations = 1_000

  /// The observations of `bars`, a sequence a session, not reflected.
  package static func observations(
    _ bars: some Sequence<Bar>, _ settings: RegimeObservationSettings
  ) -> ObservationSequences {
    var observer = RegimeObserver(settings)
    var result = ObservationSequences(dimension: 3)
    for bar in bars {
      let outcome = observer.update(bar)
      if case .none = outcome { continue }
      if observer.beganSession || result.count == 0 { result.beginSequence() }
      if case .observation(let values) = outcome {
        result.append([values.x, values.y, values.z])
      } else {
        result.append(nil)
      }
    }
    return result
  }

  /// The best of several fits whose states can be named.
  ///
  /// With a `previous` model the names are its own: the states are put in the order whose emissions lie nearest to it,
  /// so that a refit on other bars does not rename what it finds. Without one, the parameters name them.
  package static func fit(
    _ bars: some Sequence<Bar>, plan: RegimeFitPlan = RegimeFitPlan(), previous: RegimeModel? = nil
  ) throws -> RegimeModel {
    if let fault = plan.observation.fault { throw RegimeFitError.badPlan(fault) }
    if plan.restarts < 1 { throw RegimeFitError.badPlan("restarts must be at least 1") }
    if plan.baumWelch.maximumIterations < 1 { throw RegimeFitError.badPlan("maximumIterations must be at least 1") }
    let observations = observations(bars, plan.observation)
    guard observations.presentCount >= leastObservations else {
      throw RegimeFitError.tooFewObservations(found: observations.presentCount, needed: leastObservations)
    }
    let moments = ObservationMoments(observations)
    for part in 0..<2 where moments.variances[part] < 1e-9 {
      throw RegimeFitError.constantObservation(RegimeObserver.names[part])
    }
    let both = observations.joinedWithReflection(of: 0)
    let baumWelch = BaumWelch(both, stateCount: 4, settings: plan.baumWelch)
    var fits: [(fit: BaumWelchFit, naming: RegimeNaming)] = []
    var widest = RegimeNaming?.none
    for restart in 0..<plan.restarts {
      // The reflections alone keep a symmetric start symmetric; the constraint takes out what rounding adds.
      let fit = baumWelch.fit(from: startingChain(both, seed: plan.seed, restart: restart), constraint: symmetric)
      let naming = RegimeNaming(fit.model)
      if naming.leastSeparation > widest?.leastSeparation ?? -.infinity { widest = naming }
      if naming.isSeparated { fits.append((fit, naming)) }
    }
    guard let first = fits.first else {
      throw RegimeFitError.notSeparated(
        restarts: plan.restarts, trendSeparation: widest?.trendSeparation ?? .nan,
        stressSeparation: widest?.stressSeparation ?? .nan)
    }
    // Of equals the earlier start stays.
    let best = fits.dropFirst().reduce(first) { $1.fit.logLikelihood > $0.fit.logLikelihood ? $1 : $0 }
    let alignment = previous.map { StateAlignment(of: best.fit.model, to: $0.chain) }
    return try RegimeModel(
      observation: plan.observation, chain: best.fit.model.reordered(alignment?.order ?? best.naming.order),
      record: RegimeFitRecord(
        observations: observations.presentCount, missing: observations.count - observations.presentCount,
        sessions: observations.starts.count, logLikelihood: 0.5 * best.fit.logLikelihood,
        singleStateLogLikelihood: 0.5 * singleStateLogLikelihood(both, plan), iterations: best.fit.iterations,
        hasConverged: best.fit.hasConverged, restarts: plan.restarts, separatedRestarts: fits.count, seed: plan.seed,
        distanceToPrevious: alignment?.distance,
        namesAgreeWithParameters: alignment.map { $0.order == best.naming.order } ?? true))
  }

  /// Where a fit begins: a state to each name, around the mean of all observations; all but the first start disturbed.
  /// Trend down, the second state, is the reflection of trend up, the first.
  package static func startingChain(
    _ observations: ObservationSequences, seed: UInt64, restart: Int
  ) -> GaussianHiddenMarkovModel {
    let moments = ObservationMoments(observations)
    let deviations = moments.variances.map { max($0, 1e-9).squareRoot() }
    // In standard deviations: trend up, trend down, range, stress.
    let places: [[Double]] = [[1, 0, 0], [1, 0, 0], [0, -0.5, -0.5], [0, 1.5, 1]]
    var random = CounterRandom(seed: seed, purpose: "regimes.restart", index: UInt64(restart))
    let means = places.flatMap { place in
      (0..<3).map { part in
        let disturbance = restart == 0 ? 0 : 0.5 * random.nextGaussian()
        return moments.means[part] + (place[part] + disturbance) * deviations[part]
      }
    }
    let covariance = diagonal(moments.variances.map { 0.5 * max($0, 1e-9) })
    var chain = GaussianHiddenMarkovModel(
      stateCount: 4, dimension: 3, start: Array(repeating: 0.25, count: 4),
      transitions: (0..<16).map { $0 % 5 == 0 ? 0.94 : 0.02 }, means: means,
      covariances: Array(repeatElement(covariance, count: 4).joined()))
    for part in 0..<3 { chain.means[3 + part] = (part == 0 ? -1 : 1) * chain.means[part] }
    return symmetric(chain)
  }

  /// The mean of a chain and its reflection: drift with the other sign, first and second state exchanged.
  static func symmetric(_ chain: GaussianHiddenMarkovModel) -> GaussianHiddenMarkovModel {
    var reflected = chain.reordered([1, 0, 2, 3])
    for state in 0..<4 {
      reflected.means[state * 3] *= -1
      for part in 1..<3 {
        reflected.covariances[state * 9 + part] *= -1
        reflected.covariances[state * 9 + part * 3] *= -1
      }
    }
    func mean(_ left: [Double], _ right: [Double]) -> [Double] { zip(left, right).map { 0.5 * ($0 + $1) } }
    return GaussianHiddenMarkovModel(
      stateCount: 4, dimension: 3, start: mean(chain.start, reflected.start),
      transitions: mean(chain.transitions, reflected.transitions), means: mean(chain.means, reflected.means),
      covariances: mean(chain.covariances, reflected.covariances))
  }

  /// A diagonal matrix, row-major.
  private static func diagonal(_ values: [Double]) -> [Double] {
    let n = values.count
    return (0..<n * n).map { $0 / n == $0 % n ? values[$0 / n] : 0 }
  }

  private static func singleStateLogLikelihood(_ observations: ObservationSequences, _ plan: RegimeFitPlan) -> Double {
    let moments = ObservationMoments(observations)
    let single = GaussianHiddenMarkovModel(
      stateCount: 1, dimension: 3, start: [1], transitions: [1], means: moments.means,
      covariances: diagonal(moments.variances.map { max($0, 1e-9) }))
    let baumWelch = BaumWelch(observations, stateCount: 1, settings: plan.baumWelch)
    return ForwardBackward(observations, stateCount: 1).run(baumWelch.step(single).model)
  }
}
