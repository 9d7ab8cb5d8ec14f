// Many tests at once: how many of those that cry may be wrong.

import Glibc

/// The false discovery rate over many tests.
package enum FalseDiscovery {
  /// Which tests are significant when at most `rate` of those called so may be false, on average.
  ///
  /// Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate" (1995).
  package static func rejected(_ probabilities: [Double], rate: Double) -> [Bool] {
    let order = probabilities.indices.sorted { (probabilities[$0], $0) < (probabilities[$1], $1) }
    let count = Double(probabilities.count)
    let last = order.indices.last { probabilities[order[$0]] <= rate * Double($0 + 1) / count }
    var rejected = [Bool](repeating: false, count: probabilities.count)
    if let last { for place in 0...last { rejected[order[place]] = true } }
    return rejected
  }

  /// Probability of at least `count` events where `expected` are expected, each by chance.
  package static func poissonTail(atLeast count: Int, expected: Double) -> Double {
    guard count > 0 else { return 1 }
    var (term, below) = (exp(-expected), 0.0)
    for events in 0..<count {
      below += term
      term *= expected / Double(events + 1)
    }
    return max(0, 1 - below)
  }
}
