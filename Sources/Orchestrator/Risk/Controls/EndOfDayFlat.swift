// L10: flat before the close, with rising urgency.

package import TradingDomain

/// How hard a position must be closed.
@frozen public enum FlattenUrgency: UInt8, Comparable, Sendable {
  /// Limit orders at or near the touch.
  case passive = 1
  /// Protected limits through the touch.
  case protected = 2
  /// Everything that closes, including the broker's own zero-position call.
  case closeAll = 3

  /// Whether the left one comes first.
  @inlinable public static func < (left: FlattenUrgency, right: FlattenUrgency) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// Stages of closing before the end of the session; brokers may force-close in the last 15 minutes.
package enum EndOfDayFlat {
  static let description = ControlDescription(
    .endOfDayFlat, "End of day flat",
    rule: "flatten from close - `flattenStartMinutes`, protected from half way, flat by close - `flatByMinutes`",
    onBreach:
      "flatten with rising urgency (passive, protected, close all); at close - `pageNotFlatMinutes` page a human")

  /// The instants at which the stages begin.
  @frozen package struct Schedule: Hashable, Sendable {
    package var start: Timestamp
    package var protected: Timestamp
    package var closeAll: Timestamp
    package var page: Timestamp

    /// Limits in minutes before `close`; the protected stage begins half way between the first two.
    package init(close: Timestamp, limits: RiskLimits) {
      start = close - .minutes(limits.flattenStartMinutes)
      closeAll = close - .minutes(limits.flatByMinutes)
      protected = Timestamp(nanoseconds: start.nanoseconds + (closeAll.nanoseconds - start.nanoseconds) / 2)
      page = close - .minutes(limits.pageNotFlatMinutes)
    }
  }

  /// The stage at `now` (0 = not yet, 4 = page) with what it demands.
  package static func evaluate(
    _ now: Timestamp, position: Int64, schedule: Schedule
  ) -> (stage: UInt8, urgency: FlattenUrgency, finding: RiskRefusal)? {
    if position == 0 || now < schedule.start { return nil }
    let stage: UInt8
    let reason: RiskReason
    let limit: Timestamp
    if !(now < schedule.page) {
      (stage, reason, limit) = (4, .endOfDayNotFlat, schedule.page)
    } else if !(now < schedule.closeAll) {
      (stage, reason, limit) = (3, .endOfDayCloseAll, schedule.closeAll)
    } else if !(now < schedule.protected) {
      (stage, reason, limit) = (2, .endOfDayFlattenProtected, schedule.protected)
    } else {
      (stage, reason, limit) = (1, .endOfDayFlatten, schedule.start)
    }
    let urgency: FlattenUrgency = stage == 1 ? .passive : stage == 2 ? .protected : .closeAll
    return (
      stage, urgency, RiskRefusal(.endOfDayFlat, reason, limit: limit.nanoseconds, value: now.nanoseconds)
    )
  }
}
