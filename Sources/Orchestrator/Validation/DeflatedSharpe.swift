// The Sharpe ratio of a winner, judged against the luck of having tried many.

import Glibc
import QuantMath

/// The deflated Sharpe ratio: ``SharpeSample/probabilityOfExceeding(_:)`` with the benchmark set to the highest ratio
/// that as many worthless trials would be expected to show.
///
///     SR0 = sqrt(V) ((1 - g) Phi^-1(1 - 1/N) + g Phi^-1(1 - 1/(N e)))        g = Euler-Mascheroni constant
///
/// with N the number of independent trials and V the variance of their per-period Sharpe ratios.
/// Source: D. Bailey, M. Lopez de Prado, "The deflated Sharpe ratio: correcting for selection bias, backtest
/// overfitting and non-normality", Journal of Portfolio Management 40(5) (2014), equations 1 and 2.
package struct DeflatedSharpe: Hashable, Sendable {
  /// SR0, per period.
  package var benchmark: Double
  /// Probability that the true ratio of the winner exceeds ``benchmark``.
  package var probability: Double

  /// - Parameters:
  ///   - winner: The selected trial.
  ///   - trials: Number of independent trials behind the selection, at least 1; fewer than were run where they were
  ///     correlated, hence not an integer.
  ///   - variance: Variance over trials of the per-period Sharpe ratio.
  /// - Returns: Nil where the winner's own uncertainty is undefined.
  package init?(winner: SharpeSample, trials: Double, variance: Double) throws(ValidationError) {
    benchmark = try Self.expectedMaximum(trials: trials, variance: variance)
    guard let probability = winner.probabilityOfExceeding(benchmark) else { return nil }
    self.probability = probability
  }

  /// SR0: the expected highest per-period Sharpe ratio among `trials` whose true ratio is 0.
  ///
  /// One trial has nothing to be picked from: its expected maximum is its mean, 0.
  package static func expectedMaximum(trials: Double, variance: Double) throws(ValidationError) -> Double {
    try require(trials.isFinite && trials >= 1, "trials", trials, "finite and at least 1")
    try require(variance.isFinite && variance >= 0, "variance of trials", variance, "finite and not negative")
    if trials == 1 { return 0 }
    let eulerMascheroni = 0.577_215_664_901_532_9
    let e = exp(1.0)
    let typical = normalQuantile(1 - 1 / trials)
    let extreme = normalQuantile(1 - 1 / (trials * e))
    return variance.squareRoot() * ((1 - eulerMascheroni) * typical + eulerMascheroni * extreme)
  }

  /// Years of history below which the best of `trials` worthless strategies would be expected to show an annual ratio
  /// of `target`: what is found on less is no evidence.
  ///
  /// Source: D. Bailey, J. Borwein, M. Lopez de Prado, Q. Zhu, "Pseudo-mathematics and financial charlatanism", Notices
  /// of the AMS 61(5) (2014), theorem 1.
  package static func minimumBacktestYears(trials: Double, target: Double) throws(ValidationError) -> Double {
    try require(target.isFinite && target > 0, "target ratio", target, "finite and positive")
    let expected = try expectedMaximum(trials: trials, variance: 1) / target
    return expected * expected
  }
}
