// Challengers from a search: chosen by what they earn out of sample, the same every time, and blind to what they must
// not see.

import Backtest
import Engine
import Ensemble
import Execution
import Features
import Foundation
import ModelLifecycle
import Optimization
import Storage
import Testing
import TradingDomain
import Validation

/// Sessions of a market whose echo is `echo`, as a builder is handed them.
private func past(_ sessions: Int, echo: Double, seed: UInt64 = 21) throws -> PastBars {
  let market = try LifecycleScene.market([Era(sessions: sessions, echo: echo)], seed: seed)
  let tape = market.tapeSessions(expirySessions: 0)
  return PastBars(
    instrument: .wdo, bars: market.bars, sessions: tape, from: tape[0].session.open,
    before: tape[sessions - 1].session.close, warmUpBars: 600)
}

private func space() throws -> SearchSpace {
  try SearchSpace([
    Parameter("depth", .integer(low: 1, high: 4)), Parameter("probability", .float(low: 0.52, high: 0.75)),
    Parameter("stop_points", .float(low: 5, high: 25)), Parameter("entry_reach", .integer(low: 0, high: 4)),
  ])
}

private func mean(_ built: BuiltChallenger) -> Double { built.evidence.byFillModel["configured"] ?? .nan }

@Test func aSearchFindsMoreThanTheConfiguredPlanAndTheSameEveryTime() throws {
  let past = try past(10, echo: 0.6)
  var timid = LifecycleScene.plan
  // A threshold that hardly any forecast passes: the search has something to find.
  timid.fitter.strategy.trend.probability = 0.93
  timid.fitter.strategy.leastSignalProbability = 0.93
  let configured = try LifecycleScene.builder(timid).build(past, trialsBefore: 0)
  let builder = LifecycleScene.builder(timid, space: try space(), trials: 8)
  let found = try builder.build(past, trialsBefore: 0)
  #expect(mean(found) > mean(configured) + 100, "\(mean(found)) after \(mean(configured))")
  #expect(found.model.strategy.trend.probability < 0.9)
  let handling = try #require(found.model.execution)
  #expect((0...4).contains(handling.entryReach.ticks))
  #expect(found.evidence.effectiveTrials > 1 && found.evidence.overfitting != nil)
  #expect(Set(found.evidence.byFillModel.keys) == ["configured", "a tick worse"])
  let again = try builder.build(past, trialsBefore: 0)
  #expect(again.model.hash == found.model.hash && again.evidence == found.evidence)
  #expect(again.model.strategy == found.model.strategy && again.model.execution == found.model.execution)
  let later = try builder.build(past, trialsBefore: 40)
  #expect(later.evidence.effectiveTrials == found.evidence.effectiveTrials + 40)
}

private func ensemble(_ kinds: [MemberKind]) -> SearchPlan {
  var plan = LifecycleScene.plan
  var members = MemberPlan()
  members.epochs = 2
  members.width = 8
  members.steps = 8
  plan.fitter.training = members.forest
  plan.fitter.training.rounds = 20
  plan.fitter.training.patience = nil
  plan.members = SearchPlan.MemberChoice(kinds: kinds, plan: members, deadZoneTicks: 1)
  return plan
}

@Test func anEnsembleIsJudgedLikeTreesAndTakesTheSeatWhereItEarnsMore() throws {
  let past = try past(10, echo: 0.6)
  var timid = LifecycleScene.plan
  timid.fitter.strategy.entriesPerSession = 0
  timid.fitter.training.rounds = 1
  var whole = ensemble([.base, .logistic, .trees])
  whole.fitter.strategy.entriesPerSession = 60
  // Trees that never trade leave the seat to the ensemble, with their stops and their number of entries.
  let none = try LifecycleScene.builder(timid, ensemble: whole).build(past, trialsBefore: 0)
  #expect(none.evidence.trades == 0)
  timid.fitter.strategy.entriesPerSession = 60
  timid.fitter.strategy.trend.probability = 0.97
  timid.fitter.strategy.leastSignalProbability = 0.97
  let built = try LifecycleScene.builder(timid, ensemble: whole).build(past, trialsBefore: 0)
  #expect(built.model.files[EnsembleModel.settingsFile] != nil)
  #expect(built.evidence.trades > 100 && mean(built) > 0)
  #expect(built.evidence.leakProbes == ["future cut off": "", "shuffled outcomes": ""])
  #expect(built.evidence.invalidForecasts == 0 && built.evidence.schemaRead == built.evidence.schemaTrained)
  #expect((built.evidence.calibrationError ?? 1) < 0.1)
}

@Test func anEnsembleOnOutcomesOfOtherRowsEarnsNothing() throws {
  let past = try past(8, echo: 0.6)
  func net(_ seed: UInt64?) throws -> Double {
    var trial = CombinatorialTrial(
      plan: ensemble([.base, .logistic, .lstm]), fills: try RetrainingScene.fills(), bars: past.bars,
      sessions: past.sessions, splitter: CombinatorialPurgedCV(groups: 4, testGroups: 2))
    trial.shuffleSeed = seed
    return try #require(try trial.run().distributions.first).nets.reduce(0, +)
  }
  let honest = try net(nil)
  let shuffled = try net(3)
  #expect(honest > 0 && shuffled < honest / 4, "\(honest) and \(shuffled)")
}

@Test func featuresAreChosenInsideEverySplit() throws {
  let past = try past(8, echo: 0.6)
  var plan = LifecycleScene.plan
  var selection = SelectionPlan()
  selection.ceiling = 2
  selection.counts = [1, 2]
  selection.workers = 1
  plan.fitter.selection = selection
  let built = try LifecycleScene.builder(plan).build(past, trialsBefore: 0)
  #expect(built.model.choices.features.contains("move_5") && built.model.choices.features.count <= 2)
  #expect(mean(built) > 0)
  // A split that learns from other rows chooses for itself; the same rows give the same choice.
  let rows = try CombinatorialRows(
    bars: past.bars, labelledFrom: past.trainingStart, schema: plan.fitter.schema, instrument: .wdo, horizonBars: 5)
  let witness = SelectionWitness(
    SplitSelection(names: plan.fitter.schema.names, plan: selection, least: 2))
  let tape = try BarTape(
    bars: past.bars, sessions: past.sessions, limits: LifecycleScene.limits, entryLifetime: .seconds(10))
  _ = try CombinatorialBacktest(
    instrument: .wdo, tape: tape, rows: rows, splitter: CombinatorialPurgedCV(groups: 3, testGroups: 1),
    research: BarResearch(fills: RetrainingScene.fills()), rule: .strategy(LifecycleScene.strategy), workers: 1
  ).run(witness)
  let chosen = witness.chosen.value
  #expect(chosen.count == 3 && chosen.allSatisfy { $0.contains(0) })
}

/// Chooses features of every split, and forecasts nothing.
private struct SelectionWitness: CombinatorialFitter {
  final class Chosen: @unchecked Sendable { var value: [[Int]] = [] }
  let selection: SplitSelection
  let chosen = Chosen()
  var configurations: [String] { ["none"] }

  init(_ selection: SplitSelection) { self.selection = selection }

  func forecasts(of test: TestRows, learning rows: TrainingRows, configuration: Int) throws -> [Forecast] {
    let places = try selection.places(rows)
    #expect(try selection.places(rows.moved) == places)
    chosen.value.append(places)
    return [Forecast](repeating: .none(.noInput), count: test.count)
  }
}

/// Deep, hasty trees on few sessions are sure of what they cannot know.
@Test func aMiscalibratedModelIsRefusedForThat() throws {
  let past = try past(6, echo: 0.3)
  var plan = LifecycleScene.plan
  plan.fitter.training.maximumDepth = 10
  plan.fitter.training.rounds = 60
  plan.fitter.training.learningRate = 1
  plan.fitter.training.lambda = 0
  plan.fitter.training.alpha = 0
  // Its variants, shallower and shorter, would be as sure.
  let built = try LifecycleScene.builder(plan).build(past, trialsBefore: 0)
  let refused = PromotionGate().decide(built.evidence).checks.first { $0.name == "calibration" }
  #expect(refused?.passes == false, "\(refused?.finding ?? "no check")")
  let calm = try LifecycleScene.builder().build(past, trialsBefore: 0)
  #expect(PromotionGate().decide(calm.evidence).checks.first { $0.name == "calibration" }?.passes == true)
}

@Test func whatWasChosenForAModelComesBackFromItsArtifact() throws {
  var (strategy, execution) = (StrategyConfiguration(), ExecutionConfiguration())
  strategy.style = .forecast
  strategy.trendStopPoints = 7.5
  strategy.entriesPerSession = 20
  execution.entryReach = Price(ticks: 1)
  execution.entryLifetime = .seconds(25)
  let chosen = ChosenTrading(strategy, execution)
  var (read, handling) = (StrategyConfiguration(), ExecutionConfiguration())
  read.entriesPerSession = 12
  read.quantity = 5
  let stored = try JSONDecoder().decode(ChosenTrading.self, from: chosen.data())
  stored.apply(to: &read)
  stored.apply(to: &handling)
  #expect(read.style == .forecast && read.trendStopPoints == 7.5)
  // Contracts stay the operator's, and of entries the fewer count.
  #expect(read.quantity == 5 && read.entriesPerSession == 12)
  #expect(handling == execution)
}
