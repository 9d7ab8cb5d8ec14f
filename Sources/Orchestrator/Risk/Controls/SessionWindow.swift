// P27: entries only well inside the session.

package import TradingDomain

/// Refuses entries near the open, near the close, outside the session, and when there is none.
package enum SessionWindow {
  static let description = ControlDescription(
    .sessionWindow, "Session window",
    rule: "entries from open + `entryAfterOpenMinutes` until close - `entryBeforeCloseMinutes`",
    onBreach: "refuse entries")

  package static func evaluate(
    _ now: Timestamp, session: TradingSession?, afterOpen: Nanoseconds, beforeClose: Nanoseconds
  ) -> RiskRefusal? {
    guard let session else { return RiskRefusal(.sessionWindow, .sessionUnknown, value: now.nanoseconds) }
    let first = session.open + afterOpen
    if now < first {
      return RiskRefusal(
        .sessionWindow, .beforeEntryWindow, limit: first.nanoseconds, value: now.nanoseconds)
    }
    let end = session.close - beforeClose
    if !(now < end) {
      return RiskRefusal(.sessionWindow, .afterEntryWindow, limit: end.nanoseconds, value: now.nanoseconds)
    }
    return nil
  }
}
