// Support and resistance of a ranging market, as the predecessor system placed them.

import QuantMath
package import TradingDomain

/// The levels between which a range is traded, from the turning points of the last 50 bars.
///
/// A turning point is a high (low) that equals the highest high (lowest low) of the five bars around it; it is known
/// two bars later. Resistance is the oldest turning point above the close, support the newest one below it, as the
/// predecessor chose them: neither need be the nearest. Without one, the level is 1 % away.
/// Source: ML Trading v2.0, src/ml_coordinator.py.
package struct RangeBoundaries: ~Copyable {
  /// Where the close lies.
  @frozen package enum Proximity: UInt8, Sendable {
    case neutral = 0
    case nearSupport = 1
    case nearResistance = 2
  }

  /// Bars in which turning points are sought.
  package static let lookbackBars = 50
  /// A level is near when it is at most this part of the price away.
  package static let nearFraction = 0.002
  /// Distance of a level that no turning point gives, as a part of the price.
  package static let absentFraction = 0.01
  /// Bars on either side that a turning point must not fall short of.
  private static let wing = 2

  private var highs = RollingWindow(capacity: lookbackBars)
  private var lows = RollingWindow(capacity: lookbackBars)
  /// Support in ticks at the last bar; 0 before the first.
  package private(set) var support = 0.0
  /// Resistance in ticks at the last bar; 0 before the first.
  package private(set) var resistance = 0.0
  /// Place of the last close. Support is looked at first.
  package private(set) var proximity = Proximity.neutral

  /// No bar seen yet.
  package init() {}

  /// True once the window is full.
  package var isWarm: Bool { highs.isFull }

  /// Takes the next completed bar and returns where its close lies.
  ///
  /// - Precondition: the close is positive: distances are parts of it.
  @discardableResult package mutating func update(_ bar: Bar) -> Proximity {
    precondition(bar.close.ticks > 0, "range boundaries need a positive price")
    let close = Double(bar.close.ticks)
    highs.push(Double(bar.high.ticks))
    lows.push(Double(bar.low.ticks))
    resistance = oldestPeak(above: close) ?? close * (1 + RangeBoundaries.absentFraction)
    support = newestTrough(below: close) ?? close * (1 - RangeBoundaries.absentFraction)
    if (close - support) / close <= RangeBoundaries.nearFraction {
      proximity = .nearSupport
    } else if (resistance - close) / close <= RangeBoundaries.nearFraction {
      proximity = .nearResistance
    } else {
      proximity = .neutral
    }
    return proximity
  }

  /// Forgets every bar.
  package mutating func reset() {
    highs.reset()
    lows.reset()
    support = 0
    resistance = 0
    proximity = .neutral
  }

  private func oldestPeak(above close: Double) -> Double? {
    let wing = RangeBoundaries.wing
    var ago = highs.count - 1 - wing
    while ago >= wing {
      let candidate = highs[ago: ago]
      if candidate > close, (ago - wing...ago + wing).allSatisfy({ highs[ago: $0] <= candidate }) { return candidate }
      ago -= 1
    }
    return nil
  }

  private func newestTrough(below close: Double) -> Double? {
    let wing = RangeBoundaries.wing
    var ago = wing
    while ago + wing < lows.count {
      let candidate = lows[ago: ago]
      if candidate < close, (ago - wing...ago + wing).allSatisfy({ lows[ago: $0] >= candidate }) { return candidate }
      ago += 1
    }
    return nil
  }
}
