// P9: prices near the market.

package import TradingDomain

/// What a price collar answers.
@frozen package enum CollarFinding: Hashable, Sendable {
  case within
  /// The limit price must be moved here; only for exits, which are pulled into the collar instead of refused.
  case clamp(to: Price, RiskRefusal)
  case refuse(RiskRefusal)
}

/// Bounds of the dynamic collar, in ticks.
@frozen package struct DynamicCollarLimits: Hashable, Sendable {
  /// Largest distance from the last trade.
  package var passive: Int64
  /// How far an entry may reach through the touch.
  package var entryThrough: Int64
  /// How far an exit may reach through the touch, and a stop's limit beyond its trigger.
  package var exitThrough: Int64
  /// Largest distance of a stop's trigger from the last trade.
  package var stopDistance: Int64

  package init(passive: Int64, entryThrough: Int64, exitThrough: Int64, stopDistance: Int64) {
    self.passive = passive
    self.entryThrough = entryThrough
    self.exitThrough = exitThrough
    self.stopDistance = stopDistance
  }
}

/// Keeps limit prices near the last trade and near the touch (the opposite side's best price).
///
/// An order whose limit lies on the near side of the touch rests: it may be `passive` ticks away from the last trade.
/// One that reaches the touch takes: it may go `entryThrough` (exits `exitThrough`) ticks through it. Entries must be
/// within `passive` of the last trade either way, so that a wild quote cannot widen the collar. Without a last trade
/// nothing is near: refuse.
package enum DynamicCollar {
  static let description = ControlDescription(
    .dynamicCollar, "Dynamic price collar",
    rule:
      "limit within `passiveCollarTicks` of the last trade; at most `entryThroughTicks` (exits `exitThroughTicks`) "
      + "through the touch; a stop's trigger within `stopDistanceTicks` of the last trade, its limit at most "
      + "`exitThroughTicks` beyond",
    onBreach: "refuse entries; exits are clamped to the collar; a trigger too far away is refused")

  /// - Precondition: `intent` passed ``FieldSanity`` and has a limit price.
  package static func evaluate(_ intent: OrderIntent, market: MarketView, limits: DynamicCollarLimits) -> CollarFinding
  {
    guard let price = intent.limit, let last = market.last, let touch = market.touch(for: intent.side) else {
      return .refuse(RiskRefusal(.dynamicCollar, .noReferencePrice))
    }
    // Mirrored for sells: greater always means more aggressive.
    let sign = intent.side.sign
    let isExit = intent.purpose.isReduceOnly
    if let stop = intent.stop {
      let distance = abs(stop.ticks - last.ticks)
      if distance > limits.stopDistance {
        return .refuse(
          RiskRefusal(
            .dynamicCollar, .triggerTooFarFromLastTrade, limit: limits.stopDistance, value: distance))
      }
      let beyond = sign * (price.ticks - stop.ticks)
      return finding(
        excess: beyond, limit: limits.exitThrough, reason: .stopLimitTooFarBeyondTrigger, isExit: isExit,
        clampTo: Price(ticks: stop.ticks + sign * limits.exitThrough))
    }
    let through = sign * (price.ticks - touch.ticks)
    if through >= 0 {
      let allowed = isExit ? limits.exitThrough : limits.entryThrough
      let result = finding(
        excess: through, limit: allowed, reason: .tooFarThroughTouch, isExit: isExit,
        clampTo: Price(ticks: touch.ticks + sign * allowed))
      if isExit || result != .within { return result }
    }
    let away = isExit ? sign * (last.ticks - price.ticks) : abs(last.ticks - price.ticks)
    return finding(
      excess: away, limit: limits.passive, reason: .tooFarFromLastTrade, isExit: isExit,
      clampTo: Price(ticks: last.ticks - sign * limits.passive))
  }

  private static func finding(
    excess: Int64, limit: Int64, reason: RiskReason, isExit: Bool, clampTo price: Price
  ) -> CollarFinding {
    if excess <= limit { return .within }
    let refusal = RiskRefusal(.dynamicCollar, reason, limit: limit, value: excess)
    return isExit ? .clamp(to: price, refusal) : .refuse(refusal)
  }
}
