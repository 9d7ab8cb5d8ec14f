// The decision table of the baseline, each threshold just inside and just outside.

import Engine
import Ensemble
import Execution
import Features
import Testing
import TradingDomain

@Suite struct BaselineStrategyTests {
  /// A context that every rule lets through: upward trend, sure of itself, ordinary volatility, mid-morning.
  static func context(_ change: (inout StrategyContext) -> Void = { _ in }) -> StrategyContext {
    var context = StrategyContext(
      forecast: Forecast(probabilityUp: 0.7, probabilityDown: 0.2, magnitude: 0.001), regime: .trendUp,
      regimeConfidence: 0.8, proximity: .neutral, averageTrueRange: 5, price: 5_000, timeOfDay: .minutes(10 * 60))
    change(&context)
    return context
  }

  static func decide(
    tickSize: Double = 0.5, _ configure: (inout StrategyConfiguration) -> Void = { _ in },
    given change: (inout StrategyContext) -> Void = { _ in }
  ) -> StrategyDecision {
    var configuration = StrategyConfiguration()
    configure(&configuration)
    return BaselineStrategy(configuration: configuration, tickSize: tickSize).decide(context(change))
  }

  @Test func aTrendIsFollowedNotFought() {
    #expect(Self.decide().side == .buy)
    #expect(Self.decide(given: { $0.regime = .trendDown }).side == nil, "the forecast is up")
    let down = Forecast(probabilityUp: 0.2, probabilityDown: 0.7, magnitude: 0.001)
    #expect(
      Self.decide(given: {
        $0.regime = .trendDown
        $0.forecast = down
      }).side == .sell)
    #expect(Self.decide(given: { $0.forecast = down }).side == nil, "the trend is up")
    #expect(Self.decide(given: { $0.regime = .undefined }).side == nil)
    #expect(Self.decide(given: { $0.regime = .stress }).side == nil, "nothing is entered in stress")
  }

  @Test func aRangeIsTradedFromItsEdgesInward() {
    for (proximity, side) in [
      (RangeBoundaries.Proximity.nearSupport, Side.buy), (.nearResistance, .sell),
    ] {
      let agreeing = Forecast(
        probabilityUp: side == .buy ? 0.7 : 0.2, probabilityDown: side == .buy ? 0.2 : 0.7, magnitude: 0)
      let opposing = Forecast(
        probabilityUp: agreeing.probabilityDown, probabilityDown: agreeing.probabilityUp, magnitude: 0)
      func decision(_ forecast: Forecast) -> StrategyDecision {
        Self.decide(given: {
          $0.regime = .range
          $0.proximity = proximity
          $0.forecast = forecast
        })
      }
      #expect(decision(agreeing).side == side)
      #expect(decision(opposing).side == nil)
    }
    #expect(Self.decide(given: { $0.regime = .range }).side == nil, "in the middle nothing is done")
  }

  @Test(arguments: [(Float(0.6), true), (Float(0.6).nextDown, false), (1, true), (0, false)])
  func theRegimeMustBeSureEnough(_ confidence: Float, _ enters: Bool) {
    #expect((Self.decide(given: { $0.regimeConfidence = confidence }).side != nil) == enters)
    let range = Self.decide(given: {
      $0.regimeConfidence = confidence
      $0.regime = .range
      $0.proximity = .nearSupport
    })
    #expect((range.side != nil) == enters)
  }

  @Test(arguments: [(Float(0.6), true), (Float(0.6).nextDown, false), (1, true)])
  func theForecastMustBeSureEnough(_ probability: Float, _ enters: Bool) {
    let forecast = Forecast(probabilityUp: probability, probabilityDown: 0, magnitude: 0)
    #expect((Self.decide(given: { $0.forecast = forecast }).side != nil) == enters)
    // A range asks for 0.55, but the floor of all signals is 0.60.
    let range = Self.decide(given: {
      $0.forecast = forecast
      $0.regime = .range
      $0.proximity = .nearSupport
    })
    #expect((range.side != nil) == enters)
  }

  @Test func withoutTheFloorARangeNeedsLessThanATrend() {
    let forecast = Forecast(probabilityUp: 0.55, probabilityDown: 0.45, magnitude: 0)
    let lower: (inout StrategyConfiguration) -> Void = { $0.leastSignalProbability = 0.5 }
    #expect(Self.decide(lower, given: { $0.forecast = forecast }).side == nil)
    #expect(
      Self.decide(
        lower,
        given: {
          $0.forecast = forecast
          $0.regime = .range
          $0.proximity = .nearSupport
        }
      ).side == .buy)
  }

  @Test(arguments: [(0.5, true), (0.4999, false), (50, true), (50.01, false), (.nan, false), (.infinity, false)])
  func aDeadOrWildMarketIsLeftAlone(_ averageTrueRange: Double, _ enters: Bool) {
    #expect((Self.decide(given: { $0.averageTrueRange = averageTrueRange }).side != nil) == enters)
  }

  @Test(arguments: [
    (Nanoseconds.minutes(9 * 60), true), (Nanoseconds(9 * 3_600_000_000_000 - 1), false),
    (Nanoseconds(17 * 3_600_000_000_000 + 55 * 60_000_000_000 - 1), true), (.minutes(17 * 60 + 55), false),
  ])
  func entriesKeepTheirHours(_ timeOfDay: Nanoseconds, _ enters: Bool) {
    #expect((Self.decide(given: { $0.timeOfDay = timeOfDay }).side != nil) == enters)
  }

  @Test func aForecastThatIsNoneIsNotActedOn() {
    for forecast in [
      Forecast(probabilityUp: .nan, probabilityDown: 0.1, magnitude: 0),
      Forecast(probabilityUp: 0.9, probabilityDown: 0.9, magnitude: 0),
      Forecast(probabilityUp: 0.9, probabilityDown: -0.1, magnitude: 0),
      Forecast(probabilityUp: 0.9, probabilityDown: 0.1, magnitude: .infinity),
    ] {
      #expect(Self.decide(given: { $0.forecast = forecast }).side == nil)
    }
  }

  @Test func aSessionHasTenEntriesAndTheNextSessionTenMore() {
    var strategy = BaselineStrategy(configuration: StrategyConfiguration(), tickSize: 0.5)
    for _ in 0..<9 { strategy.noteEntry() }
    #expect(strategy.decide(Self.context()).side == .buy)
    strategy.noteEntry()
    #expect(strategy.decide(Self.context()).side == nil)
    strategy.beginSession()
    #expect(strategy.decide(Self.context()).side == .buy)
  }

  /// Stop in points, tick size, expected ticks of stop and target.
  @Test(arguments: [
    (stop: 5.0, tick: 0.5, stopTicks: Int64(10), targetTicks: Int64(20)), (5.1, 0.5, 11, 22), (5.5, 0.5, 11, 22),
    (3, 5, 1, 2), (0.1, 0.5, 1, 2),
  ])
  func stopsAndTargetsAreRoundedUpToTicks(_ row: (stop: Double, tick: Double, stopTicks: Int64, targetTicks: Int64)) {
    let decision = Self.decide(
      tickSize: row.tick,
      {
        $0.trendStopPoints = row.stop
        $0.trendTargetPoints = 2 * row.stop
      })
    #expect(decision.side == .buy)
    #expect(decision.bracket.stopDistance == Price(ticks: row.stopTicks))
    #expect(decision.bracket.targetDistance == Price(ticks: row.targetTicks))
  }

  /// Average true range, expected ticks of stop and target: the floor is 3 points, the target 1.5 stops.
  @Test(arguments: [(1.0, Int64(6), Int64(9)), (3, 6, 9), (3.2, 7, 11), (4, 8, 12)])
  func inARangeTheStopIsTheAverageTrueRangeWithAFloor(_ average: Double, _ stop: Int64, _ target: Int64) {
    let decision = Self.decide(given: {
      $0.regime = .range
      $0.proximity = .nearSupport
      $0.averageTrueRange = average
    })
    #expect(decision.bracket.stopDistance == Price(ticks: stop))
    #expect(decision.bracket.targetDistance == Price(ticks: target))
  }

  @Test func aRewardBelowOneAndAHalfTimesTheRiskIsNotTaken() {
    #expect(Self.decide({ $0.trendTargetPoints = 7.5 }).side == .buy)
    #expect(Self.decide({ $0.trendTargetPoints = 7.4 }).side == nil)
    let inRange: (inout StrategyContext) -> Void = {
      $0.regime = .range
      $0.proximity = .nearSupport
    }
    #expect(Self.decide({ $0.rangeTargetMultiple = 1.5 }, given: inRange).side == .buy)
    #expect(Self.decide({ $0.rangeTargetMultiple = 1.49 }, given: inRange).side == nil)
  }

  @Test func settingsThatCannotBeMeantAreRefusedByName() throws {
    try StrategyConfiguration().validate()
    func flaw(_ change: (inout StrategyConfiguration) -> Void) -> String? {
      var configuration = StrategyConfiguration()
      change(&configuration)
      do {
        try configuration.validate()
        return nil
      } catch {
        return error.name
      }
    }
    #expect(flaw { $0.trend.probability = 1.01 } == "trend.probability")
    #expect(flaw { $0.range.confidence = .nan } == "range.confidence")
    #expect(flaw { $0.trendStopPoints = 0 } == "trend_stop_points")
    #expect(flaw { $0.largestRelativeRange = .infinity } == "largest_relative_range")
    #expect(flaw { $0.quantity = 0 } == "quantity")
    #expect(flaw { $0.quantity = Quantity(Int64(Int32.max) + 1) } == "quantity")
    #expect(flaw { $0.entriesPerSession = -1 } == "entries_per_session")
  }

  @Test func theForecastStyleFollowsTheForecastWhateverTheRegimeButStress() {
    func decision(_ regime: Regime, up: Float, down: Float) -> Side? {
      Self.decide {
        $0.style = .forecast
      } given: {
        $0.regime = regime
        $0.regimeConfidence = 0
        $0.forecast = Forecast(probabilityUp: up, probabilityDown: down, magnitude: 0.001)
      }.side
    }
    for regime in [Regime.undefined, .range, .trendUp, .trendDown] {
      #expect(decision(regime, up: 0.6, down: 0.4) == .buy)
      #expect(decision(regime, up: 0.4, down: 0.6) == .sell)
      #expect(decision(regime, up: 0.599, down: 0.401) == nil)
    }
    #expect(decision(.stress, up: 0.9, down: 0.1) == nil)
  }

  @Test func theForecastStyleLeavesWhatTheForecastNoLongerCarries() {
    func decision(position: Int64, up: Float, style: StrategyStyle = .forecast) -> StrategyDecision {
      Self.decide {
        $0.style = style
        $0.exitProbability = 0.5
      } given: {
        $0.position = position
        $0.forecast = Forecast(probabilityUp: up, probabilityDown: 1 - up, magnitude: 0.001)
      }
    }
    #expect(decision(position: 1, up: 0.49).leaves && !decision(position: 1, up: 0.51).leaves)
    #expect(decision(position: -1, up: 0.51).leaves && !decision(position: -1, up: 0.49).leaves)
    #expect(decision(position: 1, up: 0.1).side == nil, "a reversal leaves first")
    #expect(!decision(position: 1, up: .nan).leaves, "without a forecast nothing is known against the position")
    #expect(!decision(position: 0, up: 0.1).leaves)
    #expect(!decision(position: 1, up: 0.1, style: .regimes).leaves, "there only stop and target end a trade")
  }

  @Test func theEdgeStyleTradesWhatPaysItsCostsAndNothingElse() {
    func decision(
      _ ticks: Float, position: Int64 = 0, regime: Regime = .range, abstention: AbstentionReason? = nil
    ) -> StrategyDecision {
      Self.decide {
        $0.style = .edge
        ($0.costTicks, $0.edgeMargin, $0.exitTicks) = (2, 1.5, -0.5)
      } given: {
        ($0.position, $0.regime, $0.regimeConfidence) = (position, regime, 0)
        $0.forecast = Forecast(
          probabilityUp: 0.3, probabilityDown: 0.3, magnitude: 0.001, expectedTicks: ticks, spreadTicks: 4,
          abstention: abstention)
      }
    }
    #expect(decision(3.01).side == .buy && decision(-3.01).side == .sell)
    for ticks: Float in [3, 0, -3, .nan] { #expect(decision(ticks).side == nil && !decision(ticks).leaves) }
    #expect(decision(2.9).abstention == .tooSmall && decision(3.01).abstention == nil)
    #expect(decision(9, regime: .stress).side == nil)
    for reason in AbstentionReason.allCases { #expect(decision(9, abstention: reason).side == nil, "\(reason)") }
    #expect(decision(-0.6, position: 1).leaves && !decision(-0.4, position: 1).leaves)
    #expect(decision(0.6, position: -1).leaves && !decision(0.4, position: -1).leaves)
    #expect(decision(-9, position: 1).side == nil, "a reversal leaves first")
    #expect(!decision(.nan, position: 1).leaves, "without a move nothing is known against the position")
  }
}
