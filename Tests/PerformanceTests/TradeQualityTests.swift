// Trades in detail and in groups, by hand and by sums.

import Performance
import QuantMath
import Testing
import TradingDomain

private func money(_ brl: Int64) -> Money { Money(microBRL: brl * 1_000_000) }

/// Trades of a minute each, an hour apart from Monday 2024-03-04 09:00 on, five a day.
private func trades(_ grosses: [Int64], seconds: Int64 = 60) -> [ClosedTrade] {
  let monday = SessionDate(dayNumber: 19_786)
  return grosses.enumerated().map { index, gross in
    let entry = BrasiliaTime.timestamp(
      monday.advanced(by: index / 5), timeOfDay: .minutes(9 * 60 + 60 * Int64(index % 5)))
    return ClosedTrade(
      instrument: Instrument.wdo.id, side: index % 2 == 0 ? .buy : .sell, quantity: 1, entryTime: entry,
      exitTime: entry + .seconds(seconds * (gross > 0 ? 2 : 1)), grossProfit: money(gross), fees: money(2),
      maximumAdverse: money(min(0, gross) - 5), maximumFavourable: money(max(0, gross) + 10))
  }
}

@Suite struct TradeQualityTests {
  @Test func excursionsAndWhatWasGivenBackAreThoseCountedByHand() throws {
    let quality = TradeQuality(trades([20, -10, 30]), sessions: 2)
    // Open losses 5, 15, 5; open gains 30, 10, 40; given back 10, 20, 10.
    #expect(abs(try #require(quality.averageAdverse).value - 25.0 / 3) < 1e-12)
    #expect(quality.largestAdverse?.value == 15 && quality.largestFavourable?.value == 40)
    #expect(abs(try #require(quality.averageFavourable).value - 80.0 / 3) < 1e-12)
    #expect(abs(try #require(quality.averageGivenBack).value - 40.0 / 3) < 1e-12)
    #expect(quality.medianHoldingOfWinners?.value == 120 && quality.medianHoldingOfLosers?.value == 60)
    #expect(quality.longestWinningStreak == 1 && quality.tradesPerSession?.value == 1.5)
    #expect(quality.longExpectancy?.value == 23 && quality.shortExpectancy?.value == -12)
  }

  @Test func theChanceOfAMeanIsStudents() throws {
    // Nets 1, 2, 3, 4, 5: t = 3 / (sqrt(2.5) / sqrt(5)) = 4.2426 with 4 degrees of freedom.
    let quality = TradeQuality(trades([3, 4, 5, 6, 7]), sessions: 1)
    #expect(abs(try #require(quality.meanIsChance).value - 0.013_235_599_6) < 1e-9)
    #expect(abs(try #require(quality.systemQuality).value - 4.242_640_687) < 1e-8)
    #expect(TradeQuality(trades([3, 3, 3]), sessions: 1).meanIsChance == nil, "without deviation nothing is known")
    #expect(TradeQuality([], sessions: 1).averageAdverse == nil)
  }

  @Test func groupsSumToTheWholeToTheMicroReal() throws {
    var random = CounterRandom(seed: 5, purpose: "breakdown tests")
    for _ in 0..<50 {
      let all = trades((0..<(1 + random.nextInteger(in: 0...80))).map { _ in Int64(random.nextInteger(in: -90...100)) })
      let total = all.reduce(Money.zero) { $0 + $1.netProfit }
      let keys = all.map { _ in [nil, "a", "b"][random.nextInteger(in: 0...2)] }
      for breakdown in [
        ResultBreakdown.byHour(all), .byWeekday(all), .byMonth(all), .bySide(all),
        try ResultBreakdown("key", trades: all, keys: keys),
      ] {
        #expect(breakdown.groups.reduce(Money.zero) { $0 + $1.net } == total)
        #expect(breakdown.groups.reduce(0) { $0 + $1.trades } == all.count)
        #expect(Set(breakdown.groups.map(\.name)).count == breakdown.groups.count)
      }
    }
  }

  @Test func groupsAreNamedInOrderAndSmallOnesHaveNoMean() throws {
    let all = trades([Int64](repeating: 4, count: 12))
    #expect(ResultBreakdown.byHour(all).groups.map(\.name) == ["09 h", "10 h", "11 h", "12 h", "13 h"])
    #expect(ResultBreakdown.byWeekday(all).groups.map(\.name) == ["Monday", "Tuesday", "Wednesday"])
    #expect(ResultBreakdown.byWeekday(all).groups.map { $0.mean == nil } == [false, false, true])
    let keyed = try ResultBreakdown(
      "regime", trades: all, keys: all.indices.map { [nil, "x", "y"][$0 % 3] }, order: ["not known", "y", "x"])
    #expect(keyed.groups.map(\.name) == ["y", "x", "not known"])
    #expect(throws: PerformanceError.self) { try ResultBreakdown("regime", trades: all, keys: ["x"]) }
  }
}
