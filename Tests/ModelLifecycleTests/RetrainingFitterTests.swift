// The fitter by itself: what it chooses, when it stands aside, that its forecasts are the engine's.

import Backtest
import Engine
import Ensemble
import Features
import ModelLifecycle
import Testing
import TradingDomain

@Suite struct RetrainingFitterTests {
  static func past(echo: Double, sessions: Int = 8) throws -> PastBars {
    let market = try RetrainingScene.market(sessions: sessions, seed: 4, echo: echo)
    let last = market.sessions[sessions - 1].session
    return PastBars(
      instrument: .wdo, bars: market.bars, sessions: market.tapeSessions(expirySessions: 2),
      from: market.sessions[0].session.open, before: last.close, warmUpBars: 600)
  }

  @Test func anEchoIsTradedAtAThresholdThatEarnsAfterCosts() throws {
    let model = try RetrainingScene.fitter().fit(Self.past(echo: 0.8))
    let threshold = try #require(model.choices.thresholds["probability"])
    #expect(!model.choices.abstains && model.choices.trials == ThresholdPlan().probabilities.count)
    #expect(ThresholdPlan().probabilities.contains(Float(threshold)))
    #expect(model.strategy.trend.probability == Float(threshold))
    #expect(model.strategy.leastSignalProbability == Float(threshold))
    let (expectancy, gain) = (try #require(model.choices.innerExpectancy), try #require(model.choices.innerGain))
    #expect(expectancy > 0 && model.choices.innerTrades >= 5 && gain > 0.01)
  }

  @Test func noiseKeepsTheFitterOutOfTheMarketUnlessItMustTrade() throws {
    let past = try Self.past(echo: 0)
    let model = try RetrainingScene.fitter().fit(past)
    #expect(model.choices.abstains && model.strategy.entriesPerSession == 0 && model.choices.thresholds.isEmpty)
    let forced = try RetrainingScene.fitter { $0.thresholds?.mayAbstain = false }.fit(past)
    #expect(!forced.choices.abstains && forced.strategy.entriesPerSession > 0)
  }

  @Test func forecastsOfRowsAreTheEnsemblesToTheBit() throws {
    let past = try Self.past(echo: 0.8)
    let model = try RetrainingScene.fitter().fit(past)
    let matrix = FeatureMatrix(schema: model.schema, instrument: .wdo, bars: past.bars)
    let tape = ForecastTape(
      matrix: matrix, bars: past.bars, columns: StrategyColumns(bars: past.bars, instrument: .wdo))
    let column = try ForecastColumn.make(model.column, tape)
    let streamed = try ForecastColumn.make(
      StreamedColumn(schemaHash: model.schema.hash) { try model.forecaster() }, tape)
    var compared = 0
    for bar in matrix.barIndexes {
      #expect(column[bar].probabilityUp == streamed[bar].probabilityUp)
      compared += 1
    }
    #expect(compared > 4_000 && Set(column.filter(\.isValid).map(\.probabilityUp)).count > 100)
    #expect(column.prefix(matrix.barIndexes[0]).allSatisfy { !$0.isValid })
  }

  @Test func theSamePastGivesTheSameModel() throws {
    let past = try Self.past(echo: 0.8)
    let models = try (0..<2).map { _ in try RetrainingScene.fitter().fit(past) }
    #expect(models[0].hash == models[1].hash && models[0].choices == models[1].choices)
    let other = try RetrainingScene.fitter { $0.training.seed = 9 }.fit(past)
    #expect(other.hash != models[0].hash)
  }

  @Test func shuffledOutcomesTeachNothing() throws {
    let past = try Self.past(echo: 0.8)
    let taught = try RetrainingScene.fitter().fit(past)
    let models = try [UInt64(1), 2].map { seed in
      try RetrainingScene.fitter {
        $0.shuffleSeed = seed
        $0.thresholds?.mayAbstain = false
      }.fit(past)
    }
    for model in models {
      let (gain, taughtGain) = (try #require(model.choices.innerGain), try #require(taught.choices.innerGain))
      #expect(gain < 0.2 * taughtGain)
      #expect(model.hash != taught.hash && model.choices.rows == taught.choices.rows)
    }
    #expect(models[0].hash != models[1].hash)
  }

  @Test func selectedFeaturesAreAPartOfTheCandidates() throws {
    let fitter = try RetrainingScene.fitter("selected") { plan in
      var selection = SelectionPlan()
      selection.folds = .walkForward(count: 2, firstPart: 0.5)
      selection.bootstraps = 8
      selection.counts = [2, 4, 8]
      selection.workers = 1
      plan.selection = selection
    }
    let model = try fitter.fit(Self.past(echo: 0.8))
    #expect(!model.choices.features.isEmpty && model.choices.features.count < FeatureSchema.v2.count)
    #expect(Set(model.choices.features).isSubset(of: FeatureSchema.v2.names))
    #expect(model.schema.names == model.choices.features)
  }

  @Test func thePredecessorsWayChoosesNothing() throws {
    let fitter = try BaselineFitter(
      name: "v2", plan: .v2, fills: RetrainingScene.fills(), limits: RetrainingScene.limits)
    let model = try fitter.fit(Self.past(echo: 0.8))
    #expect(model.choices.rounds == 50 && model.choices.features == FeatureSchema.v2.names)
    #expect(model.choices.thresholds.isEmpty && model.choices.innerGain == nil && !model.choices.abstains)
    #expect(model.strategy == StrategyConfiguration())
  }

  @Test func aPastThatIsTooShortIsRefusedWithTheNumbers() throws {
    let past = try Self.past(echo: 0.8, sessions: 1)
    // An hour to the outcome leaves 480 of the session's 540 bars.
    let fitter = try RetrainingScene.fitter { $0.training.horizonBars = 60 }
    let error = #expect(throws: TrainingError.self) { _ = try fitter.fit(past) }
    #expect(error?.description.contains("at least 500") == true)
  }
}
