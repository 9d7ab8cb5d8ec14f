// The engine: every input is an event, every output a fact or a command; nothing else knows every stage.
package import Accounting
package import Ensemble
package import Execution
package import Features
import MarketData
package import Risk
package import TradingDomain

/// What an engine is made of.
package struct EngineConfiguration {
  package var instrument: Instrument
  /// Duration of the bars that features and decisions are made on.
  package var barDuration: Nanoseconds
  package var schema: FeatureSchema
  package var strategy: StrategyConfiguration
  package var execution: ExecutionConfiguration
  package var limits: RiskLimits
  package var fees: ContractFees
  /// Fencing epoch of this run; part of every order's identity.
  package var epoch: UInt32
  /// 64-bit prefixes of the model's and the configuration's hashes, for the journal's first record.
  package var modelHash: UInt64
  package var configurationHash: UInt64

  package init(
    instrument: Instrument, barDuration: Nanoseconds, schema: FeatureSchema, strategy: StrategyConfiguration,
    execution: ExecutionConfiguration = ExecutionConfiguration(), limits: RiskLimits, fees: ContractFees,
    epoch: UInt32, modelHash: UInt64, configurationHash: UInt64
  ) {
    self.instrument = instrument
    self.barDuration = barDuration
    self.schema = schema
    self.strategy = strategy
    self.execution = execution
    self.limits = limits
    self.fees = fees
    self.epoch = epoch
    self.modelHash = modelHash
    self.configurationHash = configurationHash
  }
}

/// Decides on one instrument. Single-threaded; allocates in `init` only.
package final class TradingEngine {
  package let configuration: EngineConfiguration
  package let output = EngineOutput()
  package let risk: RiskEngine
  package let execution: SmartExecutionEngine
  package let portfolio: Portfolio
  /// The state after the newest event.
  package private(set) var audit = AuditRecord()
  /// Fills of the newest event; valid until the next call.
  package var recentFills: UnsafeBufferPointer<Fill> { UnsafeBufferPointer(start: fillStorage, count: fillCount) }
  /// Who trades and who watches.
  package internal(set) var roster: Roster {
    didSet { alone = roster.hasOthers ? nil : roster.champion }
  }
  /// The champion where nobody else is on the stream: the short way of most events.
  private(set) var alone: ModelSeat?
  /// Bars consumed by the champion's features.
  package var barCount: Int { roster.champion?.barCount ?? 0 }
  /// Whether nothing is held and no order is alive.
  package var isAtRest: Bool { position == 0 && execution.orders.aliveCount == 0 }
  /// Reports that did not fit our orders: 0 in a sound run.
  package var executionFlaws: Int { execution.busts + execution.foreignReports }
  /// Whether the champion's features have seen enough bars to decide.
  package var isWarm: Bool { roster.champion?.isWarm ?? false }

  private let instrument: InstrumentID
  private let steps = ExecutionSteps()
  /// One event is one report, hence at most one fill.
  private let fillStorage = UnsafeMutablePointer<Fill>.allocate(capacity: 1)
  private var fillCount = 0
  private var aggregator: BarAggregator
  private var regime = RegimeDetector()
  private var boundaries = RangeBoundaries()
  private var proximity = RangeBoundaries.Proximity.neutral
  /// The old system's average, which its stops are measured in.
  private var averageTrueRange = ExponentialTrueRange(period: 14)
  private var touch = TouchPrices()
  var recent = RecentBars()
  /// Entries of this session, whoever made them.
  var entries = 0
  /// Who opened what is held or working.
  var owner: ModelSeat?
  /// What those who do not decide have still to be told of the newest event; see ``follow()``.
  var untold: Untold?
  let ticks: (() -> UInt64)?
  private(set) var now = Timestamp.distantPast
  private var sessionOffset = BrasiliaTime.standardOffset
  private var isOpen = false

  /// Makes an engine with a single model; the forecaster must have been trained on the configured schema, and begins
  /// its stream anew.
  ///
  /// `killSwitch` may be pulled from any thread.
  package convenience init(
    configuration: EngineConfiguration, forecaster: any Forecaster, killSwitch: KillSwitch = KillSwitch()
  ) throws(EngineError) {
    let seat = try ModelSeat(
      model: configuration.modelHash, schema: configuration.schema, strategy: configuration.strategy,
      instrument: configuration.instrument, forecaster: forecaster)
    try self.init(configuration: configuration, roster: Roster(champion: seat), killSwitch: killSwitch)
  }

  /// Makes an engine with several models.
  ///
  /// `ticks` reads the processor's clock, for the allowances of models that watch; without it they have none. It has
  /// no influence on decisions.
  package init(
    configuration: EngineConfiguration, roster: Roster, killSwitch: KillSwitch = KillSwitch(),
    ticks: (() -> UInt64)? = nil
  ) throws(EngineError) {
    self.configuration = configuration
    self.roster = roster
    alone = roster.hasOthers ? nil : roster.champion
    self.ticks = ticks
    instrument = configuration.instrument.id
    do {
      risk = try RiskEngine(
        limits: configuration.limits, instrument: configuration.instrument, killSwitch: killSwitch)
    } catch {
      throw .limits(error)
    }
    execution = SmartExecutionEngine(
      instrument: configuration.instrument, epoch: configuration.epoch, strategy: 1,
      configuration: configuration.execution)
    portfolio = Portfolio(instruments: [(configuration.instrument, configuration.fees)], method: .firstInFirstOut)
    aggregator = BarAggregator(.time(configuration.barDuration))
  }

  deinit {
    fillStorage.deallocate()
    recent.deallocate()
  }

  /// Feeds bars of the past to all models, without deciding on them.
  package func warmUp(_ bar: Bar) {
    guard let learned = note(bar) else { return }
    for seat in roster.seats { _ = seat.learn(learned) }
  }

  /// Opens a session: counters and limits of the day start anew, features and latched states go on.
  ///
  /// `rearmsDailyLatches` lets a state that a limit of the day caused end with the day, as in a backtest where no human
  /// resumes each morning.
  package func beginSession(_ session: TradingSession, contract: ContractStanding, rearmsDailyLatches: Bool) {
    output.removeAll()
    now = session.open
    // A session that is stopped before its first event has a time, too.
    audit.time = now
    sessionOffset = BrasiliaTime.offset(on: session.date)
    entries = 0
    for seat in roster.seats { seat.beginSession() }
    execution.beginSession()
    touch = TouchPrices()
    risk.beginSession(
      session, contract: contract, openingProfit: portfolio.profit, rearmsDailyLatches: rearmsDailyLatches, now: now)
    if !isOpen {
      isOpen = true
      output.record(
        .opened(
          schema: configuration.schema.hash, model: configuration.modelHash,
          configuration: configuration.configurationHash, epoch: configuration.epoch), at: now)
    }
  }

  /// Processes one event; the answer is in ``output`` until the next call.
  package func process(_ event: VenueEvent) {
    if hasFollowers { follow() }
    now = event.localTime
    fillCount = 0
    audit.time = now
    audit.events &+= 1
    if let action = risk.observe(event) { carryOut(action) }
    switch event.update {
    case .market(let market):
      if market.instrument == instrument { handle(market) }
    case .order(let report): handle(report)
    case .connection(let state): output.record(.connection(state), at: now)
    case .command: break
    case .clock:
      if let bar = aggregator.advance(to: now) { decide(on: bar) }
    case .endOfSession:
      if let bar = aggregator.finish(), let learned = note(bar) { tell(learned, first: roster.champion) }
    }
    watchRisk()
    carryOutSteps()
    if case .endOfSession = event.update { recordClose() }
    refreshAudit()
  }

  /// Tells what the link did with an order.
  package func noteSend(_ id: ClientOrderID, _ outcome: SendOutcome, at time: Timestamp) {
    execution.noteSend(id, outcome, at: time)
  }

  /// A record could not be kept: no more risk is taken.
  package func noteJournalFailure() { carryOut(risk.halt(for: .journalFailed, now: now)) }

  /// Makes the forecast that a bar completing now would ask for, and drops it: nothing changes but what is near in the
  /// processor's caches.
  package func rehearse() {
    guard let newest = recent.newest else { return }
    roster.champion?.rehearse(newest)
    roster.canary?.rehearse(newest)
  }

  // MARK: Events

  private func handle(_ market: MarketEvent) {
    audit.marketEvents &+= 1
    touch.update(market.update)
    if let mark = touch.mark { portfolio.mark(instrument, at: mark) }
    switch market.update {
    case .bar(let bar):
      if bar.duration == configuration.barDuration { decide(on: bar) }
    case .trade(let trade):
      if let bar = aggregator.add(trade, at: market.exchangeTime) { decide(on: bar) }
    case .quote(let quote):
      completeBar(at: market.exchangeTime)
      aggregator.update(quote)
    case .gap:
      if let bar = aggregator.noteGap(at: market.exchangeTime) { decide(on: bar) }
    case .depth, .phase, .limits: completeBar(at: market.exchangeTime)
    }
    if let alone {
      alone.observe(market.update, at: market.exchangeTime)
    } else {
      tell(market)
    }
  }

  /// Tells who decided, or else the champion, of an event now, and the others when it is over.
  private func tell(_ market: MarketEvent) {
    let first = untold?.told ?? roster.champion
    first?.observe(market.update, at: market.exchangeTime)
    if untold == nil { untold = Untold(told: first) }
    untold?.market = market
  }

  /// A bar is complete with the first event at or after its end; that event belongs to the next one.
  private func completeBar(at time: Timestamp) {
    if let bar = aggregator.advance(to: time) { decide(on: bar) }
  }

  private func handle(_ report: OrderReport) {
    output.record(.report(report), at: now)
    guard let fill = execution.merge(report, now: now) else { return }
    output.record(.fill(fill), at: now)
    audit.fills &+= 1
    fillStorage.initialize(to: fill)
    fillCount = 1
    // A fill that the books refuse is a position that they do not know.
    if portfolio.apply(fill) == nil { carryOut(risk.halt(for: .fillUnknownToBooks, now: now)) }
  }

  // MARK: Decisions

  /// Updates what all models share; nil for a bar that nobody may learn from.
  private func note(_ bar: Bar) -> LearnedBar? {
    // A price of zero or less is bad data, not a market: nothing may learn from it.
    guard bar.low.ticks > 0 else { return nil }
    regime.update(bar)
    proximity = boundaries.update(bar)
    averageTrueRange.update(high: bar.high.ticks, low: bar.low.ticks, close: bar.close.ticks)
    let learned = LearnedBar(bar: bar, regimes: regime.probabilities, range: averageTrueRange.value ?? .nan)
    recent.append(learned)
    return learned
  }

  /// Tells `first` of a bar now, and the others when the event is over; true when `first` may be asked.
  @discardableResult private func tell(_ learned: LearnedBar, first: ModelSeat?) -> Bool {
    if alone == nil { untold = Untold(told: first, bar: learned) }
    return first?.learn(learned) ?? false
  }

  private func context(_ learned: LearnedBar, _ forecast: Forecast) -> StrategyContext {
    StrategyContext(
      forecast: forecast, regime: regime.regime, regimeConfidence: Float(regime.confidence), proximity: proximity,
      averageTrueRange: learned.range * configuration.instrument.tickSize,
      price: configuration.instrument.points(learned.bar.close), timeOfDay: timeOfDay, position: position,
      caution: roster.caution)
  }

  private func decide(on bar: Bar) {
    guard let learned = note(bar) else { return }
    if isAtRest { owner = nil }
    let decider = owner ?? roster.decider(at: bar.start)
    guard tell(learned, first: decider), let decider else { return }
    let forecast = decider.forecast(learned)
    let strategy = decider.strategy.configuration
    let decision = decider.strategy.decide(context(learned, forecast))
    let quantity = roster.quantity(of: decider, lot: configuration.instrument.lot)
    audit.decisions &+= 1
    let kept = strategy.style.followsForecast && !decision.leaves ? Int32(clamping: position) : 0
    let wanted = decision.side.map { Int32($0.sign) * Int32(clamping: quantity.contracts) } ?? kept
    output.record(
      .decision(
        DecisionRecord(
          instrument: instrument, regime: regime.regime, probabilityUp: forecast.probabilityUp,
          probabilityDown: forecast.probabilityDown, expectedMove: forecast.magnitude, wanted: wanted,
          price: bar.close, expectedTicks: forecast.expectedTicks, spreadTicks: forecast.spreadTicks,
          abstention: (forecast.abstention ?? decision.abstention)?.rawValue ?? 0,
          isCanary: decider === roster.canary)), at: now)
    if let votes = decider.votes { output.record(.votes(votes), at: now) }
    if decision.leaves { execution.flatten() }
    guard quantity.contracts > 0, let side = decision.side, let reference = touch.reference(for: side) else { return }
    // Only while nothing is open: what was begun is ended in the ways in which it was begun.
    if isAtRest { execution.configuration = decider.execution ?? configuration.execution }
    guard
      let intent = execution.entry(side: side, quantity: quantity, reference: reference, position: position)
    else { return }
    if submit(intent, bracket: decision.bracket) {
      owner = decider
      entries += 1
      for seat in roster.seats { seat.noteEntry() }
    }
  }

  private var position: Int64 { portfolio.contracts(of: instrument) ?? 0 }

  private var timeOfDay: Nanoseconds {
    let day: Int64 = 86_400_000_000_000
    let local = (now.nanoseconds + sessionOffset.count) % day
    return Nanoseconds(local >= 0 ? local : local + day)
  }

  // MARK: Orders

  /// Puts one intent through the gate and, if it passes, into journal and output; true when it passed.
  @discardableResult private func submit(_ intent: OrderIntent, bracket: Bracket? = nil) -> Bool {
    guard let order = execution.order(for: intent, now: now) else {
      execution.noteRefusal(of: intent, now: now)
      return false
    }
    switch risk.review(order, exposure: execution.exposure(position: position), now: now) {
    case .approved(let approved), .clamped(let approved, _):
      output.record(.intent(approved.request), at: now)
      output.send(execution.accept(approved, bracket: bracket))
      audit.orders &+= 1
      return true
    case .refused(let refusal):
      output.record(.refusal(RefusalRecord(id: order.id, intent: intent, reason: refusal.reasonCode)), at: now)
      audit.refusals &+= 1
      execution.noteRefusal(of: intent, now: now)
      return false
    }
  }

  private func carryOutSteps() {
    let position = position
    let average = portfolio.averageTicks(of: instrument)?.rounded(.toNearestOrAwayFromZero) ?? 0
    execution.propose(
      into: steps, position: position, entryPrice: Price(ticks: Int64(average)),
      reference: touch.reference(for: position > 0 ? .sell : .buy), now: now)
    for index in 0..<steps.count {
      switch steps[index] {
      case .submit(let intent): submit(intent)
      case .cancel(let id): cancel(id)
      case .change(let id, let quantity): change(id, to: quantity)
      case .giveUp:
        if risk.state < .halted { carryOut(risk.halt(for: .flattenAttemptsUsedUp, now: now)) }
      }
    }
  }

  private func cancel(_ id: ClientOrderID) {
    let approved = risk.reviewCancel(CancelOrder(id: id, instrument: instrument, decisionTime: now))
    output.record(.cancelIntent(approved.request), at: now)
    output.send(approved.command)
    execution.orders.noteCancelRequest(id, at: now)
  }

  private func change(_ id: ClientOrderID, to quantity: Quantity) {
    guard let order = execution.orders.order(id) else { return }
    let change = ChangeOrder(
      id: id, instrument: instrument, quantity: quantity, limit: order.order.intent.limit,
      stop: order.order.intent.stop, decisionTime: now)
    let verdict = risk.review(
      change, of: order.order.intent, traded: order.tradedQuantity,
      exposure: execution.exposure(position: position, excluding: id), now: now)
    guard let approved = verdict.approval else {
      // What cannot be changed is withdrawn; the next event proposes it anew in the right size.
      cancel(id)
      return
    }
    output.record(.changeIntent(approved.request), at: now)
    output.send(approved.command)
    execution.orders.noteChangeRequest(id, quantity: approved.request.quantity, at: now)
  }

  // MARK: Risk and books

  private func carryOut(_ action: RiskAction) {
    if action.cancelsEntries { execution.withdrawEntries() }
    if action.flatten != nil { execution.flatten() }
  }

  private func watchRisk() {
    let exposure = execution.exposure(position: position)
    let profit = portfolio.profit
    // Several controls may act on one event; each asks once, so this ends.
    while let action = risk.update(profit: profit, exposure: exposure, now: now) { carryOut(action) }
    if output.overflowed, risk.state < .halted { carryOut(risk.halt(for: .journalFailed, now: now)) }
    if let change = risk.takeStateChange() {
      output.record(.state(change.to, reason: change.cause.reasonCode), at: now)
    }
  }

  private func recordClose() {
    let profit = portfolio.profit
    output.record(
      .closed(
        realised: profit.realised, fees: profit.fees, fills: portfolio.fillCount, openContracts: position), at: now)
  }

  private func refreshAudit() {
    let profit = portfolio.profit
    audit.price = touch.mark
    audit.position = position
    audit.net = profit.net
    audit.fees = profit.fees
    audit.state = risk.state
    audit.regime = regime.regime
  }
}
