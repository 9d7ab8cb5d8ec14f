// The account's own curve, margin and closings, and what a run of several instruments left behind.

package import Engine
package import Performance
package import TradingDomain

/// Result of an account with several instruments.
package struct AccountResult: Sendable {
  /// One instrument's part.
  package struct Part: Sendable {
    package var name: String
    package var audit: AuditRecord
    package var trades: [ClosedTrade]
    package var executionFlaws: Int
  }

  /// A day on which the account closed everything.
  package struct Closing: Hashable, Sendable {
    package var date: SessionDate
    /// Whether for want of margin; else for the day's loss.
    package var isMargin: Bool
  }

  /// In the order of the members.
  package var parts: [Part]
  /// Equity of the whole account, after every batch of events that changed it.
  package var curve: EquityCurve
  package var sessions: [SessionDate]
  package var closings: [Closing]
  /// Largest guarantee that was needed at one time.
  package var largestMargin: Money
  package var journalFailed: Bool
  package var isPartial: Bool

  /// Net profit of the account on every day.
  package func profits() throws(PerformanceError) -> [SessionProfit] { try curve.profits(sessions: sessions) }
}

/// Collects the account's figures while the engines run.
struct AccountLedger {
  let capital: Money
  private var curve: EquityCurve
  private var closings: [AccountResult.Closing] = []
  private var largestMargin = Money.zero
  private var latest: Timestamp

  init(start: Timestamp, capital: Money) {
    self.capital = capital
    curve = EquityCurve(start: start, capital: capital)
    latest = start
  }

  /// Takes the account's state. Engines may be a batch apart, so time is the latest seen.
  mutating func note(net: Money, margin: Money, at time: Timestamp) throws(PerformanceError) {
    latest = max(latest, time)
    largestMargin = max(largestMargin, margin)
    if curve.last.equity != capital + net { try curve.append(EquityPoint(time: latest, equity: capital + net)) }
  }

  mutating func noteClosing(_ date: SessionDate, isMargin: Bool) {
    closings.append(AccountResult.Closing(date: date, isMargin: isMargin))
  }

  func result(_ seats: [AccountSeat], sessions: [SessionDate], isPartial: Bool) throws -> AccountResult {
    AccountResult(
      parts: seats.map {
        AccountResult.Part(
          name: $0.name, audit: $0.audit, trades: $0.recorder.trades, executionFlaws: $0.executionFlaws)
      },
      curve: curve, sessions: sessions, closings: closings, largestMargin: largestMargin,
      journalFailed: seats.contains { $0.journalFailed }, isPartial: isPartial)
  }
}
