// The pipeline inside the backtester: its policy is tried on the past before it is trusted with the present.

import Accounting
package import Backtest
package import Engine
import Execution
import Features
import Risk
package import Simulation
import Storage
package import TradingDomain

/// Runs engine and pipeline over a market, session by session, with retraining that takes its time.
///
/// The engine is the one that trades, with the same roster, canary and shadows; the pipeline is the one that runs
/// beside it; a challenger learns from sessions that were over when it was ordered, and joins ``delay`` sessions later.
package struct LifecycleBacktest: Sendable {
  package let market: WalkForwardMarket
  /// Limits, fees, execution; schema and strategy come with each model.
  package let engine: EngineConfiguration
  package let assumptions: SimulationAssumptions
  package let policy: PipelinePolicy
  /// Sessions between the order of a challenger and the session that it first watches, at least 1.
  package let delay: Int

  package init(
    market: WalkForwardMarket, engine: EngineConfiguration, assumptions: SimulationAssumptions,
    policy: PipelinePolicy, delay: Int = 1
  ) throws {
    precondition(delay >= 1, "a challenger cannot watch the session that it learned from")
    self.market = market
    self.engine = engine
    self.assumptions = assumptions
    self.policy = policy
    self.delay = delay
  }

  private func fills(_ execution: ExecutionConfiguration) throws -> BarFillModel {
    try BarFillModel(
      instrument: market.instrument, fees: engine.fees, assumptions: assumptions, execution: execution)
  }

  /// What the pipeline made of the market.
  package struct Result: Sendable {
    /// Net profit of each session in reais, fees paid.
    package var profits: [Double] = []
    /// Whether anybody had orders in the session, and who was champion.
    package var champions: [String?] = []
    package var hadTraders: [Bool] = []
    /// The whole story, with the session at whose end each line was written.
    package var story: [(session: Int, note: PipelineNote)] = []
    package var state = PipelineState()
    package var builds = 0

    package var promotions: Int {
      story.count { $0.note.kind == .staged && ($0.note.state == .canary || $0.note.state == .live) }
    }
  }

  /// A model that is in the pipeline's hands.
  private struct Member {
    var model: FittedModel
    var seat: ModelSeat
  }

  /// Runs all sessions.
  ///
  /// - Parameter initial: A model that trades from the first session on, as champion without a record of evidence, and
  ///   the standard deviation of its sessions' results in reais.
  package func run(
    _ builder: some ChallengerBuilder, initial: (model: FittedModel, deviation: Double)? = nil,
    progress: (Int) -> Void = { _ in }
  ) throws -> Result {
    var run = try Run(self)
    if let initial { try run.begin(with: initial.model, deviation: initial.deviation) }
    for session in market.sessions.indices {
      try run.trade(session, builder)
      progress(session + 1)
    }
    run.result.state = run.pipeline.state
    return run.result
  }

  /// The run's moving parts.
  private struct Run {
    let plan: LifecycleBacktest
    let engine: TradingEngine
    let columns: StrategyColumns
    let tape: [TapeSession]
    var pipeline: ContinuousOptimizationPipeline
    var members: [String: Member] = [:]
    var result = Result()
    var built: (challenger: BuiltChallenger, job: Int, readyAt: Int)?
    var corrected: (model: Recalibration, job: Int, readyAt: Int)?
    var failure: (reason: String, job: Int, readyAt: Int)?
    var net = Money.zero
    var trials = 0.0

    init(_ plan: LifecycleBacktest) throws {
      self.plan = plan
      engine = try TradingEngine(configuration: plan.engine, roster: Roster(champion: nil))
      columns = StrategyColumns(bars: plan.market.bars, instrument: plan.market.instrument)
      tape = plan.market.tapeSessions(expirySessions: plan.engine.limits.expirySessions)
      pipeline = ContinuousOptimizationPipeline(policy: plan.policy)
      let opening = plan.market.sessions[0].session.open
      for bar in plan.market.bars where bar.end <= opening { engine.warmUp(bar) }
    }

    mutating func begin(with model: FittedModel, deviation: Double) throws {
      let id = PromotionEvidence.identity(model.hash)
      members[id] = Member(model: model, seat: try seat(model, before: plan.market.sessions[0].session.open))
      note(pipeline.handle(.adopted(id, deviation: deviation)), 0)
    }

    mutating func trade(_ number: Int, _ builder: some ChallengerBuilder) throws {
      let session = plan.market.sessions[number]
      try takeBuilds(number, session.session.open)
      adopt()
      let memory = KeptFacts()
      let venue = try SimulatedVenue(configuration: session.simulation, feed: session.openMarket())
      engine.beginSession(session.session, contract: session.contract, rearmsDailyLatches: true)
      let runner = EngineRunner(
        engine: engine, source: venue, gateway: venue, journal: memory, ticks: { 0 })
      runner.flush(at: session.session.open)
      runner.run(idle: { true })
      let earned = engine.audit.net - net
      net = engine.audit.net
      result.profits.append(earned.brl)
      result.champions.append(pipeline.state.champion?.id)
      result.hadTraders.append(pipeline.state.champion != nil || pipeline.state.canary != nil)
      let facts = try facts(number, session, memory.entries, horizon: builder.horizonBars)
      note(pipeline.handle(.session(facts)), number)
      try build(number, builder)
    }

    private mutating func note(_ notes: [PipelineNote], _ session: Int) {
      result.story += notes.map { (session, $0) }
    }

    // MARK: Building

    private mutating func build(_ number: Int, _ builder: some ChallengerBuilder) throws {
      guard let job = pipeline.state.job, built == nil, corrected == nil, failure == nil else { return }
      let first = max(0, number + 1 - job.sessions)
      let end = plan.market.sessions[number].session.close
      let past = PastBars(
        instrument: plan.market.instrument, bars: plan.market.bars, sessions: Array(tape[first...number]),
        from: plan.market.sessions[first].session.open, before: end, warmUpBars: builder.warmUpBars)
      result.builds += 1
      do {
        if let parent = job.corrects, let model = members[parent]?.model {
          corrected = (try Recalibration(of: model, parent: parent, past: past), job.number, number + plan.delay)
          return
        }
        let challenger = try builder.build(past, trialsBefore: trials)
        trials = challenger.evidence.effectiveTrials
        built = (challenger, job.number, number + plan.delay)
      } catch {
        failure = ("\(error)", job.number, number + plan.delay)
      }
    }

    private mutating func takeBuilds(_ number: Int, _ opening: Timestamp) throws {
      if let failed = failure, failed.readyAt <= number {
        failure = nil
        note(pipeline.handle(.failed(job: failed.job, reason: failed.reason)), number)
      }
      if let ready = corrected, ready.readyAt <= number {
        corrected = nil
        note(pipeline.handle(.corrected(job: ready.job, evidence: ready.model.evidence)), number)
        try join(ready.model.evidence.model, ready.model.model, opening)
      }
      guard let ready = built, ready.readyAt <= number else { return }
      built = nil
      let evidence = ready.challenger.evidence
      note(pipeline.handle(.built(job: ready.job, evidence: evidence)), number)
      try join(evidence.model, ready.challenger.model, opening)
    }

    /// Seats a model that the pipeline has taken in.
    private mutating func join(_ id: String, _ model: FittedModel, _ opening: Timestamp) throws {
      guard pipeline.state.models.contains(where: { $0.id == id }), members[id] == nil else { return }
      members[id] = Member(model: model, seat: try seat(model, before: opening))
    }

    private func seat(_ model: FittedModel, before opening: Timestamp) throws -> ModelSeat {
      let seat = try ModelSeat(
        model: model.hash, schema: model.schema, strategy: model.strategy, execution: model.execution,
        instrument: plan.market.instrument, forecaster: model.forecaster())
      let bars = plan.market.bars
      let end = bars.firstIndex { $0.end > opening } ?? bars.count
      seat.warmUp(bars[..<end].suffix(MarketPlan.warmUpBars(for: model.schema)))
      return seat
    }

    /// Carries out the pipeline's deployment; models that it no longer knows are let go.
    private mutating func adopt() {
      let wanted = pipeline.state.deployment
      guard wanted.number != Int(engine.roster.number) else { return }
      let known = Set(pipeline.state.models.map(\.id))
      members = members.filter { known.contains($0.key) }
      let roster = Roster(
        number: UInt32(wanted.number), champion: wanted.champion.flatMap { members[$0]?.seat },
        canary: wanted.canary.flatMap { members[$0]?.seat },
        terms: CanaryTerms(share: wanted.share, lots: plan.policy.canary.lots), size: wanted.size,
        caution: wanted.caution, shadows: wanted.shadows.compactMap { members[$0]?.seat })
      while engine.catchUp(roster) == .catchingUp {}
      // Its record is cleared by the session's beginning; the ledger is told of the roster below.
      _ = engine.adopt(roster)
    }

    // MARK: Facts

    private func facts(
      _ number: Int, _ session: BacktestSession, _ entries: [JournalEntry], horizon: Int
    ) throws -> SessionFacts {
      var ledger = SessionLedger(
        instrument: plan.market.instrument, fees: plan.engine.fees, champion: engine.roster.champion?.model ?? 0)
      ledger.observe(JournalEntry(time: session.session.open, fact: .roster(engine.roster.record)))
      for entry in entries { ledger.observe(entry) }
      let bars = plan.market.bars
      let first = bars.firstIndex { $0.start >= session.session.open } ?? bars.count
      let last = bars[first...].firstIndex { $0.start >= session.session.close } ?? bars.count
      var results: [String: SessionResult] = [:]
      for (id, member) in members {
        let account = ledger.accounts[member.model.hash] ?? SessionLedger.Account()
        let execution = member.model.execution ?? plan.engine.execution
        let replay = try SessionReplay(
          session: tape[number], bars: Array(bars[first..<last]), columns: columns.slice(first..<last),
          instrument: plan.market.instrument, fills: plan.fills(execution), limits: plan.engine.limits,
          execution: execution, contracts: member.model.strategy.quantity.contracts)
        results[id] = SessionResult(
          asIfAlone: try replay.trade(account, strategy: member.model.strategy).profit,
          ofOrders: account.ofOrders.brl, trades: account.trades, invalidForecasts: account.invalidForecasts,
          isBenched: account.isBenched, brierExcess: replay.brierExcess(account, horizon: horizon))
      }
      return SessionFacts(
        date: "\(session.session.date)", results: results, slippageTicks: ledger.meanSlippage,
        moves: OutcomeWatch.shares(closes: bars[first..<last].map(\.close.ticks)))
    }
  }
}

/// Keeps a session's facts in memory.
private final class KeptFacts: OrderJournal {
  var entries: [JournalEntry] = []
  func append(_ entry: JournalEntry) -> Bool {
    entries.append(entry)
    return true
  }
}
