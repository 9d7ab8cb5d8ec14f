// What the labelers say about bars drawn by hand.

import QuantMath
import Testing
import TradingDomain
import Validation

@Suite struct LabelerTests {
  /// One-minute bars from 12:00 UTC (09:00 in Sao Paulo) as (open, high, low, close) in ticks.
  private func bars(_ rows: [(Int64, Int64, Int64, Int64)], startMinute: Int64 = 12 * 60) -> [Bar] {
    rows.enumerated().map { index, row in
      Bar(
        start: Timestamp(nanoseconds: (startMinute + Int64(index)) * 60_000_000_000), duration: .minutes(1),
        open: Price(ticks: row.0), high: Price(ticks: row.1), low: Price(ticks: row.2), close: Price(ticks: row.3),
        volume: 1, tradeCount: 1, signedVolume: 0)
    }
  }

  private func labeler(
    _ side: Side = .buy, target: Double = 2, stop: Double = 2, horizon: Int = 3, staysInSession: Bool = false,
    cost: Double = 0
  ) -> TripleBarrierLabeler {
    TripleBarrierLabeler(
      side: side, target: .points(target), stop: .points(stop), horizonBars: horizon, staysInSession: staysInSession,
      roundTripCost: cost)
  }

  // Tick 0.5: barriers of 2 points are 4 ticks from the entry at 101.
  private let rising: [(Int64, Int64, Int64, Int64)] = [
    (90, 120, 80, 100), (101, 103, 99, 102), (102, 105, 100, 104), (104, 104, 104, 104),
  ]

  @Test func entryIsTheNextOpenAndTheProfitBarrierFillsAtItsPrice() throws {
    let outcome = try #require(try labeler().outcomes(bars: bars(rising), tickSize: 0.5, decisions: [0]).first)
    #expect(outcome.touch == .target)
    #expect(outcome.entry == Price(ticks: 101) && outcome.exit == Price(ticks: 105))
    #expect(outcome.grossPoints == 2)
    #expect(outcome.label.value == 1)
    #expect(outcome.label.startIndex == 0 && outcome.label.endIndex == 2)
    #expect(outcome.label.start == bars(rising)[0].end && outcome.label.end == bars(rising)[2].end)
  }

  @Test func theSamePathIsAStopForASeller() throws {
    let outcome = try #require(try labeler(.sell).outcomes(bars: bars(rising), tickSize: 0.5, decisions: [0]).first)
    #expect(outcome.touch == .stop && outcome.grossPoints == -2 && outcome.label.value == -1)
    #expect(outcome.exit == Price(ticks: 105))
  }

  @Test func aBarThatReachesBothBarriersIsAStop() throws {
    let both = bars([(100, 100, 100, 100), (100, 110, 90, 105)])
    for side in [Side.buy, .sell] {
      let outcome = try #require(try labeler(side).outcomes(bars: both, tickSize: 0.5, decisions: [0]).first)
      #expect(outcome.touch == .stop)
    }
  }

  @Test func anOpenBeyondTheStopFillsAtTheOpen() throws {
    let gap = bars([(100, 100, 100, 100), (100, 101, 99, 100), (90, 92, 88, 91)])
    let outcome = try #require(try labeler().outcomes(bars: gap, tickSize: 0.5, decisions: [0]).first)
    #expect(outcome.exit == Price(ticks: 90) && outcome.grossPoints == -5)
  }

  @Test func patienceEndsAtTheClose() throws {
    let flat = bars([(100, 100, 100, 100), (100, 101, 99, 100), (100, 101, 99, 101), (100, 109, 90, 100)])
    let outcome = try #require(try labeler(horizon: 2).outcomes(bars: flat, tickSize: 0.5, decisions: [0]).first)
    #expect(outcome.touch == .vertical && outcome.label.value == 0)
    #expect(outcome.label.endIndex == 2 && outcome.grossPoints == 0.5)
  }

  @Test func anOutcomeBeyondTheDataIsNotGuessed() throws {
    let flat = bars([(100, 100, 100, 100), (100, 101, 99, 100), (100, 101, 99, 100)])
    let outcomes = try labeler(horizon: 2).outcomes(bars: flat, tickSize: 0.5)
    #expect(outcomes.map(\.label.startIndex) == [0])
  }

  @Test func theSessionEndsPatienceEarly() throws {
    let first = bars([(100, 101, 99, 100), (100, 101, 99, 101)])
    let second = bars([(120, 121, 119, 120), (120, 121, 119, 120)], startMinute: (24 + 12) * 60)
    let outcomes = try labeler(horizon: 3, staysInSession: true).outcomes(bars: first + second, tickSize: 0.5)
    #expect(outcomes.map(\.label.startIndex) == [0, 2])
    #expect(outcomes.map(\.label.endIndex) == [1, 3])
    #expect(outcomes.map(\.touch) == [.vertical, .vertical])
  }

  @Test func barriersInMultiplesOfVolatilityFollowTheDecisionBar() throws {
    let scaled = TripleBarrierLabeler(
      side: .buy, target: .volatility(multiple: 2), stop: .volatility(multiple: 2), horizonBars: 2,
      staysInSession: false, roundTripCost: 0)
    // 2 x 0.9 points = 3.6 ticks: reached at the fourth tick, not the third.
    let path = bars([(100, 100, 100, 100), (100, 103, 100, 100), (100, 104, 100, 104), (104, 104, 104, 104)])
    let outcome = try #require(
      try scaled.outcomes(bars: path, tickSize: 0.5, volatility: [0.9, .nan, 0, 1], decisions: [0]).first)
    #expect(outcome.touch == .target && outcome.label.endIndex == 2)
    // No volatility, no label.
    #expect(
      try scaled.outcomes(bars: path, tickSize: 0.5, volatility: [0.9, .nan, 0, 1], decisions: [1, 2]).isEmpty)
  }

  @Test func aTargetThatDoesNotPayItsCostsIsLabelledAsALoss() throws {
    for (cost, value) in [(0.0, 1.0), (1.5, 1), (2, 0), (2.5, -1)] {
      let outcome = try #require(
        try labeler(cost: cost).outcomes(bars: bars(rising), tickSize: 0.5, decisions: [0]).first)
      #expect(outcome.touch == .target && outcome.grossPoints == 2 && outcome.netPoints == 2 - cost)
      #expect(outcome.label.value == value && outcome.isProfitable == (cost < 2))
    }
    #expect(throws: ValidationError.self) { try labeler(cost: -1).outcomes(bars: bars(rising), tickSize: 0.5) }
  }

  @Test func labelsDoNotChangeWhenTheirFutureBeyondTheEndChanges() throws {
    var random = CounterRandom(seed: 5, purpose: "walk")
    var price: Int64 = 1000
    let rows = (0..<400).map { _ -> (Int64, Int64, Int64, Int64) in
      let open = price + Int64(random.nextInteger(in: -2...2))
      let close = open + Int64(random.nextInteger(in: -3...3))
      price = close
      return (open, max(open, close) + 1, min(open, close) - 1, close)
    }
    let all = bars(rows)
    let outcomes = try labeler(target: 6, stop: 6, horizon: 12).outcomes(bars: all, tickSize: 0.5)
    #expect(Set(outcomes.map(\.touch)).count == 3)
    for outcome in outcomes {
      let prefix = Array(all[...outcome.label.endIndex])
      let again = try labeler(target: 6, stop: 6, horizon: 12).outcomes(
        bars: prefix, tickSize: 0.5, decisions: [outcome.label.startIndex])
      #expect(again == [outcome])
      // And the decision bar itself is not read: only what follows it is.
      var changed = prefix
      changed[outcome.label.startIndex].high = Price(ticks: 5000)
      changed[outcome.label.startIndex].close = Price(ticks: 4000)
      let blind = try labeler(target: 6, stop: 6, horizon: 12).outcomes(
        bars: changed, tickSize: 0.5, decisions: [outcome.label.startIndex])
      #expect(blind == [outcome])
    }
  }

  @Test func fixedHorizonMeasuresFromNextOpenToLastClose() throws {
    let magnitude = FixedHorizonLabeler(horizonBars: 2, target: .magnitude, staysInSession: false)
    let labels = try magnitude.labels(bars: bars(rising), tickSize: 0.5)
    #expect(labels.map(\.value) == [1.5, 1])
    #expect(labels.map(\.endIndex) == [2, 3])
    let direction = FixedHorizonLabeler(horizonBars: 2, target: .direction(deadZone: 1), staysInSession: false)
    #expect(try direction.labels(bars: bars(rising), tickSize: 0.5).map(\.value) == [1, 0])
  }

  @Test func aHorizonAcrossTheNightIsSkippedWhenAsked() throws {
    let two = bars(rising) + bars(rising, startMinute: (24 + 12) * 60)
    let labeler = FixedHorizonLabeler(horizonBars: 3, target: .magnitude, staysInSession: true)
    #expect(try labeler.labels(bars: two, tickSize: 0.5).map(\.startIndex) == [0, 4])
  }

  @Test func badArgumentsAreNamed() {
    #expect(throws: ValidationError.argument(name: "horizonBars", value: "0", requirement: "at least 1")) {
      try labeler(horizon: 0).outcomes(bars: bars(rising), tickSize: 0.5)
    }
    #expect(throws: ValidationError.self) { try labeler(stop: -1).outcomes(bars: bars(rising), tickSize: 0.5) }
    #expect(throws: ValidationError.lengthMismatch(name: "volatility", count: 1, expected: 4)) {
      try labeler().outcomes(bars: bars(rising), tickSize: 0.5, volatility: [1])
    }
    #expect(throws: ValidationError.unsortedBars(index: 1)) {
      try labeler().outcomes(bars: [bars(rising)[1], bars(rising)[0]], tickSize: 0.5)
    }
  }
}
