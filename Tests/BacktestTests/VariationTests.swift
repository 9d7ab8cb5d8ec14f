// The same sessions under other assumptions: repeatable, and in the direction in which they must go.

import Accounting
import Backtest
import Engine
import Ensemble
import Features
import Performance
import Simulation
import Testing
import TradingDomain

private func backtester() throws -> AdvancedMLBacktester {
  AdvancedMLBacktester(
    configuration: BacktestSample.configuration(), forecaster: NoiseForecaster(),
    capital: Money(brl: 50_000))
}

private func varied(
  _ variations: [BacktestVariation], _ plan: MarketPlan, seed: UInt64
) throws -> [VariationOutcome] {
  let backtester = try backtester()
  return try variations.map {
    try backtester.outcome(of: $0, sessions: plan.sessions, warmUp: plan.warmUp, seed: seed)
  }
}

@Test func variationsAreRepeatableAndTheFirstIsTheRunItself() throws {
  let plan = BacktestSample.plan(count: 1)
  let variations =
    [BacktestVariation(name: "as it is")] + [MarketStress.flashCrash, .wideSpread].map { BacktestVariation($0) }
  func run() throws -> [VariationOutcome] {
    try varied(variations, plan, seed: 4)
  }
  let outcomes = try run()
  #expect(try run() == outcomes)
  let journal = KeptJournal()
  let itself = try BacktestSample.run(plan.sessions, warmUp: plan.warmUp, journal: journal)
  #expect(outcomes[0].net == itself.curve.profit)
  #expect(outcomes[0].trades == itself.trades.count)
  #expect(outcomes[0].trades > 0)
  #expect(Set(outcomes.map(\.net)).count == 3)
}

@Test func feesAloneChangeNoTradeAndCostWhatTheyCost() throws {
  let plan = BacktestSample.plan(count: 1)
  let outcomes = try varied(SensitivityAxis.costs.variations, plan, seed: 1)
  #expect(Set(outcomes.map(\.trades)).count == 1)
  // Net falls on a straight line in the factor: 0, 1/2, 1, 3/2, 2, 3.
  let fees = outcomes[0].net - outcomes[2].net
  #expect(fees > .zero)
  #expect(abs((outcomes[0].net - outcomes[4].net - fees - fees).microBRL) < 1_000)
  #expect(abs((outcomes[0].net - outcomes[5].net - fees - fees - fees).microBRL) < 1_000)
}

@Test func aRunThatIsToldToEndKeepsWhatItHas() throws {
  let plan = BacktestSample.plan(count: 3)
  var asked = 0
  let result = try backtester().run(
    plan.sessions, warmUp: plan.warmUp, journal: KeptJournal(),
    isCancelled: {
      asked += 1
      return asked == 2
    })
  #expect(result.isPartial)
  #expect(result.sessions.count == 2)
  let whole = try backtester().run(plan.sessions, warmUp: plan.warmUp, journal: KeptJournal())
  #expect(!whole.isPartial)
  #expect(whole.sessions.count == 3)
  #expect(whole.conditions.fills > 0 && whole.conditions.stale == 0 && whole.conditions.outsideTrading == 0)
}

/// Rises and falls as the newest bar did: what is said of a bar late is said of another bar.
private final class EchoForecaster: Forecaster {
  let schemaHash: UInt64 = 7
  func forecast(_ input: ForecastInput) -> Forecast {
    Forecast(
      probabilityUp: input.features[0], probabilityDown: 1 - input.features[0], magnitude: input.features[1])
  }
}

@Test func aLateForecastIsThatOfTheDecisionBefore() {
  let late = LateForecaster(EchoForecaster())
  #expect(late.schemaHash == 7)
  let rows: [[Float]] = [[0.1, 1], [0.2, 2], [0.3, 3]]
  let bar = Bar(
    start: .distantPast, duration: .minutes(1), open: Price(ticks: 1), high: Price(ticks: 1), low: Price(ticks: 1),
    close: Price(ticks: 1), volume: 1, tradeCount: 1, signedVolume: 0)
  let said = rows.map { row in
    row.withUnsafeBufferPointer { features in
      let input = ForecastInput(
        features: features, bar: bar, regimes: RegimeProbabilities(certain: .range), range: 1)
      late.observe(input)
      return late.forecast(input)
    }
  }
  #expect(!said[0].isValid)
  #expect(said[1].probabilityUp == 0.1 && said[1].magnitude == 1)
  #expect(said[2].probabilityUp == 0.2 && said[2].magnitude == 2)
}

@Test func lateFeaturesChangeTheTradesAndNothingElse() throws {
  let plan = BacktestSample.plan(count: 1)
  let outcomes = try varied([BacktestVariation(name: "as it is"), .lateFeatures], plan, seed: 1)
  #expect(outcomes[1].trades > 0)
  #expect(outcomes[0].net != outcomes[1].net)
  #expect(try varied([.lateFeatures], plan, seed: 1)[0] == outcomes[1])
}
