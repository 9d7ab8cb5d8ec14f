// Several instruments, one account: an engine for each, driven in order of time, with shared equity, margin and loss.

package import Accounting
package import Engine
package import Ensemble
package import Performance
import Risk
import Simulation
package import TradingDomain

/// One instrument of an account, with its sessions and its strategy.
package struct AccountMember {
  package var contender: Contender
  package var sessions: [BacktestSession]
  /// Bars before the first session.
  package var warmUp: [Bar]

  package init(contender: Contender, sessions: [BacktestSession], warmUp: [Bar]) {
    self.contender = contender
    self.sessions = sessions
    self.warmUp = warmUp
  }
}

/// What the account as a whole must not do.
package struct AccountLimits: Hashable, Sendable {
  /// Loss of a day, over all instruments, at which everything is closed for the day.
  package var dailyLoss: Money
  /// Guarantee per contract by date.
  package var margin: MarginSchedule

  package init(dailyLoss: Money, margin: MarginSchedule = .exchangeMinimum) {
    self.dailyLoss = dailyLoss
    self.margin = margin
  }
}

/// Runs one engine per instrument in the order of time and keeps their common account.
///
/// After each batch of events the account is looked at: where the day's loss over all instruments reaches its limit, or
/// equity no longer covers the margin of what is held, every engine is told to close and stays closed for the day, as
/// by the operator's switch.
///
/// Not modelled: an entry is not refused for margin before it is sent (the loss of margin is acted on afterwards); the
/// engines' own limits know only their own instrument; offsetting margins between instruments; margin held overnight,
/// since positions end with the day. One engine may be ahead of the others by a batch of at most
/// ``EngineRunner/batch`` events.
package struct AccountBacktest {
  package let members: [AccountMember]
  package let capital: Money
  package let limits: AccountLimits

  /// - Precondition: no instrument is given twice.
  package init(members: [AccountMember], capital: Money, limits: AccountLimits, withoutCosts: Bool = false) throws {
    precondition(!members.isEmpty, "an account needs an instrument")
    precondition(
      Set(members.map(\.contender.configuration.instrument.id)).count == members.count, "an instrument is given twice")
    if !withoutCosts, members.contains(where: { $0.contender.configuration.fees.perSide <= .zero }) {
      throw BacktestCostError()
    }
    self.members = members
    self.capital = capital
    self.limits = limits
  }

  /// Runs every day on which any member has a session.
  package func run(
    journals: [any OrderJournal]? = nil, isCancelled: () -> Bool = { false }, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> AccountResult {
    let days = Set(members.flatMap { $0.sessions.map(\.session.date) }).sorted()
    let journals = journals ?? members.map { _ in DiscardedJournal() }
    precondition(journals.count == members.count, "give one journal an instrument")
    let start = members.compactMap { $0.sessions.first?.session.open }.min() ?? .distantPast
    let seats = try zip(members, journals).map { member, journal in
      try AccountSeat(member, journal: journal, start: start)
    }
    var account = AccountLedger(start: start, capital: capital)
    var done: [SessionDate] = []
    for day in days {
      let present = try seats.filter { try $0.open(day) }
      try run(present, of: seats, on: day, into: &account)
      done.append(day)
      progress(done.count, days.count)
      if isCancelled() { break }
    }
    return try account.result(seats, sessions: done, isPartial: done.count < days.count)
  }

  private func run(
    _ present: [AccountSeat], of seats: [AccountSeat], on day: SessionDate, into account: inout AccountLedger
  ) throws {
    let opening = seats.reduce(Money.zero) { $0 + $1.net }
    var isClosed = false
    while let seat = AccountSeat.earliest(present) {
      seat.step()
      let net = seats.reduce(Money.zero) { $0 + $1.net }
      let margin = seats.reduce(Money.zero) { $0 + $1.margin(limits.margin, on: day) }
      try account.note(net: net, margin: margin, at: seat.time)
      let isShort = margin > .zero && account.capital + net < margin
      guard !isClosed, isShort || opening - net >= limits.dailyLoss else { continue }
      isClosed = true
      account.noteClosing(day, isMargin: isShort)
      for seat in present { seat.closeForTheDay() }
    }
  }
}
