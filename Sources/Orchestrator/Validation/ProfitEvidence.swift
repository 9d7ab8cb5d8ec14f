// Evidence that something earns, which may be looked at whenever one likes.

import Glibc

/// An e-process against the claim that the mean result is 0 or less.
///
/// Several gamblers with fixed bets each hold a fortune that grows by 1 + bet * y with every result, y being the result
/// over ``scale``, cut at -1 and 1. Under the claim no fortune can be expected to grow, and neither can their mean: the
/// probability that it ever reaches 1 / alpha is at most alpha, however often and whenever one looks (Ville's
/// inequality). What is tested is the mean of the cut results.
/// Sources: G. Shafer, V. Vovk, "Game-theoretic foundations for probability and finance" (2019); A. Ramdas, P.
/// Gruenwald, V. Vovk, G. Shafer, "Game-theoretic statistics and safe anytime-valid inference" (2023); the mixture over
/// bets is T. Cover's universal portfolio.
package struct ProfitEvidence: Hashable, Sendable, Codable {
  /// Parts of the fortune at stake.
  private static let bets = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]

  /// Results of this size, either way, count as 1; must be fixed before the first result is seen.
  package let scale: Double
  /// Logarithm of each gambler's fortune.
  private var fortunes: [Double]
  package private(set) var count = 0
  /// Sum of the cut results.
  private var sum = 0.0

  /// - Precondition: `scale` is positive.
  package init(scale: Double) {
    precondition(scale > 0 && scale.isFinite, "a scale of \(scale) cuts nothing")
    self.scale = scale
    fortunes = [Double](repeating: 0, count: Self.bets.count)
  }

  /// Takes the next result in; one that is not finite counts as the worst.
  package mutating func observe(_ result: Double) {
    let cut = result.isFinite ? min(1, max(-1, result / scale)) : -1
    for (place, bet) in Self.bets.enumerated() { fortunes[place] += log1p(bet * cut) }
    count += 1
    sum += cut
  }

  /// The evidence: 1 / alpha or more refutes the claim at level alpha.
  package var value: Double {
    let largest = fortunes.max() ?? 0
    let mean = fortunes.reduce(0) { $0 + exp($1 - largest) } / Double(fortunes.count)
    return exp(min(700, largest)) * mean
  }

  /// Mean of the cut results, -1 to 1; 0 before the first.
  package var mean: Double { count > 0 ? sum / Double(count) : 0 }
}
