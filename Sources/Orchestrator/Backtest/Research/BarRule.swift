// What a rule says after a bar, for the research loop.

package import TradingDomain

/// What to do after a bar.
@frozen package struct BarSignal: Hashable, Sendable {
  /// +1 to buy, -1 to sell, 0 to stay out.
  package var direction: Int64
  /// Distance of the stop from the entry in ticks; 0 for none.
  package var stopTicks: Int64
  /// Distance of the target from the entry in ticks; 0 for none.
  package var targetTicks: Int64
  /// Bars after which the position is closed at the next open; 0 for no such limit.
  package var holdBars: Int

  @inlinable package init(direction: Int64, stopTicks: Int64 = 0, targetTicks: Int64 = 0, holdBars: Int = 0) {
    self.direction = direction
    self.stopTicks = stopTicks
    self.targetTicks = targetTicks
    self.holdBars = holdBars
  }

  /// Staying out.
  @inlinable package static var none: BarSignal { BarSignal(direction: 0) }
}

/// Decides from what is known at the close of a bar.
///
/// Called in order of time; a rule may read columns at the bar and before, never after. Asked only where an entry is
/// possible: nothing is held and the session's hours allow it.
package protocol BarRule {
  /// A session begins.
  mutating func beginSession()
  /// What to do after the bar at place `bar`.
  mutating func signal(at bar: Int) -> BarSignal
  /// An entry order was sent for the last signal.
  mutating func noteEntry()
  /// Whether the position of `direction` (+1 or -1) that is held at the close of `bar` is left at the next open. Asked
  /// after every bar at which something is held.
  mutating func leaves(at bar: Int, direction: Int64) -> Bool
}

extension BarRule {
  /// Stop, target and time end a trade.
  @inlinable package mutating func leaves(at bar: Int, direction: Int64) -> Bool { false }
}

/// A rule on forecasts alone: follow the likelier side while it is likely enough.
@frozen package struct ForecastBarRule: BarRule {
  /// P(rise) after every bar; NaN where there is no forecast. Must outlive the rule.
  package let probabilities: UnsafePointer<Float>
  /// Least probability of the side taken, above 0.5.
  package var threshold: Float
  /// What an entry looks like; its direction is replaced.
  package var entry: BarSignal

  @inlinable package init(probabilities: UnsafePointer<Float>, threshold: Float, entry: BarSignal) {
    self.probabilities = probabilities
    self.threshold = threshold
    self.entry = entry
  }

  @inlinable package mutating func beginSession() {}

  @inlinable package mutating func signal(at bar: Int) -> BarSignal {
    let up = probabilities[bar]
    var signal = entry
    // NaN fails both comparisons.
    signal.direction = up >= threshold ? 1 : 1 - up >= threshold ? -1 : 0
    return signal
  }

  @inlinable package mutating func noteEntry() {}
}
