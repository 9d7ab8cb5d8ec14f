// Stop and target around an entry. The venue knows no one-cancels-the-other: both legs are ours to keep in step.
package import TradingDomain

/// Distances of the exits of a position, in ticks from its entry price.
@frozen package struct Bracket: Hashable, Sendable {
  /// Distance of the protective stop's trigger; positive.
  package var stopDistance: Price
  /// Distance of the profit target; positive.
  package var targetDistance: Price

  @inlinable package init(stopDistance: Price, targetDistance: Price) {
    self.stopDistance = stopDistance
    self.targetDistance = targetDistance
  }

  /// Trigger and limit of the stop that protects a position of `side` entered at `entry`.
  ///
  /// The limit lies `offset` beyond the trigger, because a jump through the limit would leave the stop unfilled.
  @inlinable package func stop(side: Side, entry: Price, offset: Price) -> (trigger: Price, limit: Price) {
    switch side {
    case .buy:
      let trigger = entry - stopDistance
      return (trigger, trigger - offset)
    case .sell:
      let trigger = entry + stopDistance
      return (trigger, trigger + offset)
    }
  }

  /// Limit of the target of a position of `side` entered at `entry`.
  @inlinable package func target(side: Side, entry: Price) -> Price {
    side == .buy ? entry + targetDistance : entry - targetDistance
  }
}
