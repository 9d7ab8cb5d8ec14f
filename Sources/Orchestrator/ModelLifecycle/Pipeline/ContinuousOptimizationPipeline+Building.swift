// When a challenger is built, and what becomes of it.

import Storage
import Validation

extension ContinuousOptimizationPipeline {
  mutating func want(_ reason: String, changedBefore sessions: Int? = nil, _ date: String? = nil) {
    if let sessions, let date {
      state.changedOn = date
      state.changeAge = sessions
    }
    if state.wanted == nil { state.wanted = reason }
  }

  mutating func decideToBuild() {
    if state.changedOn != nil { state.changeAge += 1 }
    if orderCorrection() { return }
    if state.wanted == nil {
      let age = state.champion?.age ?? 0
      if policy.expirySessions > 0, age >= policy.expirySessions, age % policy.expirySessions == 0 {
        state.wanted = "the champion is \(age) sessions old"
      } else if policy.scheduleSessions > 0, state.sessions - state.newestBuild >= policy.scheduleSessions {
        state.wanted = "schedule"
      }
    }
    guard let reason = state.wanted, state.job == nil, state.sessions - state.newestBuild >= policy.cooldownSessions,
      state.buildsOfSession < policy.buildsPerSession, learnable >= policy.leastLearningSessions
    else { return }
    order(reason)
  }

  /// New corrections for the champion come before a challenger: they are quick, and keep what it has learned.
  private mutating func orderCorrection() -> Bool {
    guard let id = state.uncorrected, let champion = state.champion, champion.id == id, state.job == nil,
      state.buildsOfSession < policy.buildsPerSession, champion.age >= 2 * RecalibrationEvidence.leastSessions
    else { return false }
    state.uncorrected = nil
    state.jobs += 1
    state.job = BuildJob(
      number: state.jobs, reason: "calibration drift", orderedOn: state.session, sessions: champion.age, corrects: id)
    state.buildsOfSession += 1
    note(.ordered, id, nil, "job \(state.jobs): new corrections for \(id.prefix(12)) from \(champion.age) sessions")
    return true
  }

  /// The champion's heir: the same members with corrections that proved better takes its place.
  mutating func take(_ job: Int, _ evidence: RecalibrationEvidence) {
    guard let current = state.job, current.number == job, current.corrects == evidence.parent else { return }
    let decision = evidence.decision
    guard decision.passes else { return fail(job, decision.reason) }
    state.job = nil
    guard let parent = state.champion, parent.id == evidence.parent,
      !state.models.contains(where: { $0.id == evidence.model })
    else {
      note(.refused, evidence.model, .retired, "the model that it corrects no longer trades")
      return
    }
    makeRoom(1)
    var heir = PipelineModel(
      id: evidence.model, stage: .shadow, bornOn: state.session, since: state.session, deviation: parent.deviation,
      earns: parent.earns)
    heir.isGated = parent.isGated
    state.models.append(heir)
    note(.born, heir.id, .shadow, "\(parent.id.prefix(12)) with new corrections: \(decision.checks[2].finding)")
    makeChampion(heir.id, "takes the place of what it corrects")
  }

  /// Sessions that a build would learn from.
  var learnable: Int {
    let most = min(state.history + state.sessions, policy.mostLearningSessions)
    return state.changedOn == nil ? most : min(most, state.changeAge)
  }

  mutating func order(_ reason: String) {
    state.jobs += 1
    state.job = BuildJob(
      number: state.jobs, reason: reason, orderedOn: state.session, sessions: max(1, learnable))
    state.newestBuild = state.sessions
    state.buildsOfSession += 1
    state.wanted = nil
    let sessions = learnable
    note(.ordered, nil, nil, "job \(state.jobs): \(reason); learns from \(sessions) sessions")
  }

  mutating func take(_ job: Int, _ evidence: PromotionEvidence) {
    guard state.job?.number == job else { return }
    state.job = nil
    let decision = policy.gate.decide(evidence)
    guard decision.passes else {
      note(.refused, evidence.model, .retired, decision.reason)
      // The reason for which it was wanted has not gone away.
      if state.champion == nil { state.wanted = state.wanted ?? "the last challenger was refused" }
      return
    }
    guard !state.models.contains(where: { $0.id == evidence.model }) else {
      note(.refused, evidence.model, nil, "the same model is already there")
      return
    }
    makeRoom(1)
    let deviation = max(evidence.sessionDeviation, 1)
    state.models.append(
      PipelineModel(
        id: evidence.model, stage: .shadow, bornOn: state.session, since: state.session, deviation: deviation,
        earns: ProfitEvidence(scale: 2 * deviation)))
    note(.born, evidence.model, .shadow, "passed the gate of \(decision.checks.count) checks")
  }

  mutating func fail(_ job: Int, _ reason: String) {
    guard state.job?.number == job else { return }
    let corrected = state.job?.corrects
    state.job = nil
    note(.failed, nil, nil, "job \(job): \(reason)")
    if corrected != nil { want("calibration drift, and new corrections do not help") }
    if state.champion == nil { state.wanted = state.wanted ?? "the last build failed" }
  }

  /// A job whose process died is begun once more, and then given up.
  mutating func revive(_ job: Int) {
    guard var current = state.job, current.number == job else { return }
    guard current.attempts < 2 else {
      fail(job, "its process died twice")
      return
    }
    current.attempts += 1
    state.job = current
    note(.ordered, nil, nil, "job \(job): begun again, its process died")
  }
}
