// P2: no new positions just before the contract ends.

/// Refuses entries in the last sessions of the contract, and when its end is unknown.
package enum ExpiryGuard {
  static let description = ControlDescription(
    .expiryGuard, "Expiry guard", rule: "no entries in the contract's last `expirySessions` sessions, today included",
    onBreach: "refuse entries; exits pass")

  package static func evaluate(sessionsLeft: Int64?, expirySessions: Int64) -> RiskRefusal? {
    guard let left = sessionsLeft else { return RiskRefusal(.expiryGuard, .expiryUnknown, limit: expirySessions) }
    if left <= expirySessions {
      return RiskRefusal(.expiryGuard, .tooNearExpiry, limit: expirySessions, value: left)
    }
    return nil
  }
}
