// Regimes, volatility and violent sessions of a run.

import Backtest
import Performance
import QuantMath
import Testing
import TradingDomain

private let monday = SessionDate(dayNumber: 19_786)

/// Two sessions of `count` minutes each, the second moving ten times as far.
private func bars(_ count: Int) -> [Bar] {
  var random = CounterRandom(seed: 1, purpose: "market setting tests")
  var price: Int64 = 10_000
  return (0..<2).flatMap { day in
    let open = BrasiliaTime.timestamp(monday.advanced(by: day), timeOfDay: .minutes(9 * 60))
    return (0..<count).map { minute in
      let from = price
      price += Int64(random.nextInteger(in: -2...2)) * (day == 0 ? 1 : 10)
      return Bar(
        start: open + .minutes(Int64(minute)), duration: .minutes(1), open: Price(ticks: from),
        high: Price(ticks: max(from, price)), low: Price(ticks: min(from, price)), close: Price(ticks: price),
        volume: 10, tradeCount: 1, signedVolume: 0)
    }
  }
}

@Test func volatilityIsToldFromWhatHadEndedByThen() throws {
  let bars = bars(200)
  let setting = MarketSetting(bars: bars, instrument: .wdo)
  #expect(setting.volatility(at: bars[100].end) != .wild)
  #expect(setting.volatility(at: bars[399].end) == .wild)
  #expect(setting.volatility(at: bars[0].start) == nil)
  #expect(setting.regime(at: bars[0].start) == nil)
  // In the middle of a bar only the one before it is known.
  #expect(setting.regime(at: bars[300].start + .seconds(30)) == setting.regimes[299])
}

@Test func warmUpBarsAreNotKeptAndChangeWhatIsKnownAtTheStart() {
  let bars = bars(200)
  let cold = MarketSetting(bars: Array(bars[200...]), instrument: .wdo)
  let warm = MarketSetting(warmUp: Array(bars[..<200]), bars: Array(bars[200...]), instrument: .wdo)
  #expect(warm.bars == cold.bars && warm.regimes.count == 200)
  #expect(cold.regime(at: bars[203].end) == .undefined)
  #expect(warm.regime(at: bars[203].end) != .undefined)
}

@Test func spansCoverEveryBarOnceAndEndWithTheSession() {
  let bars = bars(200)
  let setting = MarketSetting(bars: bars, instrument: .wdo)
  let covered = setting.spans.reduce(Int64(0)) { $0 + ($1.end - $1.start).count }
  #expect(covered == bars.reduce(Int64(0)) { $0 + $1.duration.count })
  #expect(!setting.spans.contains { $0.start < bars[199].end && $0.end > bars[199].end })
}

@Test func theMostViolentSessionComesFirstWithItsResult() throws {
  let setting = MarketSetting(bars: bars(200), instrument: .wdo)
  let sessions = (0..<3).map {
    SessionProfit(date: monday.advanced(by: $0), profit: Money(microBRL: Int64($0) * 1_000_000))
  }
  let found = setting.violentSessions(sessions, count: 5)
  // The third session has no bars.
  #expect(found.map(\.date) == [monday.advanced(by: 1), monday])
  #expect(found[0].profit == Money(microBRL: 1_000_000))
  #expect(found[0].rangePoints > 3 * found[1].rangePoints)
}
