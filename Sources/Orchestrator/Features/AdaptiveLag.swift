// The lags among which adaptive momentum chooses.

/// A base lag and what becomes of it when the market is quiet or volatile.
///
/// Source: ML Trading v2.0, src/ml_features.py: 1.3 times the base when volatility ranks low, 0.7 times when high, both
/// rounded down and at least 1.
package struct AdaptiveLag: Hashable, Sendable {
  /// Lag in usual times.
  package let base: Int
  /// Lag while ``VolatilityTercile`` is low.
  package let quiet: Int
  /// Lag while ``VolatilityTercile`` is high.
  package let volatile: Int

  /// - Precondition: `base` is at least 1.
  package init(base: Int) {
    precondition(base >= 1, "a lag must be at least 1 bar")
    self.base = base
    // Tenths in integers: 1.3 x 10 in floating point need not be 13.
    quiet = max(1, base * 13 / 10)
    volatile = max(1, base * 7 / 10)
  }

  /// The longest of the three.
  package var longest: Int { quiet }

  /// The lag at `level`.
  package func lag(at level: VolatilityTercile.Level) -> Int {
    switch level {
    case .low: quiet
    case .usual: base
    case .high: volatile
    }
  }
}
