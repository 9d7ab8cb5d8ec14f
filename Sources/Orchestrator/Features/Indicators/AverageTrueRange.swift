// Mean true range: how far the price travels in a bar.

import QuantMath

/// Which recursive average an indicator of Wilder's family uses.
@frozen package enum IndicatorSmoothing: UInt8, Sendable {
  /// Wilder's average seeded by a simple mean: the textbook and TA-Lib.
  case wilder = 0
  /// An exponential average of the same period seeded by its first value, which forgets about twice as fast, with the
  /// first bar's range counted as high - low: the v2 system.
  case exponential = 1
}

/// Average true range in ticks.
///
/// TA-Lib's ATR with ``IndicatorSmoothing/wilder``: the first value appears at bar `period + 1`.
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
package struct AverageTrueRange: Sendable {
  private let smoothing: IndicatorSmoothing
  private var trueRange = TrueRange()
  private var wilder: WilderAverage
  private var exponential: ExponentialAverage

  /// - Precondition: `period` is at least 1.
  package init(period: Int, smoothing: IndicatorSmoothing) {
    self.smoothing = smoothing
    wilder = WilderAverage(period: period)
    exponential = ExponentialAverage(span: period)
  }

  /// The average in ticks; nil until seeded.
  package var value: Double? { smoothing == .wilder ? wilder.value : exponential.value }

  /// Adds one bar (prices in ticks) and returns the average once it exists.
  @discardableResult package mutating func update(high: Int64, low: Int64, close: Int64) -> Double? {
    let range = trueRange.update(high: high, low: low, close: close)
    switch smoothing {
    case .wilder:
      return range.flatMap { wilder.update(Double($0)) }
    case .exponential:
      return exponential.update(Double(range ?? high - low))
    }
  }

  /// Forgets everything.
  package mutating func reset() {
    trueRange.reset()
    wilder.reset()
    exponential.reset()
  }
}
