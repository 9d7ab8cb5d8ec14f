// Which outcomes cannot be ruled out, with a stated error.

import Glibc

/// Prediction sets over K classes that hold the truth with a stated probability.
///
/// The set of a forecast p is { k : 1 - p_k <= q }, with q the quantile of 1 - p(truth) over held-out forecasts. With
/// exchangeable outcomes it misses the truth with probability at most ``error``. A set of one class is a clear
/// forecast; one of several says that the model does not know.
/// Sources: V. Vovk et al., "Algorithmic learning in a random world" (2005); I. Gibbs, E. Candes, "Adaptive conformal
/// inference under distribution shift" (NeurIPS 2021).
package struct ConformalSets: Hashable, Sendable {
  /// Probability of missing the truth that was asked for.
  package let error: Double
  /// Step of the adaptation; 0 keeps the sets as fitted.
  package let step: Double
  /// Sorted, ascending: 1 - p(truth) of the held-out forecasts.
  private let scores: [Double]
  /// The error that the sets are cut for now, so that the error that happens is the one asked for.
  package private(set) var adapted: Double

  /// - Parameters:
  ///   - truths: What each held-out forecast had given to what happened.
  /// - Throws: ``CalibrationError`` for fewer than 1 / `error` forecasts: then no set but all classes can be promised.
  package init(truths: [Double], error: Double, step: Double = 0) throws(CalibrationError) {
    guard error > 0, error < 1, step >= 0, Double(truths.count + 1) * error >= 1,
      truths.allSatisfy({ $0 >= 0 && $0 <= 1 })
    else { throw .sizes(probabilities: truths.count, outcomes: truths.count, weights: 0) }
    self.error = error
    self.step = step
    scores = truths.map { 1 - $0 }.sorted()
    adapted = error
  }

  /// Largest 1 - p that is still in the set; infinite where everything is.
  package var bound: Double {
    guard adapted > 0 else { return .infinity }
    guard adapted < 1 else { return -.infinity }
    // The finite-sample quantile: one more than the share, rounded up.
    let rank = Int((Double(scores.count + 1) * (1 - adapted)).rounded(.up))
    return rank > scores.count ? .infinity : scores[max(0, rank - 1)]
  }

  /// Classes that cannot be ruled out, as bits.
  package func set(_ probabilities: UnsafePointer<Double>, classes: Int) -> UInt32 {
    let bound = bound
    var set: UInt32 = 0
    for place in 0..<classes where 1 - probabilities[place] <= bound { set |= 1 << UInt32(place) }
    return set
  }

  /// Learns whether the truth was in the set: too many misses widen the sets, too few narrow them.
  package mutating func learn(wasInSet: Bool) {
    adapted += step * (error - (wasInSet ? 0 : 1))
    // Beyond one step outside 0 and 1 nothing changes any more.
    adapted = min(max(adapted, -step), 1 + step)
  }
}
