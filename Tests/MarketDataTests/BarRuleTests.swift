// Value, run and filler bars, gaps, and what holds for bars of every rule.

import MarketData
import QuantMath
import Testing
import TradingDomain

private func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

private func trade(_ ticks: Int64, _ quantity: Int64, _ kind: TradeKind = .unspecified) -> Trade {
  Trade(price: Price(ticks: ticks), quantity: Quantity(quantity), kind: kind, number: 0)
}

private func session(_ open: Int64, _ close: Int64) -> TradingSession {
  TradingSession(date: SessionDate(dayNumber: 0), open: at(open), close: at(close))
}

private func part(
  _ start: Int64, _ open: Int64, _ high: Int64, _ low: Int64, _ close: Int64, _ volume: Int64, _ status: BarStatus
) -> Bar {
  Bar(
    start: at(start), duration: .minutes(1), open: Price(ticks: open), high: Price(ticks: high),
    low: Price(ticks: low), close: Price(ticks: close), volume: Quantity(volume), tradeCount: UInt32(volume),
    signedVolume: 0, status: status)
}

/// A seeded walk of trades, some seconds apart, over three sessions of 1,000 seconds with a pause between.
private func walk(_ seed: UInt64) -> [[(time: Timestamp, trade: Trade)]] {
  var random = CounterRandom(seed: seed, purpose: "bar.rules")
  let kinds: [TradeKind] = [.buyerAggressor, .sellerAggressor, .unspecified, .cross, .retailLiquidityProvider]
  var price: Int64 = 10_000
  return (0..<3).map { day in
    var time = Int64(day) * 10_000_000 + 100_000
    return (0..<400).map { _ in
      time += Int64(random.nextInteger(in: 0...5_000))
      price += Int64(random.nextInteger(in: -3...3))
      let quantity = Int64(random.nextInteger(in: 1...30))
      return (
        Timestamp(nanoseconds: time * 1_000_000), trade(price, quantity, kinds[random.nextInteger(in: 0...4)])
      )
    }
  }
}

struct BarRuleTests {
  @Test func valueBarsEndWithTheTradeThatReachesTheTickContracts() {
    var aggregator = BarAggregator(.value(1_000))
    #expect(aggregator.add(trade(10, 60), at: at(1)) == nil)
    #expect(aggregator.add(trade(13, 30), at: at(2)) == nil, "990 tick-contracts")
    let bar = aggregator.add(trade(10, 1), at: at(5))
    #expect(bar?.volume == 91 && bar?.start == at(1) && bar?.end == at(5))
    #expect(aggregator.add(trade(10, 99), at: at(6)) == nil, "the count begins anew with each bar")
  }

  @Test func runBarsCountEachSideOverTheWholeBarAndLeaveUnsignedTradesOut() {
    var aggregator = BarAggregator(.run(10))
    #expect(aggregator.add(trade(10, 6, .buyerAggressor), at: at(1)) == nil)
    #expect(aggregator.add(trade(10, 9, .sellerAggressor), at: at(2)) == nil)
    #expect(aggregator.add(trade(10, 50, .cross), at: at(3)) == nil)
    let bar = aggregator.add(trade(11, 4, .buyerAggressor), at: at(4))
    #expect(bar?.volume == 69 && bar?.signedVolume == 1)
    #expect(aggregator.add(trade(10, 9, .sellerAggressor), at: at(5)) == nil)
    #expect(aggregator.add(trade(10, 1, .sellerAggressor), at: at(6))?.tradeCount == 2)
  }

  @Test func fillersCarryTheLastPriceThroughTheMinutesWithoutTradesUntilTheClose() {
    var aggregator = BarAggregator(.time(.minutes(1)), fillsEmptyBars: true)
    #expect(aggregator.beginSession(session(0, 600)) == nil)
    #expect(aggregator.advance(to: at(120)) == nil, "before the first trade there is no price to carry")
    _ = aggregator.add(trade(100, 5), at: at(130))
    var bars: [Bar] = []
    while let bar = aggregator.advance(to: at(310)) { bars.append(bar) }
    #expect(bars.map(\.status) == [.complete, .noTrade, .noTrade])
    #expect(bars.map(\.start) == [at(120), at(180), at(240)])
    #expect(bars[2].open.ticks == 100 && bars[2].volume == 0 && bars[2].tradeCount == 0)
    _ = aggregator.add(trade(103, 1), at: at(311))
    bars = []
    while let bar = aggregator.advance(to: at(5_000)) { bars.append(bar) }
    #expect(bars.map(\.start) == [at(300), at(360), at(420), at(480), at(540)], "filling ends with the session")
    #expect(aggregator.finish() == nil)
    #expect(aggregator.advance(to: at(9_000)) == nil)
  }

  @Test func withoutFillersMinutesWithoutTradesGiveNoBar() {
    var aggregator = BarAggregator(.time(.minutes(1)))
    _ = aggregator.beginSession(session(0, 600))
    _ = aggregator.add(trade(100, 5), at: at(10))
    #expect(aggregator.add(trade(100, 5), at: at(400))?.start == at(0))
    #expect(aggregator.advance(to: at(419)) == nil)
  }

  @Test func aGapMarksTheBarsThatMayHaveLostSomethingAndNoOther() {
    var aggregator = BarAggregator(.time(.minutes(1)))
    _ = aggregator.add(trade(100, 5), at: at(10))
    #expect(aggregator.noteGap(at: at(30)) == nil)
    #expect(aggregator.add(trade(101, 1), at: at(61))?.status == .gap)
    #expect(aggregator.advance(to: at(120))?.status == .complete, "the gap lay wholly in the minute before")
    _ = aggregator.add(trade(100, 1), at: at(130))
    let straddled = aggregator.noteGap(at: at(190))
    #expect(straddled?.start == at(120) && straddled?.status == .gap)
    #expect(aggregator.add(trade(100, 1), at: at(200)) == nil)
    #expect(aggregator.advance(to: at(240))?.status == .gap, "what was lost may have been in the first ten seconds")
    #expect(aggregator.noteGap(at: at(250)) == nil)
    _ = aggregator.add(trade(100, 1), at: at(310))
    #expect(aggregator.finish()?.status == .complete, "the gap ended before this minute began")
  }

  @Test func aGapBetweenTradeBarsMarksTheNextAndInsideOneMarksIt() {
    var aggregator = BarAggregator(.trades(2))
    #expect(aggregator.noteGap(at: at(1)) == nil)
    _ = aggregator.add(trade(10, 1), at: at(2))
    #expect(aggregator.add(trade(10, 1), at: at(3))?.status == .gap)
    _ = aggregator.add(trade(10, 1), at: at(4))
    _ = aggregator.noteGap(at: at(5))
    #expect(aggregator.add(trade(10, 1), at: at(6))?.status == .gap)
    _ = aggregator.add(trade(10, 1), at: at(7))
    #expect(aggregator.add(trade(10, 1), at: at(8))?.status == .complete)
  }

  @Test func aGapWhileFillingMarksTheEmptyBarsThatItMayTouch() {
    var aggregator = BarAggregator(.time(.minutes(1)), fillsEmptyBars: true)
    _ = aggregator.beginSession(session(0, 6_000))
    _ = aggregator.add(trade(100, 5), at: at(10))
    var bars = [aggregator.noteGap(at: at(130))].compactMap { $0 }
    while let bar = aggregator.advance(to: at(300)) { bars.append(bar) }
    #expect(bars.map(\.status) == [.gap, .gap, .gap, .noTrade, .noTrade])
  }

  @Test func aLongerBarIsAGapWithAGapPartAndWithoutTradesOnlyWhenEveryPartIs() {
    func joined(_ parts: [Bar]) -> Bar? {
      var aggregator = BarAggregator(.time(.minutes(5)))
      for part in parts { _ = aggregator.add(part) }
      return aggregator.finish()
    }
    let still = part(0, 90, 90, 90, 90, 0, .noTrade)
    let whole = part(60, 100, 105, 99, 101, 7, .complete)
    #expect(joined([still, part(60, 90, 90, 90, 90, 0, .noTrade)])?.status == .noTrade)
    #expect(
      joined([part(0, 100, 105, 99, 101, 7, .complete), part(60, 101, 101, 101, 101, 0, .noTrade)])?.status
        == .complete)
    #expect(joined([still, whole, part(120, 1, 1, 1, 1, 2, .gap)])?.status == .gap)
    #expect(joined([part(0, 1, 1, 1, 1, 2, .gap), whole])?.status == .gap)
    let late = joined([still, whole])
    #expect(late?.status == .complete && late?.open.ticks == 100 && late?.low.ticks == 99, "90 was never traded")
  }

  @Test(arguments: [
    BarRule.time(.seconds(7)), .trades(9), .volume(100), .value(1_000_000), .imbalance(60), .run(80),
  ])
  func barsOfEveryRuleConserveWhatWasTradedAndNoneSpansASession(_ rule: BarRule) {
    for seed in UInt64(1)...5 {
      let sessions = walk(seed)
      for fills in rule == .time(.seconds(7)) ? [false, true] : [false] {
        var aggregator = BarAggregator(rule, fillsEmptyBars: fills)
        var bars: [Bar] = []
        for trades in sessions {
          let hours = TradingSession(
            date: SessionDate(dayNumber: 0), open: trades[0].time, close: trades[399].time + .seconds(60))
          if let bar = aggregator.beginSession(hours) { bars.append(bar) }
          let first = bars.count
          for (time, trade) in trades {
            while let bar = aggregator.advance(to: time) { bars.append(bar) }
            if let bar = aggregator.add(trade, at: time) { bars.append(bar) }
          }
          while let bar = aggregator.advance(to: hours.close) { bars.append(bar) }
          if let bar = aggregator.finish() { bars.append(bar) }
          let made = bars[first...]
          #expect(made.reduce(0) { $0 + $1.volume.contracts } == trades.reduce(0) { $0 + $1.trade.quantity.contracts })
          #expect(made.reduce(0) { $0 + Int($1.tradeCount) } == 400)
          #expect(made.map(\.high).max() == trades.map(\.trade.price).max())
          #expect(made.map(\.low).min() == trades.map(\.trade.price).min())
          #expect(made.last { $0.status == .complete }?.close == trades[399].trade.price)
          #expect(zip(made, made.dropFirst()).allSatisfy { $0.end <= $1.start })
        }
        #expect(bars.allSatisfy { ($0.status == .noTrade) == ($0.tradeCount == 0) })
        #expect(bars.contains { $0.status == .noTrade } == fills)
        let days = bars.map { ($0.start.nanoseconds / 10_000_000_000_000, $0.end.nanoseconds / 10_000_000_000_000) }
        #expect(days.allSatisfy { $0.0 == $0.1 }, "a bar reaches from one session into the next")
      }
    }
  }
}
