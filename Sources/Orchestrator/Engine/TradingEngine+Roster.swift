// Models that do not decide: told of every event after its orders have left, and swapped in between two events.
import Ensemble
import Execution
package import TradingDomain

extension TradingEngine {
  /// What happened in an event that only one seat has been told of.
  struct Untold {
    /// Who knows already.
    var told: ModelSeat?
    var bar: LearnedBar?
    var market: MarketEvent?

    init(told: ModelSeat?, bar: LearnedBar? = nil) {
      self.told = told
      self.bar = bar
    }
  }

  /// How far a roster is from being taken in.
  package enum Arrival: Hashable, Sendable {
    /// One bar more has been caught up; call again.
    case catchingUp
    /// It may be adopted now.
    case level
    /// The stream no longer has the bars that a seat needs: it must be warmed anew.
    case tooLate
  }

  /// Whether somebody has not been told of the newest event.
  package var hasFollowers: Bool { alone == nil && untold != nil }

  /// Tells those who do not decide of the newest event, and records what they say of a completed bar.
  ///
  /// Called once the event's orders have left, so that watching never delays an order; if nobody calls it, the next
  /// event does.
  package func follow() {
    guard let untold else { return }
    self.untold = nil
    if let champion = roster.champion, champion !== untold.told { tell(champion, untold, mayBench: false) }
    if let canary = roster.canary, canary !== untold.told { tell(canary, untold, mayBench: false) }
    for seat in roster.shadows where seat !== untold.told { tell(seat, untold, mayBench: true) }
  }

  private func tell(_ seat: ModelSeat, _ untold: Untold, mayBench: Bool) {
    guard !seat.isBenched || !mayBench else { return }
    if let learned = untold.bar {
      let start = ticks?() ?? 0
      if seat.learn(learned) {
        let forecast = seat.forecast(learned)
        output.record(
          .shadow(
            ShadowRecord(
              model: seat.model, probabilityUp: forecast.probabilityUp, probabilityDown: forecast.probabilityDown,
              expectedMove: forecast.magnitude, expectedTicks: forecast.expectedTicks,
              spreadTicks: forecast.spreadTicks, abstention: forecast.abstention?.rawValue ?? 0)), at: now)
      }
      if mayBench, let ticks, seat.note(ticks() &- start) { output.record(.benched(model: seat.model), at: now) }
    }
    if let market = untold.market { seat.observe(market.update, at: market.exchangeTime) }
  }

  /// Brings the first seat of `next` that lags behind one bar nearer to the stream.
  ///
  /// One bar a call: what joins must not make those wait who trade.
  package func catchUp(_ next: Roster) -> Arrival {
    for seat in next.seats where !roster.contains(seat) {
      guard let missing = recent.first(after: seat.newest) else { continue }
      if missing.isGap { return .tooLate }
      _ = seat.learn(missing.bar)
      return .catchingUp
    }
    return .level
  }

  /// Puts `next` in force and returns what was before it; one pointer swap.
  ///
  /// A position of a model that may no longer trade is closed.
  ///
  /// - Precondition: ``catchUp(_:)`` said that it is level, and no event was processed since.
  package func adopt(_ next: Roster) -> Roster {
    if hasFollowers { follow() }
    let old = roster
    for seat in next.seats where !old.contains(seat) { seat.beginSession(entries: entries) }
    roster = next
    output.record(.roster(next.record), at: now)
    // A position whose owner nobody knows, of before a restart, is not any model's to leave: it is closed, too.
    let mayTrade = owner.map { $0 === next.champion || $0 === next.canary } ?? false
    if !isAtRest, !mayTrade { execution.flatten() }
    return old
  }
}
