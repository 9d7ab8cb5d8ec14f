// An ensemble whose probabilities no longer come true gets new corrections, and its place is taken only by better ones.

import Backtest
import Engine
import Ensemble
import Features
import Foundation
import ModelLifecycle
import Storage
import Testing
import TradingDomain

/// An ensemble of the echo, and later sessions of the same market.
private func scene() throws -> (model: FittedModel, later: PastBars) {
  let market = try LifecycleScene.market([Era(sessions: 22, echo: 0.6)], seed: 31)
  let tape = market.tapeSessions(expirySessions: 0)
  func past(_ range: Range<Int>) -> PastBars {
    PastBars(
      instrument: .wdo, bars: market.bars, sessions: Array(tape[range]), from: tape[range.lowerBound].session.open,
      before: tape[range.upperBound - 1].session.close, warmUpBars: 600)
  }
  var plan = MemberPlan()
  plan.forest.rounds = 30
  let fitter = try EnsembleFitter(
    name: "echo", plan: LifecycleScene.plan.fitter, members: [.base, .logistic, .trees], memberPlan: plan,
    deadZoneTicks: 1, fills: RetrainingScene.fills(), limits: LifecycleScene.limits,
    execution: LifecycleScene.plan.execution)
  return (try fitter.fit(past(0..<10)), past(10..<22))
}

/// The model as if its members had become far too sure of themselves.
private func overconfident(_ model: FittedModel) -> FittedModel {
  var spoiled = model
  let make = model.forecaster
  spoiled.forecaster = {
    let forecaster = try make()
    if let ensemble = forecaster as? MultiModalEnsemble {
      ensemble.correct(by: ensemble.settings.members.map { _ in .temperature(0.25) })
    }
    return forecaster
  }
  spoiled.column = StreamedColumn(schemaHash: model.schema.hash, spoiled.forecaster)
  return spoiled
}

@Test func newCorrectionsPassOnlyWhereTheyAreBetter() throws {
  let (model, later) = try scene()
  let mended = try Recalibration(of: overconfident(model), parent: "parent", past: later)
  #expect(mended.evidence.gains.count == 4)
  #expect(mended.evidence.decision.passes, "\(mended.evidence.decision.reason) \(mended.evidence.gains)")
  #expect(mended.evidence.gains.allSatisfy { $0 > 0.01 })
  let again = try Recalibration(of: overconfident(model), parent: "parent", past: later)
  #expect(again.evidence == mended.evidence && again.model.files == mended.model.files)
  // The corrections travel with the model's files and with every forecaster that it makes.
  let settings = try JSONDecoder().decode(
    EnsembleSettings.self, from: Data(try #require(mended.model.files[EnsembleModel.settingsFile])))
  let made = try #require(try mended.model.forecaster() as? MultiModalEnsemble)
  #expect(made.settings.members.map(\.calibration) == settings.members.map(\.calibration))
  // A model that is calibrated gains next to nothing by new corrections.
  let calm = try Recalibration(of: model, parent: "parent", past: later)
  #expect(abs(calm.evidence.gains.reduce(0, +) / 4) < 0.01)
}

@Test func correctionsNeedAnEnsembleAndSessions() throws {
  let (model, later) = try scene()
  let few = PastBars(
    instrument: .wdo, bars: later.bars, sessions: Array(later.sessions.prefix(4)), from: later.sessions[0].session.open,
    before: later.sessions[3].session.close, warmUpBars: 600)
  #expect(throws: TrainingError.self) { _ = try Recalibration(of: model, parent: "x", past: few) }
  let forest = try LifecycleScene.model(of: 0.6)
  #expect(throws: TrainingError.self) { _ = try Recalibration(of: forest, parent: "x", past: later) }
}

private func evidence(_ gains: [Double]) -> RecalibrationEvidence {
  RecalibrationEvidence(model: "heir", parent: "champion", gains: gains, invalidForecasts: 0)
}

/// A pipeline whose champion's probabilities stopped coming true.
private func alarmed() -> ContinuousOptimizationPipeline {
  var policy = PipelinePolicy()
  policy.scheduleSessions = 0
  var pipeline = ContinuousOptimizationPipeline(policy: policy)
  _ = pipeline.handle(.adopted("champion", deviation: 100))
  for day in 0..<40 where pipeline.state.job == nil {
    let result = SessionResult(asIfAlone: 60, ofOrders: 60, brierExcess: day < 8 ? 0 : 0.05)
    _ = pipeline.handle(
      .session(SessionFacts(date: "2025-01-\(10 + day)", results: ["champion": result])))
  }
  return pipeline
}

@Test func calibrationDriftLeadsToAnHeirThatCanBeRolledBack() throws {
  var pipeline = alarmed()
  let job = try #require(pipeline.state.job)
  #expect(job.corrects == "champion")
  let stored = try JSONDecoder().decode(PipelineState.self, from: JSONEncoder().encode(pipeline.state))
  #expect(stored == pipeline.state)
  let notes = pipeline.handle(.corrected(job: job.number, evidence: evidence([0.02, 0.03, 0.025])))
  #expect(pipeline.state.champion?.id == "heir" && pipeline.state.job == nil)
  #expect(notes.contains { $0.kind == .born && $0.model == "heir" })
  #expect(pipeline.state.shadows.map(\.id) == ["champion"])
  _ = pipeline.handle(.order(.rollback, reason: "test"))
  #expect(pipeline.state.champion?.id == "champion")
}

@Test(arguments: [[0.01, -0.02, 0.005], [0.5, 0.5], [.nan, 0.1, 0.1], []])
func correctionsThatDoNotHelpAreRefusedAndAChallengerIsWanted(gains: [Double]) throws {
  var pipeline = alarmed()
  let job = try #require(pipeline.state.job)
  let notes = pipeline.handle(.corrected(job: job.number, evidence: evidence(gains)))
  #expect(pipeline.state.champion?.id == "champion" && pipeline.state.models.count == 1)
  #expect(notes.map(\.kind) == [.failed])
  #expect(pipeline.state.wanted != nil)
}

@Test func correctionsOfWhoeverNoLongerTradesComeTooLate() throws {
  var pipeline = alarmed()
  let job = try #require(pipeline.state.job)
  _ = pipeline.handle(.order(.demote("champion"), reason: "test"))
  _ = pipeline.handle(.corrected(job: job.number, evidence: evidence([0.02, 0.03, 0.025])))
  #expect(pipeline.state.champion == nil && pipeline.state.models.map(\.id) == ["champion"])
}

@Test func outcomesThatAreDistributedOtherwiseAreFound() {
  func sessions(_ day: Int, shift: Double) -> [Double] {
    let noise = Double(day * 7 % 5 - 2) / 100
    return [0.45 + noise - shift, 0.10, 0.45 - noise + shift]
  }
  var calm = OutcomeWatch(runLength: 250)
  for day in 0..<200 { #expect(calm.observe(sessions(day, shift: 0)) == nil) }
  var watch = OutcomeWatch(runLength: 250)
  for day in 0..<30 { #expect(watch.observe(sessions(day, shift: 0)) == nil) }
  let found = (0..<20).first { watch.observe(sessions($0, shift: 0.2)) != nil }
  #expect((0...15).contains(found ?? -1), "\(String(describing: found))")
  let third = 1.0 / 3
  #expect(OutcomeWatch.shares(closes: [1, 2, 3, 4, 5, 6, 1, 3]) == [third, third, third])
  #expect(OutcomeWatch.shares(closes: [1, 2]) == nil)
}

@Test func labelDriftOrdersAChallenger() {
  var pipeline = ContinuousOptimizationPipeline(policy: PipelinePolicy())
  _ = pipeline.handle(.history(60))
  _ = pipeline.handle(.adopted("champion", deviation: 100))
  var notes: [PipelineNote] = []
  for day in 0..<40 {
    let shift = day < 20 ? Double(day % 3 - 1) * 0.01 : 0.25
    notes += pipeline.handle(
      .session(
        SessionFacts(
          date: "2025-02-\(10 + day)", results: ["champion": SessionResult(asIfAlone: 60, ofOrders: 60)],
          moves: [0.45 - shift, 0.1, 0.45 + shift])))
    if day < 20 { #expect(!notes.contains { $0.kind == .drift }) }
  }
  #expect(notes.contains { $0.kind == .drift && $0.text.hasPrefix("label") })
  #expect(pipeline.state.jobs > 0)
}
