// Which fitted state is which regime.

import TradingDomain

/// The order of a chain's states that makes them trend up, trend down, range, stress, by the parameters alone.
///
/// - stress: the state with the largest mean range (the highest volatility);
/// - trend up, trend down: of the other three, the largest and the smallest mean drift;
/// - range: the one that is left.
package struct RegimeNaming: Hashable, Sendable {
  /// Needed difference of the trends' mean drift, and of stress from range in mean log range, in pooled standard
  /// deviations. Below, the fit has split something else (four degrees of volatility, say), and names would be lies.
  package static let neededSeparation = 1.0

  /// State k of the named chain is state `order[k]` of the given one.
  package let order: [Int]
  /// (mean drift of trend up - of trend down) / pooled standard deviation.
  package let trendSeparation: Double
  /// (mean log range of stress - of range) / pooled standard deviation.
  package let stressSeparation: Double

  /// Names the states of a chain with 4 states over a regime's observations.
  package init(_ chain: GaussianHiddenMarkovModel) {
    precondition(chain.stateCount == 4 && chain.dimension == 3, "only a regime model's chain has names")
    func mean(_ state: Int, _ part: Int) -> Double { chain.means[state * 3 + part] }
    func variance(_ state: Int, _ part: Int) -> Double { chain.covariances[state * 9 + part * 4] }
    func separation(_ high: Int, _ low: Int, _ part: Int) -> Double {
      (mean(high, part) - mean(low, part)) / (0.5 * (variance(high, part) + variance(low, part))).squareRoot()
    }
    // Sorting is stable for equal means only by index, hence the second key.
    func ascending(_ states: [Int], _ part: Int) -> [Int] {
      states.sorted { (mean($0, part), $0) < (mean($1, part), $1) }
    }
    let byRange = ascending([0, 1, 2, 3], 1)
    let stress = byRange[3]
    let byDrift = ascending(Array(byRange.dropLast()), 0)
    order = [byDrift[2], byDrift[0], byDrift[1], stress]
    trendSeparation = separation(byDrift[2], byDrift[0], 0)
    stressSeparation = separation(stress, byDrift[1], 1)
  }

  /// The smaller of the two separations.
  package var leastSeparation: Double { min(trendSeparation, stressSeparation) }

  /// True when the names mean what they say.
  package var isSeparated: Bool { leastSeparation >= RegimeNaming.neededSeparation }
}
