// Strength of a trend as the predecessor system measured it.

import QuantMath

/// Average directional index (ADX), in [0, 100], over exponential averages seeded by their first values.
///
/// DX = 100 |up - down| / (up + down) of the averaged directional movements; equal movement counts in both directions,
/// and a market without movement or range has DX 0. The expression `adx_exponential` is the same in the notation of
/// features. Source: ML Trading v2.0, src/technical_indicators.py.
struct ExponentialDirectionalIndex: Sendable {
  private var previous: (high: Int64, low: Int64)?
  private var range: ExponentialTrueRange
  private var up: ExponentialAverage
  private var down: ExponentialAverage
  private var average: ExponentialAverage

  /// - Precondition: `period` is at least 1.
  init(period: Int) {
    range = ExponentialTrueRange(period: period)
    up = ExponentialAverage(span: period)
    down = ExponentialAverage(span: period)
    average = ExponentialAverage(span: period)
  }

  /// The index; nil before the second bar.
  var value: Double? { average.value }

  /// Adds one bar (prices in ticks).
  mutating func update(high: Int64, low: Int64, close: Int64) {
    let range = range.update(high: high, low: low, close: close)
    defer { previous = (high, low) }
    guard let previous else { return }
    let rise = max(high - previous.high, 0)
    let fall = max(previous.low - low, 0)
    let up = up.update(Double(rise >= fall ? rise : 0))
    let down = down.update(Double(fall >= rise ? fall : 0))
    average.update(range > 0 && up + down > 0 ? 100 * (abs(up - down) / (up + down)) : 0)
  }
}
