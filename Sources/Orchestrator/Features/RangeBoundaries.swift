// Support and resistance of a ranging market, as the predecessor system placed them.

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
  private static var wing: Int { 2 }

  private var highs = TurningWindow(capacity: lookbackBars)
  private var lows = TurningWindow(capacity: lookbackBars)
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
    highs.push(bar.high.ticks)
    lows.push(bar.low.ticks)
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
    let (first, count) = (highs.oldest, highs.count)
    var place = RangeBoundaries.wing
    while place < count - RangeBoundaries.wing {
      let candidate = first[place]
      if Double(candidate) > close, candidate >= first[place - 2], candidate >= first[place - 1],
        candidate >= first[place + 1], candidate >= first[place + 2]
      {
        return Double(candidate)
      }
      place += 1
    }
    return nil
  }

  private func newestTrough(below close: Double) -> Double? {
    let first = lows.oldest
    var place = lows.count - 1 - RangeBoundaries.wing
    while place >= RangeBoundaries.wing {
      let candidate = first[place]
      if Double(candidate) < close, candidate <= first[place - 2], candidate <= first[place - 1],
        candidate <= first[place + 1], candidate <= first[place + 2]
      {
        return Double(candidate)
      }
      place -= 1
    }
    return nil
  }
}

/// The last values in one piece of memory, oldest first: each is kept twice, `capacity` apart, so that the newest
/// `capacity` of them never wrap around.
private struct TurningWindow: ~Copyable {
  private let capacity: Int
  /// [2 x capacity]
  private let values: UnsafeMutablePointer<Int64>
  /// Slot that the next value takes, below `capacity`.
  private var head = 0
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    values = .allocate(capacity: 2 * capacity)
    values.initialize(repeating: 0, count: 2 * capacity)
  }

  deinit { values.deallocate() }

  var isFull: Bool { count == capacity }

  /// The oldest of `count` values that lie behind each other.
  var oldest: UnsafePointer<Int64> { UnsafePointer(isFull ? values + head : values) }

  mutating func push(_ value: Int64) {
    values[head] = value
    values[head + capacity] = value
    head = head + 1 == capacity ? 0 : head + 1
    if count < capacity { count += 1 }
  }

  mutating func reset() { (head, count) = (0, 0) }
}
