// A bet against the claim that a model still earns what it promised: its wealth is the evidence.

import Glibc

/// An e-detector for a mean that must not fall below a promise; values lie in 0...1.
///
/// A gambler who bets on lower values begins anew at every instant; the sum of all these wealths has an expected run
/// length without change of at least its threshold, whatever the distribution and whenever one looks. The evidence is
/// the logarithm of that sum, so the threshold for a run length is its logarithm, without any calibration.
/// Sources: J. Shin, A. Ramdas, A. Rinaldo, "E-detectors: a nonparametric framework for sequential change detection"
/// (2022); the bets are those of I. Waudby-Smith, A. Ramdas, "Estimating means of bounded random variables by betting"
/// (2023), section B.3.
package struct BettingDetector: StreamDetector {
  /// What the mean must not fall below, in (0, 1).
  package let promise: Double
  private var wealth = 0.0
  private var count = 1.0
  private var mean: Double
  private var squares = 0.25

  /// - Precondition: `promise` lies in (0, 1).
  package init(promise: Double) {
    precondition(promise > 0 && promise < 1, "a promise lies between 0 and 1")
    self.promise = promise
    mean = promise
  }

  package mutating func observe(_ value: Double) -> Double {
    let value = min(1, max(0, value))
    // The bet is made before the value is seen.
    let shortfall = promise - mean
    let bet = min(0.5 / (1 - promise), max(0, shortfall / (squares / count + shortfall * shortfall)))
    wealth = min(1e300, (wealth + 1) * (1 + bet * (promise - value)))
    count += 1
    let step = value - mean
    mean += step / count
    squares += step * (value - mean)
    return max(0, log(wealth))
  }

  package mutating func settle() { self = BettingDetector(promise: promise) }
}
