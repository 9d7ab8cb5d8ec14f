// The hard gate of one instrument: every order passes here, synchronously, before it may be sent.

package import Accounting
package import TradingDomain

/// Judges orders against the limits and watches position, profit and time.
///
/// Owned by the engine's thread; all memory is taken by `init`, and no method allocates, locks or throws. What the
/// engine must do with it: pass every venue event to ``observe(_:)``, every order to ``review(_:exposure:now:)``,
/// call ``update(profit:exposure:now:)`` after fills and clock events until it returns nil, and journal what
/// ``takeStateChange()`` returns after each of these calls, before acting on it. Leaving ACTIVE always means: cancel
/// entries.
package final class RiskEngine {
  package let instrument: Instrument
  package let limits: RiskLimits
  /// The switch that other threads may pull.
  package let killSwitch: KillSwitch
  let gate: UnsafeMutablePointer<GateState>

  /// A gate with these limits, closed until
  /// ``beginSession(_:contract:openingProfit:ordersToday:rearmsDailyLatches:now:)``.
  ///
  /// - Throws: ``RiskLimitError`` when a limit lies outside its compiled bounds or the instrument is unusable.
  package init(limits: RiskLimits, instrument: Instrument, killSwitch: KillSwitch) throws(RiskLimitError) {
    try limits.validate(for: instrument)
    self.limits = limits
    self.instrument = instrument
    self.killSwitch = killSwitch
    gate = .allocate(capacity: 1)
    gate.initialize(to: GateState(limits: limits, instrument: instrument))
  }

  deinit {
    gate.deinitialize(count: 1)
    gate.deallocate()
  }

  /// Opens a session: counters of the day start anew, market state is forgotten, latched states stay.
  ///
  /// - Parameters:
  ///   - contract: the contract that today's orders name; a continuous series refuses all orders.
  ///   - openingProfit: the books at the session's start; the daily loss counts from there.
  ///   - ordersToday: orders already sent in this session, after a restart.
  ///   - rearmsDailyLatches: whether a state that a limit of the day caused ends with the day, as in a backtest where
  ///     no human resumes each morning. Live sessions leave it false.
  package func beginSession(
    _ session: TradingSession?, contract: ContractStanding, openingProfit: ProfitAndLoss = .zero,
    ordersToday: Int64 = 0,
    rearmsDailyLatches: Bool = false, now: Timestamp
  ) {
    // The link outlives the session; everything else the market said does not.
    let connection = gate.pointee.market.connection
    gate.pointee.market = MarketView()
    gate.pointee.market.connection = connection
    gate.pointee.freshness = MarketDataFreshness()
    gate.pointee.machine.beginSession(rearms: rearmsDailyLatches, now: now)
    gate.pointee.rate.beginSession(ordersToday: max(0, ordersToday))
    gate.pointee.identifiers.beginSession()
    gate.pointee.session = session
    gate.pointee.standing = contract
    gate.pointee.flatSchedule = session.map { EndOfDayFlat.Schedule(close: $0.close, limits: limits) }
    gate.pointee.openingProfit = openingProfit
    gate.pointee.instrumentBreaches = 0
    gate.pointee.fieldBreaches = 0
    gate.pointee.lossStage = .within
    gate.pointee.flatStage = 0
    gate.pointee.staleStage = 0
    gate.pointee.positionIsExceeded = false
    gate.pointee.obligation = nil
    gate.pointee.killIsDelivered = gate.pointee.machine.state == .killed
  }

  /// Puts back the state that the journal of an interrupted session of the same day recorded last.
  ///
  /// Only ever makes the state safer. A daily loss keeps its lock.
  package func restore(_ state: TradingState, reason: RiskReason, now: Timestamp) {
    _ = gate.pointee.machine.escalate(to: state, cause: RiskRefusal(reason.control, reason), now: now)
  }

  /// The trading state, the kill switch included.
  package var state: TradingState { killSwitch.isPulled ? .killed : gate.pointee.machine.state }

  /// Why the state is not ACTIVE; nil while it never changed.
  package var stateCause: RiskRefusal? { gate.pointee.machine.cause }

  /// How hard any position must be closed at present; nil when it may stay.
  ///
  /// Stands until flat, and in HALTED and KILLED until resumed: a late fill must be closed too.
  package var flattenObligation: FlattenUrgency? { gate.pointee.obligation }

  /// The newest market state the gate has seen.
  package var market: MarketView { gate.pointee.market }

  /// Orders let through in this session.
  package var ordersToday: Int64 { gate.pointee.rate.ordersToday }

  /// The change of state since the last call, or nil; to be journaled before anything else follows from it.
  package func takeStateChange() -> TradingStateChange? { gate.pointee.machine.takeChange() }

  /// Takes over what an event says about market, connection or operator; returns what must be done about it.
  package func observe(_ event: VenueEvent) -> RiskAction? {
    switch event.update {
    case .market(let market):
      guard market.instrument == gate.pointee.limits.instrument else { return nil }
      return observe(market, at: event.localTime)
    case .connection(let connection):
      gate.pointee.market.connection = connection
      return nil
    case .command(let command):
      if case .done(let action) = self.command(command, now: event.localTime) { return action }
      return nil
    case .order, .clock, .endOfSession:
      return nil
    }
  }

  private func observe(_ event: MarketEvent, at now: Timestamp) -> RiskAction? {
    let wasOpen = gate.pointee.market.phase == .opened
    gate.pointee.market.observe(event.update)
    switch event.update {
    case .trade, .quote, .depth, .bar:
      guard FieldSanity.isTradingTime(now) else { return nil }
      // An impossible exchange time counts as late.
      let lag = FieldSanity.isTradingTime(event.exchangeTime) ? now - event.exchangeTime : Nanoseconds(.max)
      gate.pointee.freshness.observe(at: now, lag: lag, lagLimit: gate.pointee.limits.exchangeLag)
      return nil
    case .phase(let phase):
      guard wasOpen, phase != .opened else { return nil }
      // Resting entries would take part in an auction that nobody decided on.
      return RiskAction(
        state: state, cancelsEntries: true, flatten: nil, pages: false,
        cause: RiskRefusal(.marketPhase, .phaseNotOpen, value: Int64(phase.rawValue)))
    case .limits, .gap:
      return nil
    }
  }

  /// Carries out an operator's command.
  ///
  /// `halt` and `flatten` make the state at least HALTED, `kill` KILLED; `resume` returns to ACTIVE unless the daily
  /// loss of this session or the kill switch forbids it.
  package func command(_ command: OperatorCommand, now: Timestamp) -> OperatorOutcome {
    switch command {
    case .halt:
      return .done(
        escalate(to: .halted, cause: RiskRefusal(.tradingState, .operatorHalt), flatten: nil, pages: false, now: now))
    case .flatten:
      return .done(
        escalate(
          to: .halted, cause: RiskRefusal(.tradingState, .operatorFlatten), flatten: .protected, pages: false, now: now)
      )
    case .kill:
      return .done(kill(cause: RiskRefusal(.tradingState, .operatorKill), now: now))
    case .resume:
      if let refusal = gate.pointee.machine.resume(killSwitchIsPulled: killSwitch.isPulled, now: now) {
        return .refused(refusal)
      }
      gate.pointee.obligation = nil
      gate.pointee.killIsDelivered = false
      gate.pointee.instrumentBreaches = 0
      gate.pointee.fieldBreaches = 0
      gate.pointee.positionIsExceeded = false
      return .done(nil)
    }
  }

  /// Makes the state at least `target` and returns the action that goes with it.
  func escalate(
    to target: TradingState, cause: RiskRefusal, flatten: FlattenUrgency?, pages: Bool, now: Timestamp
  ) -> RiskAction {
    _ = gate.pointee.machine.escalate(to: target, cause: cause, now: now)
    if let flatten { gate.pointee.obligation = max(gate.pointee.obligation ?? flatten, flatten) }
    return RiskAction(state: state, cancelsEntries: true, flatten: flatten, pages: pages, cause: cause)
  }

  /// Makes the state KILLED; flattens if the policy says so.
  func kill(cause: RiskRefusal, now: Timestamp) -> RiskAction {
    gate.pointee.killIsDelivered = true
    return escalate(
      to: .killed, cause: cause, flatten: gate.pointee.limits.flattensOnKill ? .protected : nil, pages: true, now: now)
  }
}
