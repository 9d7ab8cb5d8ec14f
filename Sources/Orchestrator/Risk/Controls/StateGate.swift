// The trading state's own control, with the kill switch (O1): what each state still lets through.

package import TradingDomain

/// Refuses what the trading state forbids.
///
/// ACTIVE lets all through; REDUCE_ONLY only orders that reduce; HALTED only flatten orders; KILLED only flatten
/// orders, and those only when the policy says that a kill flattens. Cancels never come here: they pass in every
/// state.
package enum StateGate {
  static let description = ControlDescription(
    .killSwitch, "Kill switch and trading state",
    rule:
      "REDUCE_ONLY: exits only; HALTED: flatten only; KILLED: flatten only, if `flattensOnKill` is 1; cancels always",
    onBreach:
      "refuse; the kill switch (any thread, signal or file) makes the state KILLED before the next order is judged")

  package static func evaluate(_ purpose: OrderPurpose, state: TradingState, flattensOnKill: Bool) -> RiskRefusal? {
    switch state {
    case .active: return nil
    case .reduceOnly:
      return purpose.isReduceOnly ? nil : RiskRefusal(.tradingState, .stateReduceOnly, value: Int64(purpose.rawValue))
    case .halted:
      return purpose == .flatten ? nil : RiskRefusal(.tradingState, .stateHalted, value: Int64(purpose.rawValue))
    case .killed:
      return purpose == .flatten && flattensOnKill
        ? nil : RiskRefusal(.tradingState, .stateKilled, value: Int64(purpose.rawValue))
    }
  }
}
