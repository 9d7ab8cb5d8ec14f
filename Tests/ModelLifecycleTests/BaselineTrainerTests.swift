// The trainer finds what is there, finds nothing where nothing is, and never sees the future.
// Training of the baseline: what it finds, what it must not find, what it refuses.

import Features
import ModelLifecycle
import Testing
import TradingDomain
import Validation

@Suite struct BaselineTrainerTests {
  private func rows(_ bars: [Bar], horizon: Int = 5) throws -> LabelledRows {
    try LabelledRows(bars: bars, labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: horizon)
  }

  private var plan: TrainingPlan {
    var plan = TrainingPlan()
    plan.patience = 10
    plan.learningRate = 0.1
    plan.minimumChildWeight = 10
    return plan
  }

  @Test func findsNothingInARandomWalk() throws {
    let model = try BaselineTrainer.train(rows(RandomWalk.bars(sessions: 12, seed: 3)), plan: plan)
    #expect(model.score.gain < 2 * model.score.gainStandardError)
    #expect(abs(model.score.accuracy - 0.5) < 0.04)
  }

  @Test func findsAnEchoThatFeaturesCanSee() throws {
    let model = try BaselineTrainer.train(rows(RandomWalk.bars(sessions: 12, seed: 3, echo: 0.8)), plan: plan)
    #expect(model.score.gain > 3 * model.score.gainStandardError)
    #expect(model.score.accuracy > 0.55)
  }

  @Test func theSameRowsAndSeedGiveTheSameBytes() throws {
    let rows = try rows(RandomWalk.bars(sessions: 4, seed: 9, echo: 0.5))
    let first = try BaselineTrainer.train(rows, plan: plan)
    let second = try BaselineTrainer.train(rows, plan: plan)
    #expect(first.files == second.files)
    #expect(first.score == second.score)
    var other = plan
    other.seed = 2
    #expect(try BaselineTrainer.train(rows, plan: other).files != first.files)
  }

  @Test func tooFewRowsAreRefusedWithTheNumbers() throws {
    let rows = try rows(Array(RandomWalk.bars(sessions: 1, seed: 1).prefix(300)))
    let error = #expect(throws: TrainingError.self) { _ = try BaselineTrainer.train(rows, plan: plan) }
    #expect(error?.description.contains("\(rows.count)") == true)
  }

  @Test func settingsThatCannotBeMeantAreRefused() throws {
    let rows = try rows(RandomWalk.bars(sessions: 2, seed: 1))
    var bad = plan
    bad.maximumDepth = 0
    #expect(throws: TrainingError.self) { _ = try BaselineTrainer.train(rows, plan: bad) }
    bad = plan
    bad.folds = 1
    #expect(throws: TrainingError.self) { _ = try BaselineTrainer.train(rows, plan: bad) }
  }
}

@Suite struct LabelledRowsTests {
  @Test func whatHappensAfterALabelChangesNoEarlierRow() throws {
    let bars = RandomWalk.bars(sessions: 2, seed: 5)
    let cut = 700
    var altered = bars
    for index in cut..<bars.count {
      altered[index].close = altered[index].close + Price(ticks: 50)
      altered[index].high = altered[index].high + Price(ticks: 50)
    }
    let original = try LabelledRows(bars: bars, labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: 5)
    let changed = try LabelledRows(bars: altered, labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: 5)
    let known = original.labels.filter { $0.endIndex < cut }.count
    #expect(known > 500)
    #expect(original.labels.prefix(known) == changed.labels.prefix(known))
    #expect(original.values.prefix(known * 31) == changed.values.prefix(known * 31))
    #expect(original.directions != changed.directions)
  }

  @Test func noLabelCrossesTheEndOfItsSession() throws {
    let rows = try LabelledRows(
      bars: RandomWalk.bars(sessions: 3, seed: 5), labelledFrom: 0, schema: .v2, instrument: .wdo, horizonBars: 30)
    for label in rows.labels {
      #expect(BrasiliaTime.local(label.start).date == BrasiliaTime.local(label.end - .seconds(1)).date)
    }
  }

  @Test func barsBeforeTheFirstLabelOnlyWarmTheFeatures() throws {
    let bars = RandomWalk.bars(sessions: 2, seed: 5)
    let rows = try LabelledRows(bars: bars, labelledFrom: 500, schema: .v2, instrument: .wdo, horizonBars: 5)
    #expect(rows.labels.first?.startIndex == 500)
  }
}
