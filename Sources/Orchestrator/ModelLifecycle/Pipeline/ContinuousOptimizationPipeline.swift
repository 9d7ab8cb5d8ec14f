// The loop that renews models: a pure function from state and event to state and story.

import Engine
package import Storage
import Validation

/// Watch, decide, build, gate, shadow, canary, live, watch again.
///
/// It touches nothing: whoever drives it stores the state and the notes in one transaction, and then does what the
/// state asks for (a job, a deployment). Hence it runs in a backtest as it runs beside a trader, and a process that
/// dies between two steps has either made a step or not.
package struct ContinuousOptimizationPipeline: Hashable, Sendable {
  package let policy: PipelinePolicy
  package internal(set) var state: PipelineState
  private var notes: [PipelineNote] = []

  package init(policy: PipelinePolicy, state: PipelineState = PipelineState()) {
    self.policy = policy
    self.state = state
  }

  /// Takes one event in; the notes say everything that changed.
  package mutating func handle(_ event: PipelineEvent) -> [PipelineNote] {
    notes = []
    let before = state.deployment
    switch event {
    case .session(let facts): take(facts)
    case .history(let sessions): state.history = max(state.history, sessions)
    case .adopted(let id, let deviation): adopt(id, deviation)
    case .built(let job, let evidence): take(job, evidence)
    case .corrected(let job, let evidence): take(job, evidence)
    case .failed(let job, let reason): fail(job, reason)
    case .died(let job): revive(job)
    case .order(let order, let reason): obey(order, reason)
    }
    state.share = state.canary == nil ? 0 : state.champion == nil ? policy.shareAlone : policy.canary.share
    if state.deployment != before { state.deploymentNumber += 1 }
    return notes
  }

  /// Takes over a model that trades.
  private mutating func adopt(_ id: String, _ deviation: Double) {
    guard state.champion == nil, !state.models.contains(where: { $0.id == id }) else {
      return refuse("a model is adopted only while nobody trades")
    }
    state.models.append(
      PipelineModel(
        id: id, stage: .shadow, bornOn: state.session, since: state.session, deviation: deviation,
        earns: ProfitEvidence(scale: 2 * deviation)))
    makeChampion(id, "traded when the pipeline began")
  }

  // MARK: Sessions

  private mutating func take(_ facts: SessionFacts) {
    // Told twice after a restart: once is enough.
    guard facts.date > state.session else { return }
    state.session = facts.date
    state.sessions += 1
    state.buildsOfSession = 0
    let champion = state.champion.flatMap { facts.results[$0.id]?.asIfAlone }
    for place in state.models.indices {
      guard let result = facts.results[state.models[place].id] else { continue }
      state.models[place].age += 1
      state.models[place].sessionsInStage += 1
      state.models[place].earned += result.ofOrders
      state.models[place].earns.observe(result.asIfAlone)
      if state.models[place].returns?.observe(-result.asIfAlone) == true { state.models[place].hasReturned = true }
      if let champion, state.models[place].stage != .live {
        state.models[place].surpasses =
          state.models[place].surpasses ?? ProfitEvidence(scale: state.models[place].earns.scale)
        state.models[place].surpasses?.observe(result.asIfAlone - champion)
      }
    }
    guard !state.isFrozen else { return }
    stopTheFaulty(facts)
    watchTraders(facts)
    judge(facts.verdicts + ownVerdicts(facts))
    promote()
    retireTheIdle()
    decideToBuild()
  }

  private mutating func stopTheFaulty(_ facts: SessionFacts) {
    for model in state.models {
      guard let result = facts.results[model.id] else { continue }
      if result.isBenched { retire(model.id, "too slow for its allowance") }
      if result.invalidForecasts > 0 { retire(model.id, "\(result.invalidForecasts) forecasts were none (NaN)") }
    }
    if state.champion == nil { forgetComparisons() }
  }

  /// Those with orders of their own must keep what they promised.
  private mutating func watchTraders(_ facts: SessionFacts) {
    for place in state.models.indices {
      let model = state.models[place]
      guard let result = facts.results[model.id], var watch = model.watch else { continue }
      // A champion is judged by its orders. A canary makes too few of them: by all it would have done, and its orders
      // by what they may lose.
      let alarm = watch.observe(model.stage == .live ? result.ofOrders : result.asIfAlone)
      state.models[place].watch = watch
      renewPromise(place)
      let most = policy.canaryLossDeviations * model.deviation
      if alarm {
        let sessions = watch.sessionsSinceChange
        note(.drift, model.id, nil, "performance: no longer earns what it promised, since about \(sessions) sessions")
        if model.stage == .live { want("the champion lost its edge", changedBefore: sessions, facts.date) }
        backToShadow(model.id, "no longer earns what it promised")
      } else if model.stage == .canary, state.models[place].earned < -most {
        backToShadow(model.id, "lost \(words(-state.models[place].earned)) BRL of at most \(words(most))")
      }
    }
  }

  /// A model that traded before there was evidence promises what it showed in its first sessions here.
  private mutating func renewPromise(_ place: Int) {
    let model = state.models[place]
    guard model.stage == .live, model.sessionsInStage == Self.trialSessions, model.earns.count == Self.trialSessions
    else { return }
    state.models[place].watch = PerformanceWatch(
      scale: model.earns.scale, promise: policy.promisePart * max(0, model.earns.mean),
      runLength: policy.championRunLength)
  }

  private static let trialSessions = 10

  private mutating func judge(_ verdicts: [DriftVerdict]) {
    state.calm = verdicts.isEmpty ? state.calm + 1 : 0
    for verdict in verdicts {
      note(.drift, nil, nil, "\(verdict.kind.rawValue): \(verdict.finding)")
      for action in verdict.actions {
        switch action {
        case .retrain: want("\(verdict.kind.rawValue) drift")
        case .deRisk: adjust(size: policy.deRiskFactor, caution: policy.mostCaution / 2)
        case .halt:
          if let champion = state.champion { backToShadow(champion.id, "\(verdict.kind.rawValue) drift") }
        case .recalibrate: state.uncorrected = state.champion?.id
        // Members' weights follow the stream's outcomes by themselves, session by session; the story keeps why.
        case .reweight: break
        }
      }
    }
    if state.calm >= policy.calmSessions, state.size < 1 || state.caution > 0 {
      adjust(size: 1 / policy.deRiskFactor, caution: -policy.mostCaution / 2)
      state.calm = 0
    }
  }

  /// One step of size and thresholds, inside the declared bands.
  private mutating func adjust(size factor: Double, caution step: Double) {
    let size = min(1, max(policy.leastSize, state.size * factor))
    let caution = min(policy.mostCaution, max(0, state.caution + step))
    guard size != state.size || caution != state.caution else { return }
    (state.size, state.caution) = (size, caution)
    note(
      .adjusted, nil, nil, "size \(words(100 * size)) % of the usual, thresholds raised by \(words(100 * caution)) %")
  }

  // MARK: Stages

  private mutating func promote() {
    if let canary = state.canary, canary.isGated, canary.sessionsInStage >= policy.leastCanarySessions,
      canary.earns.value >= 1 / policy.liveError, isBetter(canary, policy.liveError)
    {
      makeChampion(
        canary.id,
        "evidence \(words(canary.earns.value)) that it earns, as canary of "
          + "\(canary.sessionsInStage) sessions")
    }
    guard state.canary == nil else { return }
    let ready = state.shadows.filter {
      $0.isGated && $0.sessionsInStage >= policy.leastShadowSessions
        && ($0.earns.value >= 1 / policy.canaryError || $0.hasReturned) && isBetter($0, policy.canaryError)
    }
    guard let best = ready.max(by: { $0.earns.mean * $0.earns.scale < $1.earns.mean * $1.earns.scale }) else { return }
    stage(
      best.id, .canary,
      best.hasReturned
        ? "its market seems to have returned"
        : "evidence \(words(best.earns.value)) that it earns, on \(best.earns.count) sessions")
    // Evidence of a return is no evidence at the canary's level: that begins anew.
    if best.hasReturned { change(best.id) { $0.earns = ProfitEvidence(scale: $0.earns.scale) } }
    beginTrading(best.id)
  }

  /// Counts anew, and watches the promise from here on.
  mutating func beginTrading(_ id: String) {
    guard let model = state.models.first(where: { $0.id == id }) else { return }
    let watch = PerformanceWatch(
      scale: model.earns.scale, promise: policy.promisePart * max(0, model.earns.mean),
      runLength: policy.championRunLength)
    change(id) {
      $0.earned = 0
      $0.watch = watch
      $0.returns = nil
      $0.hasReturned = false
    }
  }

  private func isBetter(_ model: PipelineModel, _ error: Double) -> Bool {
    state.champion == nil || (model.surpasses?.value ?? 0) >= 1 / error
  }

  mutating func makeChampion(_ id: String, _ reason: String) {
    if let old = state.champion, old.id != id { backToShadow(old.id, "gave way to \(id.prefix(12))") }
    stage(id, .live, reason)
    change(id) { $0.wasLive = true }
    beginTrading(id)
    state.formerChampions.removeAll { $0 == id }
    state.changedOn = nil
    state.wanted = nil
    state.calibration = nil
    state.uncorrected = nil
    state.outcomes = nil
    forgetComparisons()
  }

  /// What was compared with another champion says nothing of the new one.
  private mutating func forgetComparisons() {
    for place in state.models.indices { state.models[place].surpasses = nil }
  }

  mutating func backToShadow(_ id: String, _ reason: String) {
    guard let model = state.models.first(where: { $0.id == id }) else { return }
    if model.stage == .live {
      state.formerChampions.append(id)
      // Whoever watched has from now on to prove itself on the market as it is now.
      for place in state.models.indices where state.models[place].stage == .shadow {
        state.models[place].earns = ProfitEvidence(scale: state.models[place].earns.scale)
        state.models[place].sessionsInStage = 0
      }
      forgetComparisons()
    }
    stage(id, .shadow, reason)
    let runLength = policy.returnRunLength
    change(id) {
      $0.watch = nil
      $0.earns = ProfitEvidence(scale: $0.earns.scale)
      if $0.wasLive { $0.returns = PerformanceWatch(scale: $0.earns.scale, promise: 0, runLength: runLength) }
    }
  }

  private mutating func retireTheIdle() {
    for model in state.shadows where !model.wasLive && model.sessionsInStage >= policy.mostShadowSessions {
      retire(model.id, "proved nothing in \(model.sessionsInStage) sessions")
    }
    makeRoom(0)
  }

  mutating func makeRoom(_ places: Int) {
    while state.shadows.count + places > policy.mostShadows {
      // Those that have been champions may be needed when their market returns; the weakest of the others goes first.
      let others = state.shadows.filter { !$0.wasLive }
      let candidates = others.isEmpty ? state.shadows : others
      guard let weakest = candidates.min(by: { $0.earns.value < $1.earns.value }) else { return }
      retire(weakest.id, "made room")
    }
  }

  mutating func retire(_ id: String, _ reason: String) {
    guard let model = state.models.first(where: { $0.id == id }) else { return }
    state.models.removeAll { $0.id == id }
    state.formerChampions.removeAll { $0 == id }
    note(.retired, id, .retired, reason)
    if model.stage == .live { want("the champion was retired") }
  }

  mutating func stage(_ id: String, _ stage: ModelState, _ reason: String) {
    let date = state.session
    change(id) {
      $0.stage = stage
      $0.since = date
      $0.sessionsInStage = 0
    }
    note(.staged, id, stage, reason)
  }

  mutating func change(_ id: String, _ body: (inout PipelineModel) -> Void) {
    guard let place = state.models.firstIndex(where: { $0.id == id }) else { return }
    var model = state.models[place]
    body(&model)
    state.models[place] = model
  }

  mutating func note(_ kind: PipelineNote.Kind, _ model: String?, _ state: ModelState?, _ text: String) {
    notes.append(PipelineNote(kind: kind, model: model, state: state, text: text))
  }

  func words(_ number: Double) -> String { "\((number * 100).rounded() / 100)" }
}
