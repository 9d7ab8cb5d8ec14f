// What the gate knows about the contract that today's orders name.

package import Accounting
package import TradingDomain

/// The traded contract on one session: tradable at all, and how near to its end.
@frozen package struct ContractStanding: Hashable, Sendable {
  /// Whether orders may name it: a dated contract, not a continuous series.
  package var isTradable: Bool
  /// Sessions on which it still trades, today included; nil when unknown.
  package var sessionsLeft: Int64?

  package init(isTradable: Bool, sessionsLeft: Int64?) {
    self.isTradable = isTradable
    self.sessionsLeft = sessionsLeft
  }

  /// The standing of `ticker` on `date` by the family's rules.
  package init(_ ticker: ContractTicker, on date: SessionDate, calendar: TradingCalendar) {
    switch ticker {
    case .continuous:
      self.init(isTradable: false, sessionsLeft: nil)
    case .dated(let symbol, let month):
      let rules = ContractRules.rules(for: symbol)
      self.init(
        isTradable: true,
        sessionsLeft: rules.map { Int64($0.sessionsLeft(of: month, on: date, calendar: calendar)) })
    }
  }
}
