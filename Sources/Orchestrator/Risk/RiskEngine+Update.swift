// Watching position, profit and time between orders.

package import Accounting
package import TradingDomain

extension RiskEngine {
  /// Judges the books as they are at `now` and returns the next action that a control demands, or nil.
  ///
  /// Each stage of a control asks once. Several controls may act on one change: call again until it returns nil.
  ///
  /// - Parameter profit: the books since the run began; the day's part is taken from the session's start.
  package func update(profit: ProfitAndLoss, exposure: Exposure, now: Timestamp) -> RiskAction? {
    guard FieldSanity.isTradingTime(now), exposure.isPlausible else {
      let isTime = !FieldSanity.isTradingTime(now)
      let cause = RiskRefusal(
        .fieldSanity, isTime ? .timeInvalid : .exposureImpossible, value: isTime ? now.nanoseconds : exposure.position)
      guard gate.pointee.machine.escalate(to: .halted, cause: cause, now: now) else { return nil }
      return RiskAction(state: state, cancelsEntries: true, flatten: nil, pages: true, cause: cause)
    }
    if exposure.isFlat && gate.pointee.machine.state.rawValue < TradingState.halted.rawValue {
      gate.pointee.obligation = nil
    }
    if killSwitch.isPulled && !gate.pointee.killIsDelivered {
      return kill(
        cause: RiskRefusal(.killSwitch, .killSwitchPulled, value: Int64(killSwitch.pulled?.rawValue ?? 0)), now: now)
    }
    return updateLoss(profit, now: now) ?? updatePosition(exposure.position, now: now)
      ?? updateFlat(exposure.position, now: now) ?? updateStale(exposure.position, now: now)
  }

  private func updateLoss(_ profit: ProfitAndLoss, now: Timestamp) -> RiskAction? {
    let (stage, finding) = DailyLoss.evaluate(
      net: (profit - gate.pointee.openingProfit).net, limit: gate.pointee.limits.dailyLoss,
      reduceOnlyPercent: gate.pointee.limits.reduceOnlyPercent)
    guard let finding, stage.rawValue > gate.pointee.lossStage.rawValue else { return nil }
    gate.pointee.lossStage = stage
    switch stage {
    case .within: return nil
    case .reduceOnly: return escalate(to: .reduceOnly, cause: finding, flatten: nil, pages: true, now: now)
    case .reached:
      // Flattened whatever the kill policy says: the loss must not run on.
      gate.pointee.killIsDelivered = true
      return escalate(to: .killed, cause: finding, flatten: .protected, pages: true, now: now)
    }
  }

  private func updatePosition(_ position: Int64, now: Timestamp) -> RiskAction? {
    guard let finding = MaxPosition.evaluate(position: position, limit: gate.pointee.limits.maxPosition) else {
      gate.pointee.positionIsExceeded = false
      return nil
    }
    if gate.pointee.positionIsExceeded { return nil }
    gate.pointee.positionIsExceeded = true
    return escalate(to: .reduceOnly, cause: finding, flatten: nil, pages: true, now: now)
  }

  private func updateFlat(_ position: Int64, now: Timestamp) -> RiskAction? {
    // A late fill after being flat is asked for anew.
    if position == 0 { gate.pointee.flatStage = 0 }
    guard let schedule = gate.pointee.flatSchedule,
      let (stage, urgency, finding) = EndOfDayFlat.evaluate(now, position: position, schedule: schedule),
      stage > gate.pointee.flatStage
    else { return nil }
    gate.pointee.flatStage = stage
    gate.pointee.obligation = max(gate.pointee.obligation ?? urgency, urgency)
    return RiskAction(state: state, cancelsEntries: true, flatten: urgency, pages: stage == 4, cause: finding)
  }

  private func updateStale(_ position: Int64, now: Timestamp) -> RiskAction? {
    guard gate.pointee.market.phase == .opened, let session = gate.pointee.session, !(now < session.open),
      now < session.close,
      let age = gate.pointee.freshness.age(at: now), gate.pointee.limits.cancelEntriesAge < age
    else {
      gate.pointee.staleStage = 0
      return nil
    }
    let mustExit = gate.pointee.limits.exitAge < age && position != 0
    let stage: UInt8 = mustExit ? 2 : 1
    guard stage > gate.pointee.staleStage else { return nil }
    gate.pointee.staleStage = stage
    let limit = mustExit ? gate.pointee.limits.exitAge : gate.pointee.limits.cancelEntriesAge
    let finding = RiskRefusal(.staleMarketData, .marketDataStale, limit: limit.count, value: age.count)
    if mustExit { gate.pointee.obligation = max(gate.pointee.obligation ?? .protected, .protected) }
    return RiskAction(
      state: state, cancelsEntries: true, flatten: mustExit ? .protected : nil, pages: mustExit, cause: finding)
  }
}
