// The trading state: by itself it only becomes safer; only a human makes it freer.

package import TradingDomain

/// Latched trading state with its cause.
@frozen package struct TradingStateMachine: Hashable, Sendable {
  package private(set) var state: TradingState = .active
  /// Why the state is what it is; nil in a fresh, active machine.
  package private(set) var cause: RiskRefusal?
  /// A daily loss was reached in this session: no resume before the next.
  package private(set) var isLockedForSession = false
  /// The newest change not yet fetched.
  private var pending: TradingStateChange?

  package init() {}

  /// Moves towards safety; a state that is no safer than the present one changes nothing. Returns whether it moved.
  package mutating func escalate(to target: TradingState, cause: RiskRefusal, now: Timestamp) -> Bool {
    if cause.reason == .dailyLossReached { isLockedForSession = true }
    guard target.rawValue > state.rawValue else { return false }
    move(to: target, cause: cause, now: now)
    return true
  }

  /// Returns to ACTIVE on a human's order; refused while the daily loss of this session or the kill switch stands.
  package mutating func resume(killSwitchIsPulled: Bool, now: Timestamp) -> RiskRefusal? {
    if isLockedForSession { return RiskRefusal(.dailyLoss, .resumeRefusedDailyLoss) }
    if killSwitchIsPulled { return RiskRefusal(.killSwitch, .resumeRefusedKillSwitch) }
    if state != .active { move(to: .active, cause: RiskRefusal(.tradingState, .operatorResume), now: now) }
    return nil
  }

  /// Begins a session. The state stays latched, unless `rearms` and its cause was a limit of the day.
  package mutating func beginSession(rearms: Bool, now: Timestamp) {
    isLockedForSession = false
    guard rearms, state != .active, let cause, TradingStateMachine.isDaily(cause.control) else { return }
    move(to: .active, cause: RiskRefusal(.tradingState, .newSession), now: now)
  }

  /// The change that happened since the last call, or nil; several changes in between are told as one.
  package mutating func takeChange() -> TradingStateChange? {
    let change = pending
    pending = nil
    return change
  }

  private mutating func move(to target: TradingState, cause: RiskRefusal, now: Timestamp) {
    pending = TradingStateChange(from: pending?.from ?? state, to: target, cause: cause, time: now)
    state = target
    self.cause = cause
  }

  /// Controls whose limits are counted afresh each session.
  private static func isDaily(_ control: RiskControl) -> Bool {
    switch control {
    case .orderRate, .dailyLoss, .maxPosition: return true
    default: return false
    }
  }
}
