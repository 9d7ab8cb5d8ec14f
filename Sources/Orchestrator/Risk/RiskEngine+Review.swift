// Judging single requests.

package import TradingDomain

extension RiskEngine {
  /// Judges a new order.
  ///
  /// `exposure` must hold everything that works or may work, without this order. An approval counts against the rate
  /// and uses up the identifier, so it must be sent or forgotten, not kept.
  package func review(_ order: NewOrder, exposure: Exposure, now: Timestamp) -> RiskVerdict<NewOrder> {
    var intent = order.intent
    var adjustment: RiskRefusal?
    let refusal =
      FieldSanity.evaluate(id: order.id, decisionTime: order.decisionTime, now: now)
      ?? gate.pointee.identifiers.evaluate(order.id)
      ?? judge(&intent, exposure: exposure, adjustment: &adjustment, now: now)
    if let refusal {
      note(refusal, now: now)
      return .refused(refusal)
    }
    gate.pointee.identifiers.accept(order.id)
    gate.pointee.rate.accept(at: now)
    var approved = order
    approved.intent = intent
    guard let adjustment else { return .approved(RiskApproved(minted: order)) }
    return .clamped(RiskApproved(minted: approved), adjustment)
  }

  /// Judges a change of a working order as if what remains of it were sent anew.
  ///
  /// - Parameters:
  ///   - working: the intent of the order as it works now.
  ///   - traded: contracts of it that have traded.
  ///   - exposure: everything that works or may work, without the order that is changed.
  package func review(
    _ change: ChangeOrder, of working: OrderIntent, traded: Quantity, exposure: Exposure, now: Timestamp
  ) -> RiskVerdict<ChangeOrder> {
    guard (0...FieldSanity.largestContracts).contains(change.quantity.contracts),
      (0...FieldSanity.largestContracts).contains(traded.contracts)
    else {
      let refusal = RiskRefusal(
        .fieldSanity, .quantityNotPositive, limit: FieldSanity.largestContracts, value: change.quantity.contracts)
      note(refusal, now: now)
      return .refused(refusal)
    }
    var intent = working
    intent.quantity = change.quantity - traded
    intent.limit = change.limit
    intent.stop = change.stop
    intent.instrument = change.instrument
    var adjustment: RiskRefusal?
    let refusal =
      FieldSanity.evaluate(id: change.id, decisionTime: change.decisionTime, now: now)
      ?? judge(&intent, exposure: exposure, adjustment: &adjustment, now: now)
    if let refusal {
      note(refusal, now: now)
      return .refused(refusal)
    }
    gate.pointee.rate.accept(at: now)
    guard let adjustment else { return .approved(RiskApproved(minted: change)) }
    var approved = change
    approved.quantity = intent.quantity + traded
    approved.limit = intent.limit
    return .clamped(RiskApproved(minted: approved), adjustment)
  }

  /// Approves a cancel, in every state, KILLED included: withdrawing an order never adds risk that the gate could
  /// prevent, and a cancel that is refused can. Whoever cancels a protective stop under an open position is
  /// Execution's question.
  package func reviewCancel(_ cancel: CancelOrder) -> RiskApproved<CancelOrder> { RiskApproved(minted: cancel) }

  /// Approves withdrawing everything, in every state.
  package func reviewCancelAll(at decisionTime: Timestamp) -> RiskApproved<CancelAllOrders> {
    RiskApproved(minted: CancelAllOrders(decisionTime: decisionTime))
  }

  /// All controls on one intent; tightens it in place and tells the last thing it tightened.
  private func judge(
    _ intent: inout OrderIntent, exposure: Exposure, adjustment: inout RiskRefusal?, now: Timestamp
  ) -> RiskRefusal? {
    if let refusal = FieldSanity.evaluate(intent, lot: gate.pointee.limits.lot) { return refusal }
    if !exposure.isPlausible { return RiskRefusal(.fieldSanity, .exposureImpossible, value: exposure.position) }
    if let refusal = InstrumentAllowList.evaluate(
      intent.instrument, allowed: gate.pointee.limits.instrument,
      exchangeIsFutures: gate.pointee.limits.exchangeIsFutures, standing: gate.pointee.standing)
    {
      return refusal
    }
    if killSwitch.isPulled {
      _ = gate.pointee.machine.escalate(
        to: .killed, cause: RiskRefusal(.killSwitch, .killSwitchPulled), now: now)
    }
    let state = gate.pointee.machine.state
    if let refusal = StateGate.evaluate(
      intent.purpose, state: state, flattensOnKill: gate.pointee.limits.flattensOnKill)
    {
      return refusal
    }
    if let refusal = gate.pointee.rate.evaluate(intent.purpose, now: now) { return refusal }
    if intent.purpose.isReduceOnly {
      switch ReduceOnlyReduces.evaluate(intent, exposure: exposure, lot: gate.pointee.limits.lot) {
      case .within: break
      case .clamp(let quantity, let finding):
        intent.quantity = quantity
        adjustment = finding
      case .refuse(let refusal): return refusal
      }
    } else if let refusal = judgeEntry(now: now) {
      return refusal
    }
    if let refusal = judgePrice(&intent, state: state, adjustment: &adjustment) { return refusal }
    return judgeSize(intent, exposure: exposure)
  }

  /// Whether this is a moment for entries at all.
  private func judgeEntry(now: Timestamp) -> RiskRefusal? {
    ConnectionGate.evaluate(gate.pointee.market.connection)
      ?? MarketPhase.evaluate(gate.pointee.market.phase)
      ?? SessionWindow.evaluate(
        now, session: gate.pointee.session, afterOpen: gate.pointee.limits.afterOpen,
        beforeClose: gate.pointee.limits.beforeClose)
      ?? ExpiryGuard.evaluate(
        sessionsLeft: gate.pointee.standing.sessionsLeft, expirySessions: gate.pointee.limits.expirySessions)
      ?? StaleMarketData.evaluate(gate.pointee.freshness, now: now, maximumAge: gate.pointee.limits.dataAge)
  }

  /// Type and price.
  private func judgePrice(
    _ intent: inout OrderIntent, state: TradingState, adjustment: inout RiskRefusal?
  ) -> RiskRefusal? {
    let collar = gate.pointee.limits.collar
    switch NoRawMarketOrders.evaluate(
      intent, state: state, market: gate.pointee.market, entryThrough: collar.entryThrough,
      exitThrough: collar.exitThrough)
    {
    case .asIs: break
    case .convert(let limit, let finding):
      intent.type = .limit
      intent.limit = limit
      adjustment = finding
    case .refuse(let refusal): return refusal
    }
    // A raw market order got here only as the flatten order of a killed engine: it has no price to judge.
    if intent.type == .market { return nil }
    if let refusal = apply(
      DynamicCollar.evaluate(intent, market: gate.pointee.market, limits: collar), to: &intent, &adjustment)
    {
      return refusal
    }
    let limits = StaticCollar.evaluate(
      intent, market: gate.pointee.market, inset: gate.pointee.limits.inset,
      settlementBand: gate.pointee.limits.settlementBand, sessionOpenBand: gate.pointee.limits.sessionOpenBand)
    return apply(limits, to: &intent, &adjustment)
  }

  private func apply(
    _ finding: CollarFinding, to intent: inout OrderIntent, _ adjustment: inout RiskRefusal?
  ) -> RiskRefusal? {
    switch finding {
    case .within: return nil
    case .refuse(let refusal): return refusal
    case .clamp(let price, let refusal):
      // A clamp must not carry a stop's limit behind its trigger, nor below the first tick.
      if price.ticks < 1 { return refusal }
      if let stop = intent.stop, intent.side.sign * (price.ticks - stop.ticks) < 0 { return refusal }
      intent.limit = price
      adjustment = refusal
      return nil
    }
  }

  /// Quantity, value, position and number of orders.
  private func judgeSize(_ intent: OrderIntent, exposure: Exposure) -> RiskRefusal? {
    if intent.purpose.isReduceOnly {
      return MaxOrderQuantity.evaluate(intent.quantity, limit: gate.pointee.limits.maxOrderCeiling)
        ?? MaxWorkingOrders.evaluate(
          working: exposure.workingOrderCount, limit: gate.pointee.limits.maxWorkingCeiling)
    }
    if let refusal = MaxOrderQuantity.evaluate(intent.quantity, limit: gate.pointee.limits.maxOrder) { return refusal }
    guard let price = intent.limit else { return RiskRefusal(.fieldSanity, .limitMissing) }
    return MaxOrderValue.evaluate(
      intent.quantity, at: price, tickValue: gate.pointee.limits.tickValue, limit: gate.pointee.limits.maxOrderValue)
      ?? MaxPosition.evaluate(
        intent.side, adding: intent.quantity, to: exposure, limit: gate.pointee.limits.maxPosition)
      ?? MaxWorkingOrders.evaluate(working: exposure.workingOrderCount, limit: gate.pointee.limits.maxWorking)
  }

  /// Counts a refusal where counting has consequences.
  private func note(_ refusal: RiskRefusal, now: Timestamp) {
    switch refusal.control {
    case .instrumentAllowList:
      gate.pointee.instrumentBreaches += 1
      if gate.pointee.instrumentBreaches >= gate.pointee.limits.instrumentBreaches {
        _ = gate.pointee.machine.escalate(to: .halted, cause: refusal, now: now)
      }
    case .fieldSanity:
      gate.pointee.fieldBreaches += 1
      if gate.pointee.fieldBreaches >= gate.pointee.limits.fieldBreaches {
        _ = gate.pointee.machine.escalate(to: .halted, cause: refusal, now: now)
      }
    case .orderRate:
      switch refusal.reason {
      case .tooManyOrdersPerDay: _ = gate.pointee.machine.escalate(to: .reduceOnly, cause: refusal, now: now)
      case .tooManyOrdersPerSecond, .tooManyOrdersPerMinute: _ = gate.pointee.rate.breach(at: now)
      default: break
      }
    default: break
    }
  }
}
