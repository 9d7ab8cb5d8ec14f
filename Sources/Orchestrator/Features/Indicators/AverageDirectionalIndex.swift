// Strength of a trend, whatever its direction.

import QuantMath

/// Average directional index (ADX), in [0, 100].
///
/// DX = 100 |plus - minus| / (plus + minus), of the smoothed directional movements over the smoothed true range; ADX is
/// its average. A flat market has DX 0.
///
/// With ``IndicatorSmoothing/wilder`` this is TA-Lib's ADX (first value at bar 2 x `period`; movements and range are
/// smoothed as Wilder's decaying sums). With ``IndicatorSmoothing/exponential`` it is the v2 system's: exponential
/// averages of the same period throughout, seeded by their first values, and a tie counted in both directions.
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
package struct AverageDirectionalIndex: Sendable {
  private var core: Core

  private enum Core: Sendable {
    case wilder(WilderDirectionalIndex)
    case exponential(ExponentialDirectionalIndex)
  }

  /// - Precondition: `period` is at least 2.
  package init(period: Int, smoothing: IndicatorSmoothing) {
    precondition(period >= 2, "a directional index needs a period of at least 2")
    core =
      switch smoothing {
      case .wilder: .wilder(WilderDirectionalIndex(period: period))
      case .exponential: .exponential(ExponentialDirectionalIndex(period: period))
      }
  }

  /// The index; nil until seeded.
  package var value: Double? {
    switch core {
    case .wilder(let index): index.average.value
    case .exponential(let index): index.average.value
    }
  }

  /// Adds one bar (prices in ticks) and returns the index once it exists.
  @discardableResult package mutating func update(high: Int64, low: Int64, close: Int64) -> Double? {
    switch core {
    case .wilder(var index):
      index.update(high: high, low: low, close: close)
      core = .wilder(index)
    case .exponential(var index):
      index.update(high: high, low: low, close: close)
      core = .exponential(index)
    }
    return value
  }

  /// Forgets everything.
  package mutating func reset() {
    switch core {
    case .wilder(let index): core = .wilder(WilderDirectionalIndex(period: index.period))
    case .exponential(let index): core = .exponential(ExponentialDirectionalIndex(period: index.period))
    }
  }
}

/// DX of two smoothed movements over the same range; nil when there was no range or no movement.
private func directionalIndex(up: Double, down: Double, range: Double) -> Double? {
  guard range > 0, up + down > 0 else { return nil }
  return 100 * (abs(up - down) / (up + down))
}

/// The textbook form. Sums start with the first `period - 1` movements, then decay by 1 / `period` per bar.
private struct WilderDirectionalIndex: Sendable {
  let period: Int
  var average: WilderAverage
  private var trueRange = TrueRange()
  private var movement = DirectionalMovement(tie: .neither)
  private var up = 0.0
  private var down = 0.0
  private var range = 0.0
  private var movements = 0

  init(period: Int) {
    self.period = period
    average = WilderAverage(period: period)
  }

  mutating func update(high: Int64, low: Int64, close: Int64) {
    let newRange = trueRange.update(high: high, low: low, close: close)
    guard let moved = movement.update(high: high, low: low), let newRange else { return }
    movements += 1
    let keep = movements < period ? 1 : 1 - 1 / Double(period)
    up = up * keep + Double(moved.up)
    down = down * keep + Double(moved.down)
    range = range * keep + Double(newRange)
    guard movements >= period else { return }
    if let index = directionalIndex(up: up, down: down, range: range) {
      average.update(index)
    } else if average.value == nil {
      // While seeding, TA-Lib counts a bar without movement as DX 0; later it leaves the average as it is.
      average.update(0)
    }
  }
}

/// The v2 form.
private struct ExponentialDirectionalIndex: Sendable {
  let period: Int
  var average: ExponentialAverage
  private var range: AverageTrueRange
  private var movement = DirectionalMovement(tie: .both)
  private var up: ExponentialAverage
  private var down: ExponentialAverage

  init(period: Int) {
    self.period = period
    average = ExponentialAverage(span: period)
    range = AverageTrueRange(period: period, smoothing: .exponential)
    up = ExponentialAverage(span: period)
    down = ExponentialAverage(span: period)
  }

  mutating func update(high: Int64, low: Int64, close: Int64) {
    let newRange = range.update(high: high, low: low, close: close)
    guard let moved = movement.update(high: high, low: low), let newRange else { return }
    let newUp = up.update(Double(moved.up))
    let newDown = down.update(Double(moved.down))
    average.update(directionalIndex(up: newUp, down: newDown, range: newRange) ?? 0)
  }
}
