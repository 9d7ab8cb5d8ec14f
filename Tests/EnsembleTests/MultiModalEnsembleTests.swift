// The ensemble: weights by regime, and members that do not fit together.

import Ensemble
import Testing
import TradingDomain

private final class ConstantForecaster: Forecaster {
  let schemaHash: UInt64
  private let answer: Forecast

  init(_ up: Float, _ down: Float, magnitude: Float, schema: UInt64 = 1) {
    answer = Forecast(probabilityUp: up, probabilityDown: down, magnitude: magnitude)
    schemaHash = schema
  }

  func forecast(_ features: UnsafeBufferPointer<Float>) -> Forecast { answer }
}

@Suite struct MultiModalEnsembleTests {
  let nothing = UnsafeBufferPointer<Float>(start: nil, count: 0)

  @Test func weightsFollowTheRegime() throws {
    let bull = ConstantForecaster(0.8, 0.1, magnitude: 0.002)
    let bear = ConstantForecaster(0.1, 0.7, magnitude: 0.004)
    // Undefined, trend up, trend down, range, stress.
    let ensemble = try MultiModalEnsemble([(bull, [1, 2, 0, 1, 0]), (bear, [1, 0, 5, 3, 4])])
    #expect(ensemble.forecast(nothing, regime: .trendUp).probabilityUp == 0.8)
    #expect(ensemble.forecast(nothing, regime: .trendDown).probabilityDown == 0.7)
    #expect(ensemble.forecast(nothing, regime: .stress).probabilityDown == 0.7)
    let range = ensemble.forecast(nothing, regime: .range)
    #expect(abs(range.probabilityUp - (0.25 * 0.8 + 0.75 * 0.1)) < 1e-6)
    #expect(abs(range.magnitude - (0.25 * 0.002 + 0.75 * 0.004)) < 1e-8)
    #expect(range.isValid)
  }

  @Test func membersMustAgreeOnTheSchema() {
    #expect(throws: MultiModalEnsemble.Flaw.differentSchemas) {
      _ = try MultiModalEnsemble([
        (ConstantForecaster(0, 0, magnitude: 0, schema: 1), [1, 1, 1, 1]),
        (ConstantForecaster(0, 0, magnitude: 0, schema: 2), [1, 1, 1, 1]),
      ])
    }
  }

  @Test func weightsMustBeUsable() {
    let member = ConstantForecaster(0, 0, magnitude: 0)
    #expect(throws: MultiModalEnsemble.Flaw.noMembers) { _ = try MultiModalEnsemble([]) }
    #expect(throws: MultiModalEnsemble.Flaw.badWeights(regime: .range)) {
      _ = try MultiModalEnsemble([(member, [1, 1, 1, 0, 1])])
    }
    #expect(throws: MultiModalEnsemble.Flaw.badWeights(regime: .trendUp)) {
      _ = try MultiModalEnsemble([(member, [1, .nan, 1, 1, 1])])
    }
  }

  @Test func aWeightTableWithoutStressIsRefused() {
    #expect(throws: MultiModalEnsemble.Flaw.badWeights(regime: .stress)) {
      _ = try MultiModalEnsemble([(ConstantForecaster(0, 0, magnitude: 0), [1, 1, 1, 1])])
    }
  }

  @Test func everyRegimeHasAForecastInAnEnsembleOfOne() throws {
    let ensemble = try MultiModalEnsemble(ConstantForecaster(0.6, 0.2, magnitude: 0.001))
    for regime in Regime.allCases {
      #expect(ensemble.forecast(nothing, regime: regime).probabilityUp == 0.6)
    }
  }

  @Test func forecastsThatAreNoneAreRecognised() {
    #expect(!Forecast(probabilityUp: .nan, probabilityDown: 0, magnitude: 0).isValid)
    #expect(!Forecast(probabilityUp: 0.8, probabilityDown: 0.8, magnitude: 0).isValid)
    #expect(!Forecast(probabilityUp: 0.5, probabilityDown: 0.1, magnitude: .infinity).isValid)
    #expect(Forecast(probabilityUp: 0.5, probabilityDown: 0.1, magnitude: 0).isValid)
  }
}
