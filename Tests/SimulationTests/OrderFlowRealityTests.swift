// The made-up market beside recorded ones: the table, and what every market must show.

import Foundation
import MarketData
import Simulation
import Testing
import TradingDomain

/// Sessions of the order-by-order market on consecutive days, as one stream's facts.
private func flowFacts(days: Int32, title: String) -> StylisedFacts {
  var recorder = StylisedFactsRecorder()
  for day in 0..<days {
    recorder.update(all: OrderFlowMarket(.wdo(date: SessionDate(dayNumber: 20_311 + day), seed: 2026)))
  }
  return recorder.facts(title: title)
}

/// Imports a file of the shared data and measures it.
private func imported(_ name: String, title: String) throws -> StylisedFacts {
  let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
  defer { try? FileManager.default.removeItem(at: folder) }
  let options = ImportOptions(source: RecordedBooks.root + "/" + name, store: folder.path, symbol: "WDO")
  _ = try MarketImporter.run(options)
  let store = try MarketStore(root: folder.path)
  let stream = try StoredMarketStream(
    store, symbol: "WDO", from: SessionDate(dayNumber: 0), to: SessionDate(dayNumber: 40_000))
  var recorder = StylisedFactsRecorder()
  recorder.update(all: stream)
  return recorder.facts(title: title)
}

private func recorded(_ events: [MarketEvent], title: String) -> StylisedFacts {
  var recorder = StylisedFactsRecorder()
  for event in events { recorder.update(event) }
  return recorder.facts(title: title)
}

private func isAboveNoise(_ facts: StylisedFacts, _ name: String, _ errors: Double = 3) -> Bool {
  guard let value = facts.value(name), let error = facts.standardError(name) else { return false }
  return value > errors * error
}

@Test func aMadeMarketHasFatTailsClusteredVolatilityAndPersistentSigns() {
  let made = flowFacts(days: 3, title: "made")
  #expect((made.value("bars: kurtosis of return, 1 bars") ?? 0) > 3.5)
  for lag in [1, 5, 10] {
    #expect(isAboveNoise(made, "bars: acf of |return|, lag \(lag)"))
    #expect(isAboveNoise(made, "orders: acf of sign, lag \(lag)"))
  }
  // Nothing to be had from yesterday's minute.
  #expect(abs(made.value("bars: acf of return, lag 1") ?? 1) < 0.15)
  #expect((made.value("spread: 1 ticks") ?? 0) > 0.9)
}

@Test(.enabled(if: RecordedBooks.isPresent, Comment(rawValue: RecordedBooks.absence)))
func realMarketsShowTheFactsAndStandBesideTheMadeOne() throws {
  let bars = try imported("b3-wdo-1min-2021-2022/wdo_m1.csv.zst", title: "WDO 1 min 2021-22")
  let touch = try imported("b3-wdo-topbook-20250811/wdou25_top_of_book.csv.zst", title: "WDO touch 2025")
  let china = recorded(try RecordedBooks.chinaIndexLevels(), title: "SGX CN 2014")
  let index = recorded(try RecordedBooks.indexFutureOrders(), title: "ES orders 2023")
  let made = flowFacts(days: 5, title: "made")
  print(StylisedFacts.table([made, bars, touch, china, index]))

  #expect((bars.value("bars: kurtosis of return, 1 bars") ?? 0) > 5)
  for lag in [1, 5, 10, 20] { #expect(isAboveNoise(bars, "bars: acf of |return|, lag \(lag)")) }
  #expect((touch.value("spread: 1 ticks") ?? 0) > 0.95)
  #expect(isAboveNoise(index, "orders: acf of sign, lag 1"))
  #expect((index.value("orders: Fano factor, 1 s") ?? 0) > 1.5)
  #expect(china.value("spread: 1 ticks") != nil && china.value("size: level 3, mean") != nil)
}
