// Stopping for reasons that only the rest of the engine can see.

package import TradingDomain

extension RiskEngine {
  /// Makes the state at least HALTED because of `reason`: a journal that fails, a fill the books do not know, a
  /// position that will not close. Only a human resumes.
  package func halt(for reason: RiskReason, now: Timestamp) -> RiskAction {
    escalate(to: .halted, cause: RiskRefusal(reason.control, reason), flatten: nil, pages: true, now: now)
  }
}
