// Bars from trades, on paper and against the exchange's own bars.

import MarketData
import Testing
import TradingDomain

private func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }

private func trade(_ ticks: Int64, _ quantity: Int64, _ kind: TradeKind = .unspecified) -> Trade {
  Trade(price: Price(ticks: ticks), quantity: Quantity(quantity), kind: kind, number: 0)
}

struct BarAggregatorTests {
  @Test func timeBarsEndAtTheirBoundaryNotBefore() {
    var aggregator = BarAggregator(.time(.minutes(1)))
    #expect(aggregator.add(trade(100, 5), at: at(65)) == nil)
    #expect(aggregator.add(trade(103, 1), at: at(100)) == nil)
    #expect(aggregator.add(trade(99, 2), at: at(119)) == nil)
    #expect(aggregator.advance(to: Timestamp(nanoseconds: 119_999_999_999)) == nil)
    let bar = aggregator.advance(to: at(120))
    #expect(bar?.start == at(60) && bar?.end == at(120))
    #expect(bar?.open.ticks == 100 && bar?.high.ticks == 103 && bar?.low.ticks == 99 && bar?.close.ticks == 99)
    #expect(bar?.volume == 8 && bar?.tradeCount == 3)
    #expect(aggregator.partial == nil)
    #expect(aggregator.advance(to: at(500)) == nil, "minutes without trades give no bar")
    #expect(aggregator.finish() == nil)
  }

  @Test func theFirstTradeOfTheNextMinuteCompletesTheBarWithoutJoiningIt() {
    var aggregator = BarAggregator(.time(.minutes(1)))
    _ = aggregator.add(trade(100, 5), at: at(30))
    let bar = aggregator.add(trade(200, 7), at: at(60))
    #expect(bar?.close.ticks == 100 && bar?.volume == 5)
    #expect(aggregator.finish()?.open.ticks == 200)
  }

  @Test func barsBeforeTheAnchorStartOnItsGrid() {
    var aggregator = BarAggregator(.time(.minutes(60)), anchor: at(1_800))
    _ = aggregator.add(trade(1, 1), at: at(100))
    #expect(aggregator.partial?.start == at(-1_800))
  }

  @Test func tradeVolumeAndImbalanceBarsEndWithTheTradeThatReachesTheThreshold() {
    var byTrades = BarAggregator(.trades(2))
    #expect(byTrades.add(trade(10, 1), at: at(1)) == nil)
    let pair = byTrades.add(trade(11, 1), at: at(4))
    #expect(pair?.tradeCount == 2 && pair?.start == at(1) && pair?.end == at(4))
    var byVolume = BarAggregator(.volume(10))
    #expect(byVolume.add(trade(10, 9), at: at(1)) == nil)
    #expect(byVolume.add(trade(10, 30), at: at(2))?.volume == 39)
    #expect(byVolume.partial == nil)
    var byImbalance = BarAggregator(.imbalance(10))
    #expect(byImbalance.add(trade(10, 9, .buyerAggressor), at: at(1)) == nil)
    #expect(byImbalance.add(trade(10, 5, .sellerAggressor), at: at(2)) == nil)
    #expect(byImbalance.add(trade(10, 50, .auction), at: at(3)) == nil)
    let bar = byImbalance.add(trade(10, 14, .sellerAggressor), at: at(4))
    #expect(bar?.signedVolume == -10 && bar?.volume == 78)
  }

  @Test func signsComeFromTheVenueThenTheQuoteThenTheTick() {
    var signer = TradeSigner()
    #expect(signer.sign(trade(100, 1)) == 0, "nothing is known yet")
    #expect(signer.sign(trade(101, 1)) == 1)
    #expect(signer.sign(trade(101, 1)) == 1, "an equal price keeps the sign")
    #expect(signer.sign(trade(99, 1)) == -1)
    signer.update(Quote(bid: Price(ticks: 90), bidQuantity: 1, ask: Price(ticks: 100), askQuantity: 1))
    #expect(signer.sign(trade(100, 1)) == 1)
    #expect(signer.sign(trade(90, 1)) == -1)
    #expect(signer.sign(trade(95, 1)) == 1, "inside the spread the tick decides")
    #expect(signer.sign(trade(100, 1, .sellerAggressor)) == -1)
    #expect(signer.sign(trade(100, 1, .cross)) == 0)
    signer.update(Quote(bid: Price(ticks: 110), bidQuantity: 1, ask: Price(ticks: 100), askQuantity: 1))
    #expect(signer.sign(trade(80, 1)) == -1, "a crossed quote decides nothing")
  }
}

@Suite(.enabled(if: SharedData.isPresent, Comment(rawValue: SharedData.absence)))
struct RealBarTests {
  @Test func dollarTicksGiveTheBrokersMinuteBars() throws {
    let folder = try TemporaryFolder()
    for file in ["dolk20_ticks_mt5.tsv.zst", "dolk20_m1_mt5.tsv.zst"] {
      _ = try MarketImporter.run(
        ImportOptions(source: SharedData.path("b3-dol-ticks-20200402/" + file), store: folder.store, symbol: "DOL"))
    }
    let store = try MarketStore(root: folder.store)
    var aggregator = BarAggregator(.time(.minutes(1)))
    var made: [Bar] = []
    for row in try store.trades("DOL", day("2020-04-02")) {
      if let bar = aggregator.add(row.trade, at: row.time) { made.append(bar) }
    }
    if let bar = aggregator.finish() { made.append(bar) }
    let given = Dictionary(
      uniqueKeysWithValues: try store.bars("DOL", .minutes(1), day("2020-04-02")).map { ($0.time, $0) })
    #expect(made.count == 537)
    let equal = made.filter { bar in
      guard let row = given[bar.start] else { return false }
      return row.open == bar.open && row.high == bar.high && row.low == bar.low && row.close == bar.close
        && row.volume == bar.volume && row.tradeCount == bar.tradeCount
    }
    #expect(equal.count == 537)
  }

  @Test func minuteBarsOfTheMiniDollarGiveItsFiveMinuteBars() throws {
    let one = try TemporaryFolder()
    let five = try TemporaryFolder()
    _ = try MarketImporter.run(
      ImportOptions(
        source: SharedData.path("b3-wdo-1min-2021-2022/wdo_m1.csv.zst"), store: one.store, symbol: "WDO"))
    _ = try MarketImporter.run(
      ImportOptions(source: SharedData.path("b3-wdo-5min/wdo_m5_2021-2022.csv.zst"), store: five.store, symbol: "WDO"))
    let from = day("2021-11-05")
    let to = day("2022-01-14")
    let made = try MarketStore(root: one.store).barSeries("WDO", from: from, to: to, duration: .minutes(5))
    let given = try MarketStore(root: five.store).barSeries("WDO", from: from, to: to, duration: .minutes(5))
    let byStart = Dictionary(uniqueKeysWithValues: given.bars.map { ($0.start, $0) })
    // The first bar of the minute file begins at 12:47, inside the five minutes of 12:45.
    let whole = made.bars.dropFirst()
    let compared = whole.filter { byStart[$0.start] != nil }
    let equal = compared.filter { byStart[$0.start] == $0 }
    print("5-minute bars compared \(compared.count) of \(whole.count), equal \(equal.count)")
    for bar in compared.filter({ byStart[$0.start] != $0 }).prefix(5) { print(bar, byStart[bar.start] as Any) }
    #expect(compared.count == whole.count)
    #expect(equal.count == compared.count)
    #expect(made.contracts.map { "\($0.code)" } == ["WDOZ21", "WDOF22", "WDOG22"])
    #expect(made.dayStarts.count == 48)
  }
}
