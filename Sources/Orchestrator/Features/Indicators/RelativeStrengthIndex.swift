// Wilder's index of gains against losses, in two forms.

import QuantMath

/// Relative strength index 100 gain / (gain + loss) of average gains and losses of the close; 0 when both are 0.
///
/// Source: J. W. Wilder, "New Concepts in Technical Trading Systems", 1978.
package struct RelativeStrengthIndex: ~Copyable {
  /// How gains and losses are averaged.
  @frozen package enum Averaging: UInt8, Sendable {
    /// Wilder's average: TA-Lib's RSI.
    case wilder = 0
    /// Simple mean of the last `period` changes (Cutler's RSI): the v2 system.
    case simple = 1
  }

  private let averaging: Averaging
  private var previousClose: Int64?
  private var gain: WilderAverage
  private var loss: WilderAverage
  /// Signed changes in ticks of the last `period` bars; integers in Double, so their sums are exact.
  private var changes: RollingWindow
  private var gainSum = 0.0
  private var lossSum = 0.0

  /// - Precondition: `period` is at least 1.
  package init(period: Int, averaging: Averaging) {
    self.averaging = averaging
    gain = WilderAverage(period: period)
    loss = WilderAverage(period: period)
    changes = RollingWindow(capacity: period)
  }

  /// The index in [0, 100]; nil until `period` changes have been seen.
  package var value: Double? {
    switch averaging {
    case .wilder:
      guard let gain = gain.value, let loss = loss.value else { return nil }
      return RelativeStrengthIndex.index(gain: gain, loss: loss)
    case .simple:
      return changes.isFull ? RelativeStrengthIndex.index(gain: gainSum, loss: lossSum) : nil
    }
  }

  /// Adds the close of the next bar in ticks and returns the index once it exists.
  @discardableResult package mutating func update(_ close: Int64) -> Double? {
    defer { previousClose = close }
    guard let previousClose else { return nil }
    let change = Double(close - previousClose)
    switch averaging {
    case .wilder:
      gain.update(max(change, 0))
      loss.update(max(-change, 0))
    case .simple:
      let leaving = changes.push(change) ?? 0
      gainSum += max(change, 0) - max(leaving, 0)
      lossSum += max(-change, 0) - max(-leaving, 0)
    }
    return value
  }

  /// Forgets everything.
  package mutating func reset() {
    previousClose = nil
    gain.reset()
    loss.reset()
    changes.reset()
    gainSum = 0
    lossSum = 0
  }

  private static func index(gain: Double, loss: Double) -> Double {
    let total = gain + loss
    return total > 0 ? 100 * (gain / total) : 0
  }
}
