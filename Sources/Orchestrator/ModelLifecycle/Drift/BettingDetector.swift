// A bet against the claim that a model still earns what it promised: its wealth is the evidence.

import Glibc

/// An e-detector for a mean that must not fall below a promise; values lie in 0...1.
///
/// Gamblers with fixed bets on lower values each begin anew at every instant; the mean over the gamblers of the sums of
/// their wealths has an expected run length without change of at least its threshold, whatever the distribution and
/// whenever one looks. The evidence is the logarithm, so the threshold for a run length is its logarithm, without any
/// calibration. Fixed bets have no memory: a model that kept its promise for years is caught as soon as a new one.
/// Sources: J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection"
/// (2022); I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting" (2023).
package struct BettingDetector: StreamDetector, Hashable, Codable {
  /// Parts of the largest bet that cannot lose everything.
  private static let bets = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9]

  /// What the mean must not fall below, in (0, 1).
  package let promise: Double
  private var wealths: [Double]

  /// - Precondition: `promise` lies in (0, 1).
  package init(promise: Double) {
    precondition(promise > 0 && promise < 1, "a promise lies between 0 and 1")
    self.promise = promise
    wealths = [Double](repeating: 0, count: Self.bets.count)
  }

  package mutating func observe(_ value: Double) -> Double {
    let shortfall = (promise - min(1, max(0, value))) / (1 - promise)
    var sum = 0.0
    for (place, bet) in Self.bets.enumerated() {
      wealths[place] = min(1e300, (wealths[place] + 1) * (1 + bet * shortfall))
      sum += wealths[place]
    }
    return max(0, log(sum / Double(Self.bets.count)))
  }

  package mutating func settle() { self = BettingDetector(promise: promise) }
}
