// How sure a track record makes us that its true Sharpe ratio exceeds a benchmark.

import QuantMath

extension SharpeSample {
  /// The probabilistic Sharpe ratio: the probability that the true ratio exceeds `benchmark` (per period).
  ///
  ///     PSR = Phi((SR - benchmark) sqrt(n - 1) / sqrt(1 - g3 SR + (g4 - 1)/4 SR^2))
  ///
  /// Assumes independent results and a sample large enough for the normal limit. Nil below two periods or where
  /// ``varianceFactor`` is undefined.
  /// Source: D. Bailey, M. Lopez de Prado, "The Sharpe ratio efficient frontier", Journal of Risk 15(2) (2012).
  package func probabilityOfExceeding(_ benchmark: Double) -> Double? {
    guard count >= 2, let factor = varianceFactor else { return nil }
    return normalProbability(below: (ratio - benchmark) * (Double(count - 1) / factor).squareRoot())
  }

  /// Periods needed before the ratio exceeds `benchmark` at that confidence (0.5 < confidence < 1), if it stays as it
  /// is.
  ///
  ///     MinTRL = 1 + (1 - g3 SR + (g4 - 1)/4 SR^2) (Phi^-1(confidence) / (SR - benchmark))^2
  ///
  /// Nil when the ratio does not exceed the benchmark: no length would do.
  /// Source: as ``probabilityOfExceeding(_:)``.
  package func minimumTrackRecord(benchmark: Double, confidence: Double) -> Double? {
    guard ratio > benchmark, confidence > 0.5, confidence < 1, let factor = varianceFactor else { return nil }
    let distance = normalQuantile(confidence) / (ratio - benchmark)
    return 1 + factor * distance * distance
  }
}
