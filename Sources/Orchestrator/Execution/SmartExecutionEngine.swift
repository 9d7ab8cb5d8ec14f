// Turns wishes into orders and keeps them in step with the position: entries, brackets, exits, withdrawal.
package import Risk
package import TradingDomain

/// Owns every order of one strategy on one instrument.
///
/// It proposes ``ExecutionStep`` values from the state it finds, on every event; the engine puts each through the risk
/// gate and hands approved orders back to ``accept(_:)``. So a lost, repeated or reordered event cannot leave a
/// position without its exits: the next event proposes them again.
package final class SmartExecutionEngine {
  package let instrument: Instrument
  /// How orders are handled from the next event on. Each model may ask for its own ways: whoever enters sets them.
  package var configuration: ExecutionConfiguration
  package let orders: OrderTable
  /// The bracket of the current position, if it was entered with one.
  package private(set) var bracket: Bracket?
  /// Whether everything is being closed.
  package private(set) var isFlattening = false
  /// Reports of orders that are not of this session.
  package private(set) var foreignReports = 0
  /// Reports that took back contracts.
  package private(set) var busts = 0
  /// Side of the entry that the bracket belongs to.
  private var bracketSide: Side = .buy
  private var flattenAttempts = 0
  private var nextExitAttempt = Timestamp.distantPast
  /// Protective stops refused in a row, by the gate or by the venue.
  private var stopFailures = 0
  private var withdrawsEntries = false

  package init(
    instrument: Instrument, epoch: UInt32, strategy: UInt16,
    configuration: ExecutionConfiguration = ExecutionConfiguration()
  ) {
    self.instrument = instrument
    self.configuration = configuration
    orders = OrderTable(epoch: epoch, strategy: strategy)
  }

  /// An entry at the market, bounded by a limit that reaches at most the configured ticks through `reference`.
  ///
  /// Nil while an order is alive, a position is open or everything is being closed: one position at a time.
  package func entry(side: Side, quantity: Quantity, reference: Price, position: Int64) -> OrderIntent? {
    guard position == 0, orders.aliveCount == 0, !isFlattening, quantity > .zero else { return nil }
    let limit = side == .buy ? reference + configuration.entryReach : reference - configuration.entryReach
    return OrderIntent(
      instrument: instrument.id, side: side, type: .limit, quantity: quantity, limit: limit, stop: nil, purpose: .entry)
  }

  /// The order for `intent` with the next identity; nil when the session's table is full.
  package func order(for intent: OrderIntent, now: Timestamp) -> NewOrder? {
    orders.nextID.map { NewOrder(id: $0, intent: intent, decisionTime: now) }
  }

  /// Takes an approved order into the books and returns the command that sends it.
  package func accept(_ approved: RiskApproved<NewOrder>, bracket: Bracket? = nil) -> OrderCommand {
    let order = approved.request
    orders.insert(order)
    if order.intent.purpose == .entry {
      self.bracket = bracket
      bracketSide = order.intent.side
    }
    return .new(order)
  }

  /// Begins a session: orders are good for one day, so whatever worked before is gone.
  package func beginSession() {
    orders.beginSession()
    flattenAttempts = 0
    stopFailures = 0
    nextExitAttempt = .distantPast
    withdrawsEntries = false
  }

  /// Notes that the gate refused an exit, so that it is not proposed again on every event.
  package func noteRefusal(of intent: OrderIntent, now: Timestamp) {
    if intent.purpose.isReduceOnly { noteFailedExit(intent.purpose, now: now) }
  }

  /// Records what the link did with an order. An exit that never left is tried again after a pause, and a closing order
  /// that never left was no attempt.
  package func noteSend(_ id: ClientOrderID, _ outcome: SendOutcome, at time: Timestamp) {
    orders.noteSend(id, outcome, at: time)
    guard outcome == .notSent, let order = orders.order(id), order.order.intent.purpose.isReduceOnly else { return }
    nextExitAttempt = time + configuration.retryPause
    if order.order.intent.purpose == .flatten, flattenAttempts > 0 { flattenAttempts -= 1 }
  }

  /// Merges a report; returns the fill it adds.
  package func merge(_ report: OrderReport, now: Timestamp) -> Fill? {
    let wasAlive = orders.order(report.id)?.life.isAlive ?? false
    switch orders.merge(report) {
    case .merged(let fill):
      if wasAlive, let order = orders.order(report.id), order.order.intent.purpose.isReduceOnly {
        let purpose = order.order.intent.purpose
        switch order.life {
        case .ended(.rejected): noteFailedExit(purpose, now: now)
        case .working where purpose == .protectiveStop: stopFailures = 0
        default: break
        }
      }
      return fill
    case .bust:
      busts += 1
      return nil
    case .foreign:
      foreignReports += 1
      return nil
    }
  }

  /// Withdraws every entry order that is alive; the position and its exits stay.
  package func withdrawEntries() { withdrawsEntries = true }

  /// Begins to close everything; it ends by itself when the position is zero and no order is alive.
  ///
  /// Asked for again after its attempts were used up, it begins anew: a human, or a later stage of a control, wants it.
  package func flatten() {
    if isFlattening, flattenAttempts < configuration.flattenAttempts { return }
    isFlattening = true
    flattenAttempts = 0
    nextExitAttempt = .distantPast
  }

  /// Pauses before the next exit; a position whose stop keeps being refused is closed instead.
  private func noteFailedExit(_ purpose: OrderPurpose, now: Timestamp) {
    // Once everything is being closed, a leg that fails must not hold up the closing order.
    if isFlattening, purpose != .flatten { return }
    nextExitAttempt = now + configuration.retryPause
    guard purpose == .protectiveStop else { return }
    stopFailures += 1
    if stopFailures >= configuration.stopAttempts { flatten() }
  }

  /// Proposes what the state asks for. `position` is in signed contracts, `entryPrice` its average price in ticks,
  /// `reference` the last price.
  package func propose(
    into steps: ExecutionSteps, position: Int64, entryPrice: Price, reference: Price?, now: Timestamp
  ) {
    steps.removeAll()
    _ = orders.markSilent(now: now, silence: configuration.silence)
    withdrawStale(into: steps, now: now)
    if withdrawsEntries { proposeEntryWithdrawal(into: steps) }
    if isFlattening {
      proposeFlattening(into: steps, position: position, reference: reference, now: now)
    } else if position == 0 {
      stopFailures = 0
      withdrawExits(into: steps)
    } else {
      keepBracket(into: steps, position: position, entryPrice: entryPrice, now: now)
    }
  }

  // MARK: Withdrawal

  private func withdrawStale(into steps: ExecutionSteps, now: Timestamp) {
    for position in 0..<orders.aliveCount {
      let order = orders.aliveOrder(position)
      let age = now - order.order.decisionTime
      switch (order.order.intent.purpose, order.life) {
      case (_, .pendingCancel(let since)):
        if now - since > configuration.silence { steps.append(.cancel(order.order.id)) }
      // A doubtful order is withdrawn like a working one: the answer also ends the doubt.
      case (.entry, .working) where age > configuration.entryLifetime,
        (.entry, .inDoubt) where age > configuration.entryLifetime,
        (.exit, .working) where age > configuration.exitLifetime,
        (.exit, .inDoubt) where age > configuration.exitLifetime,
        (.flatten, .working) where age > configuration.exitLifetime,
        (.flatten, .inDoubt) where age > configuration.exitLifetime:
        steps.append(.cancel(order.order.id))
      default: break
      }
    }
  }

  private func proposeEntryWithdrawal(into steps: ExecutionSteps) {
    withdrawsEntries = false
    for position in 0..<orders.aliveCount {
      let order = orders.aliveOrder(position)
      if order.order.intent.purpose == .entry, !isPendingCancel(order) { steps.append(.cancel(order.order.id)) }
    }
  }

  private func withdrawExits(into steps: ExecutionSteps) {
    for position in 0..<orders.aliveCount {
      let order = orders.aliveOrder(position)
      guard order.order.intent.purpose.isReduceOnly else { continue }
      if case .pendingCancel = order.life { continue }
      steps.append(.cancel(order.order.id))
    }
  }

  // MARK: Brackets

  private func keepBracket(into steps: ExecutionSteps, position: Int64, entryPrice: Price, now: Timestamp) {
    let side: Side = position > 0 ? .buy : .sell
    let size = Quantity(abs(position))
    let coverage = exitCoverage(side: side.opposite)
    if coverage.wrongSide {
      withdrawExits(into: steps)
      return
    }
    guard let bracket, bracketSide == side else {
      // A position nobody planned (a leg that traded after its pair): nothing protects it but its end.
      flatten()
      return
    }
    keepLeg(coverage.stop, size: size, into: steps, now: now) {
      let (trigger, limit) = bracket.stop(side: side, entry: entryPrice, offset: configuration.stopLimitOffset)
      return OrderIntent(
        instrument: instrument.id, side: side.opposite, type: .stopLimit, quantity: size, limit: limit, stop: trigger,
        purpose: .protectiveStop)
    }
    keepLeg(coverage.target, size: size, into: steps, now: now) {
      OrderIntent(
        instrument: instrument.id, side: side.opposite, type: .limit, quantity: size,
        limit: bracket.target(side: side, entry: entryPrice), stop: nil, purpose: .target)
    }
  }

  private func keepLeg(
    _ leg: TrackedOrder?, size: Quantity, into steps: ExecutionSteps, now: Timestamp, make: () -> OrderIntent
  ) {
    guard let leg else {
      if now >= nextExitAttempt { steps.append(.submit(make())) }
      return
    }
    if case .working = leg.life, leg.openQuantity != size {
      steps.append(.change(leg.order.id, quantity: leg.tradedQuantity + size))
    }
  }

  private func exitCoverage(side: Side) -> (stop: TrackedOrder?, target: TrackedOrder?, wrongSide: Bool) {
    var stop: TrackedOrder?
    var target: TrackedOrder?
    var wrongSide = false
    for position in 0..<orders.aliveCount {
      let order = orders.aliveOrder(position)
      switch order.order.intent.purpose {
      case .protectiveStop: stop = order
      case .target: target = order
      default: continue
      }
      if order.order.intent.side != side, !isPendingCancel(order) { wrongSide = true }
    }
    return (stop, target, wrongSide)
  }

  private func isPendingCancel(_ order: TrackedOrder) -> Bool {
    if case .pendingCancel = order.life { return true }
    return false
  }

  // MARK: Flattening

  private func proposeFlattening(into steps: ExecutionSteps, position: Int64, reference: Price?, now: Timestamp) {
    if position == 0, orders.aliveCount == 0 {
      isFlattening = false
      bracket = nil
      return
    }
    guard orders.aliveCount == 0 else {
      // First everything that works is withdrawn, so that the closing order cannot meet a leg that fills late.
      for index in 0..<orders.aliveCount {
        let order = orders.aliveOrder(index)
        if isPendingCancel(order) || order.order.intent.purpose == .flatten { continue }
        steps.append(.cancel(order.order.id))
      }
      return
    }
    guard now >= nextExitAttempt, let reference else { return }
    guard flattenAttempts < configuration.flattenAttempts else {
      steps.append(.giveUp)
      return
    }
    flattenAttempts += 1
    let side: Side = position > 0 ? .sell : .buy
    let limit = side == .buy ? reference + configuration.exitReach : reference - configuration.exitReach
    steps.append(
      .submit(
        OrderIntent(
          instrument: instrument.id, side: side, type: .limit, quantity: Quantity(abs(position)), limit: limit,
          stop: nil, purpose: .flatten)))
  }
}
