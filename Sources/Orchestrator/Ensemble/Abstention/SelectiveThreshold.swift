// Above which confidence forecasts are right often enough, with a stated doubt.

import Glibc

/// The lowest confidence above which held-out forecasts were right as often as asked, beyond chance.
///
/// For each confidence, from the highest down, the share of wrong forecasts among those at least as confident has an
/// upper bound that holds with probability 1 - ``doubt`` (Clopper and Pearson); the tests go down in order and stop at
/// the first that fails, so all that passed hold together.
/// Sources: Y. Geifman, R. El-Yaniv, "Selective classification for deep neural networks" (NeurIPS 2017); A.
/// Angelopoulos et al., "Learn then test" (2021), fixed-sequence testing.
package struct SelectiveThreshold: Hashable, Sendable {
  /// Forecasts at least as confident are acted upon.
  package let confidence: Double
  /// Part of the held-out forecasts that are, and part of those that were wrong.
  package let coverage: Double
  package let error: Double
  /// Upper bound of the error.
  package let bound: Double

  /// Nil where no threshold keeps the error.
  ///
  /// - Parameters:
  ///   - confidences: Of held-out forecasts.
  ///   - wasRight: Whether each came true.
  ///   - error: Largest part of wrong ones.
  ///   - doubt: Probability that the bound does not hold.
  ///   - steps: Thresholds that are tried, at equal parts of the forecasts.
  package init?(confidences: [Double], wasRight: [Bool], error: Double, doubt: Double = 0.05, steps: Int = 50) {
    precondition(confidences.count == wasRight.count && error > 0 && error < 1 && doubt > 0 && doubt < 1 && steps > 0)
    let order = confidences.indices.sorted { (confidences[$1], $0) < (confidences[$0], $1) }
    var wrong = 0
    var counted = 0
    var found: (confidence: Double, count: Int, wrong: Int, bound: Double)?
    for step in 1...steps {
      var end = order.count * step / steps
      guard end > counted else { continue }
      // Equally confident forecasts are acted upon together.
      while end < order.count, confidences[order[end]] == confidences[order[end - 1]] { end += 1 }
      for place in counted..<end where !wasRight[order[place]] { wrong += 1 }
      counted = end
      let bound = Self.upperBound(wrong: wrong, of: counted, doubt: doubt)
      guard bound <= error else {
        // The first thresholds rest on few forecasts, whose bound is wide whatever they did.
        if found == nil, Self.upperBound(wrong: 0, of: counted, doubt: doubt) > error { continue }
        break
      }
      found = (confidences[order[counted - 1]], counted, wrong, bound)
    }
    guard let found else { return nil }
    confidence = found.confidence
    coverage = Double(found.count) / Double(order.count)
    self.error = Double(found.wrong) / Double(found.count)
    bound = found.bound
  }

  /// Upper end of the exact one-sided interval of a share, by bisection on the binomial tail.
  ///
  /// Source: C. Clopper, E. Pearson (Biometrika 26, 1934).
  package static func upperBound(wrong: Int, of count: Int, doubt: Double) -> Double {
    guard wrong < count else { return 1 }
    var (low, high) = (Double(wrong) / Double(count), 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if tail(wrong, count, middle) > doubt { low = middle } else { high = middle }
    }
    return high
  }

  /// Probability of at most `wrong` of `count` at a rate.
  private static func tail(_ wrong: Int, _ count: Int, _ rate: Double) -> Double {
    guard rate > 0 else { return 1 }
    guard rate < 1 else { return 0 }
    let n = Double(count)
    var sum = 0.0
    for k in 0...wrong {
      let logarithm =
        lgamma(n + 1) - lgamma(Double(k) + 1) - lgamma(n - Double(k) + 1) + Double(k) * log(rate)
        + (n - Double(k)) * log1p(-rate)
      sum += exp(logarithm)
    }
    return min(1, sum)
  }
}
