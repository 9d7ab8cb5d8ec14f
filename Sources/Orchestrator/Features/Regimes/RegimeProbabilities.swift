// How likely each market regime is.

package import TradingDomain

/// Probabilities of the regimes; they sum to 1.
@frozen package struct RegimeProbabilities: Hashable, Sendable {
  package var trendUp: Float
  package var trendDown: Float
  package var range: Float
  package var stress: Float
  package var undefined: Float

  /// The regimes in the order of ``values``: the named ones in the order of a model's states, then undefined.
  package static let order: [Regime] = [.trendUp, .trendDown, .range, .stress, .undefined]

  /// All probability on one regime.
  package init(certain regime: Regime) {
    trendUp = regime == .trendUp ? 1 : 0
    trendDown = regime == .trendDown ? 1 : 0
    range = regime == .range ? 1 : 0
    stress = regime == .stress ? 1 : 0
    undefined = regime == .undefined ? 1 : 0
  }

  /// The probabilities of trend up, trend down, range and stress, which sum to 1; none on undefined.
  package init(states: SIMD4<Double>) {
    trendUp = Float(states.x)
    trendDown = Float(states.y)
    range = Float(states.z)
    stress = Float(states.w)
    undefined = 0
  }

  /// Trend up, trend down, range, stress, undefined; see ``order``.
  package var values: (Float, Float, Float, Float, Float) { (trendUp, trendDown, range, stress, undefined) }

  /// The probability of one regime.
  package subscript(_ regime: Regime) -> Float {
    switch regime {
    case .undefined: undefined
    case .trendUp: trendUp
    case .trendDown: trendDown
    case .range: range
    case .stress: stress
    }
  }
}
