// The market of a walk-forward: sessions to be traded, and the bars that models learn from.

package import Features
package import MarketData
package import Performance
import Risk
package import TradingDomain

/// Sessions in order with every bar of them, and bars before them for the features.
///
/// Many threads read it at a time: a session's ``BacktestSession/openMarket`` must make a new feed a call and touch
/// nothing that another call touches. Those of ``MarketPlan`` do.
package struct WalkForwardMarket: @unchecked Sendable {
  package let instrument: Instrument
  /// In order of time: the bars of the sessions, and those before them.
  package let bars: [Bar]
  package let sessions: [BacktestSession]
  /// Whether any session is replayed from bars, so that the limits on the age of data must be those for bars.
  package let hasBarsOnly: Bool
  package let stamps: [ReportStamp]

  /// - Throws: ``WalkForwardError`` where sessions are out of order or have no bars.
  package init(
    instrument: Instrument, bars: [Bar], sessions: [BacktestSession], hasBarsOnly: Bool, stamps: [ReportStamp] = []
  ) throws(WalkForwardError) {
    for (earlier, later) in zip(sessions, sessions.dropFirst()) where later.session.open < earlier.session.close {
      throw .unsortedSessions(later.session.date)
    }
    for session in sessions.map(\.session) {
      let first = bars.partition { $0.start >= session.open }
      guard first < bars.count, session.contains(bars[first].start) else { throw .noBars(session.date) }
    }
    self.instrument = instrument
    self.bars = bars
    self.sessions = sessions
    self.hasBarsOnly = hasBarsOnly
    self.stamps = stamps
  }

  /// The sessions of `plan`, with bars of `store` for them and for `warmUpBars` before.
  package static func stored(
    _ store: MarketStore, plan: MarketPlan, barDuration: Nanoseconds, schema: FeatureSchema
  ) throws -> WalkForwardMarket {
    let dates = plan.sessions.map(\.session.date)
    guard let first = dates.first, let last = dates.last else {
      throw WalkForwardError.tooFewSessions(count: 0, needed: 2)
    }
    let bars = try store.barSeries(
      plan.instrument.symbol, from: first.advanced(by: -MarketPlan.warmUpDays(for: schema)), to: last,
      duration: barDuration
    ).bars
    return try WalkForwardMarket(
      instrument: plan.instrument, bars: bars, sessions: plan.sessions, hasBarsOnly: plan.hasBarsOnly,
      stamps: plan.stamps)
  }

  /// The sessions as the research mode and fitters see them.
  package func tapeSessions(expirySessions: Int64) -> [TapeSession] {
    sessions.map { session in
      let refusal = ExpiryGuard.evaluate(
        sessionsLeft: session.contract.sessionsLeft, expirySessions: expirySessions)
      return TapeSession(session: session.session, isTradable: session.contract.isTradable && refusal == nil)
    }
  }
}
