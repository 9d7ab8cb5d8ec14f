// How likely each market regime is.

package import TradingDomain

/// Probabilities of the regimes; they sum to 1.
@frozen package struct RegimeProbabilities: Hashable, Sendable {
  package var undefined: Float
  package var trendUp: Float
  package var trendDown: Float
  package var range: Float

  /// All probability on one regime.
  package init(certain regime: Regime) {
    undefined = regime == .undefined ? 1 : 0
    trendUp = regime == .trendUp ? 1 : 0
    trendDown = regime == .trendDown ? 1 : 0
    range = regime == .range ? 1 : 0
  }

  /// The probability of one regime.
  package subscript(_ regime: Regime) -> Float {
    switch regime {
    case .undefined: undefined
    case .trendUp: trendUp
    case .trendDown: trendDown
    case .range: range
    }
  }
}
