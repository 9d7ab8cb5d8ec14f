// The forward filter of a regime model, one bar at a time.

import Glibc
package import TradingDomain

/// Probabilities of the four regimes given the bars up to now: predict with the transitions, update with the bar.
///
///     predicted = previous * transitions        (start probabilities at a session's first bar)
///     filtered  = predicted * density(bar) / sum
///
/// A missing observation is predicted only. The four states are the four lanes of a vector, in the order of
/// ``RegimeProbabilities/order``; everything lies in the value itself.
package struct RegimeFilter: Sendable {
  private let settings: RegimeObservationSettings
  private var observer: RegimeObserver
  private let start: SIMD4<Double>
  /// Row i of the transition matrix: from state i to each.
  private let from0: SIMD4<Double>
  private let from1: SIMD4<Double>
  private let from2: SIMD4<Double>
  private let from3: SIMD4<Double>
  private let density: RegimeDensity
  private var states: SIMD4<Double>
  private var hasState = false
  /// The most probable regime at the last bar; undefined until warm.
  package private(set) var regime = Regime.undefined
  /// -log of the density that the model gave the last bar before seeing it; nil when there was nothing to see.
  package private(set) var surprise: Double?

  /// No bar seen yet.
  package init(_ model: RegimeModel) {
    settings = model.observation
    observer = RegimeObserver(model.observation)
    let chain = model.chain
    func row(_ state: Int) -> SIMD4<Double> {
      SIMD4(chain.transitions[state * 4..<state * 4 + 4])
    }
    start = SIMD4(chain.start)
    (from0, from1, from2, from3) = (row(0), row(1), row(2), row(3))
    density = RegimeDensity(chain)
    states = start
  }

  /// True once verdicts are given.
  package var isWarm: Bool { hasState }

  /// Filtered probabilities of trend up, trend down, range and stress.
  package var stateProbabilities: SIMD4<Double> { states }

  /// The same with undefined, which holds everything until warm.
  package var probabilities: RegimeProbabilities {
    hasState ? RegimeProbabilities(states: states) : RegimeProbabilities(certain: .undefined)
  }

  /// Takes the next completed bar and returns the regime at its close.
  @discardableResult package mutating func update(_ bar: Bar) -> Regime {
    let outcome = observer.update(bar)
    surprise = nil
    switch outcome {
    case .none: return regime
    case .missing: predict()
    case .observation(let observation):
      predict()
      weigh(density.logarithms(observation))
    }
    regime = mostProbable
    return regime
  }

  /// Forgets every bar.
  package mutating func reset() {
    observer = RegimeObserver(settings)
    states = start
    hasState = false
    regime = .undefined
    surprise = nil
  }

  private mutating func predict() {
    if observer.beganSession || !hasState {
      states = start
      hasState = true
      return
    }
    states = from0 * states.x + from1 * states.y + from2 * states.z + from3 * states.w
  }

  private mutating func weigh(_ logarithms: SIMD4<Double>) {
    // The largest density is taken out before the exponential: a bar far from every state must not become 0 / 0.
    let largest = max(max(logarithms.x, logarithms.y), max(logarithms.z, logarithms.w))
    let shifted = logarithms - largest
    let weights = states * SIMD4(exp(shifted.x), exp(shifted.y), exp(shifted.z), exp(shifted.w))
    let sum = weights.sum()
    guard sum > 0 else { return }
    states = weights / sum
    surprise = -(log(sum) + largest)
  }

  private var mostProbable: Regime {
    var best = Regime.trendUp
    var most = states.x
    if states.y > most { (best, most) = (.trendDown, states.y) }
    if states.z > most { (best, most) = (.range, states.z) }
    if states.w > most { best = .stress }
    return best
  }
}

/// Log densities of one observation under the four Gaussian states, computed together: a lane a state.
///
/// With the Cholesky factor C = L L' of a state's covariance and W its inverse factor, log density =
/// -|W (x - mean)|^2 / 2 - log det L - 3/2 log 2 pi.
struct RegimeDensity: Sendable {
  private let mean0: SIMD4<Double>
  private let mean1: SIMD4<Double>
  private let mean2: SIMD4<Double>
  // W, lower triangle by rows.
  private let w00: SIMD4<Double>
  private let w10: SIMD4<Double>
  private let w11: SIMD4<Double>
  private let w20: SIMD4<Double>
  private let w21: SIMD4<Double>
  private let w22: SIMD4<Double>
  private let constant: SIMD4<Double>

  init(_ chain: GaussianHiddenMarkovModel) {
    let factors = (0..<4).map { state in
      guard let factor = CholeskyFactor(chain.covariance(state), dimension: 3) else {
        preconditionFailure("a regime model was made with a covariance that is not positive definite")
      }
      return factor
    }
    func lanes(_ value: (Int) -> Double) -> SIMD4<Double> { SIMD4((0..<4).map(value)) }
    func inverse(_ row: Int, _ column: Int) -> SIMD4<Double> { lanes { factors[$0].inverse[row * 3 + column] } }
    mean0 = lanes { chain.means[$0 * 3] }
    mean1 = lanes { chain.means[$0 * 3 + 1] }
    mean2 = lanes { chain.means[$0 * 3 + 2] }
    (w00, w10, w11) = (inverse(0, 0), inverse(1, 0), inverse(1, 1))
    (w20, w21, w22) = (inverse(2, 0), inverse(2, 1), inverse(2, 2))
    constant = lanes { -factors[$0].halfLogDeterminant - 1.5 * log(2 * Double.pi) }
  }

  @inline(__always) func logarithms(_ x: SIMD3<Double>) -> SIMD4<Double> {
    let (d0, d1, d2) = (x.x - mean0, x.y - mean1, x.z - mean2)
    let z0 = w00 * d0
    let z1 = w10 * d0 + w11 * d1
    let z2 = w20 * d0 + w21 * d1 + w22 * d2
    return constant - 0.5 * (z0 * z0 + z1 * z1 + z2 * z2)
  }
}
