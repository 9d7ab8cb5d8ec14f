// The event layer on a real session: every trade and touch of the dollar future on 2 April 2020.

import Features
import Foundation
import MarketData
import Testing
import TradingDomain

/// The session's events in order, imported once into a temporary store.
private enum DollarSession {
  static let file = "b3-dol-ticks-20200402/dolk20_ticks_mt5.tsv.zst"
  static var isPresent: Bool { FileManager.default.fileExists(atPath: SharedBars.root + "/" + file) }
  static let events = Result { try read() }

  private static func read() throws -> (instrument: Instrument, events: [MarketEvent]) {
    let folder = NSTemporaryDirectory() + "event-tests-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try MarketImporter.run(ImportOptions(source: SharedBars.root + "/" + file, store: folder, symbol: "DOL"))
    let store = try MarketStore(root: folder)
    let day = try #require(SessionDate("2020-04-02"))
    let stream = try StoredMarketStream(store, symbol: "DOL", from: day, to: day)
    var events: [MarketEvent] = []
    while let event = stream.next() { events.append(event) }
    return (stream.instrument, events)
  }
}

/// The vectors at the minutes' closes, closing each bar before the event that comes at or after its end.
private func closes(_ events: some Sequence<MarketEvent>, into layer: EventFeatures) -> [[Double]] {
  var aggregator = BarAggregator(.time(.minutes(1)))
  var rows: [[Double]] = []
  func close(_ bar: Bar) {
    layer.closeBar(bar)
    rows.append(EventSignal.allCases.map { layer[$0] })
  }
  for event in events {
    while let bar = aggregator.advance(to: event.exchangeTime) { close(bar) }
    if case .quote(let quote) = event.update { aggregator.update(quote) }
    layer.observe(event.update, at: event.exchangeTime)
    guard case .trade(let trade) = event.update else { continue }
    if let bar = aggregator.add(trade, at: event.exchangeTime) { close(bar) }
  }
  return rows
}

private func bits(_ row: [Double]) -> [UInt64] { row.map { $0.isNaN ? .max : $0.bitPattern } }

/// The middle of the numbers; NaN without any.
private func median(_ values: [Double]) -> Double {
  let numbers = values.filter { !$0.isNaN }.sorted()
  return numbers.isEmpty ? .nan : numbers[numbers.count / 2]
}

@Suite(.enabled(if: DollarSession.isPresent, Comment(rawValue: SharedBars.absence)))
struct EventRealDataTests {
  @Test func theFutureChangesNoBitOfAnySignal() throws {
    let (instrument, events) = try DollarSession.events.get()
    let whole = closes(events, into: EventFeatures(instrument: instrument))
    #expect(whole.count > 530)
    // One layer used again after a reset, stopped anywhere: as good as one that saw the whole day.
    let layer = EventFeatures(instrument: instrument)
    for length in [137, 4_999, 20_011, 41_234, 60_003] {
      layer.reset()
      let part = closes(events.prefix(length), into: layer)
      #expect(part.count > 0 || length < 1_000)
      #expect(zip(part, whole).allSatisfy { bits($0) == bits($1) }, "after \(length) events")
    }
  }

  @Test func theValuesAreThoseOfTheDollarMarket() throws {
    let (instrument, events) = try DollarSession.events.get()
    let rows = closes(events, into: EventFeatures(instrument: instrument))
    func column(_ signal: EventSignal) -> [Double] { rows.map { $0[signal.rawValue] } }
    // The file's description: the median spread is one point, which is two ticks.
    #expect(median(column(.spreadLast)) == 2)
    #expect(abs(median(column(.spreadMean)) - 2) < 0.5)
    // The feed sizes no side of the touch, tells no depth and no kinds of trades.
    for signal in EventSignal.allCases where signal.tier == .depth {
      #expect(column(signal).allSatisfy { $0.isNaN }, "\(signal.name)")
    }
    #expect(column(.queueImbalance1).allSatisfy { $0.isNaN } && column(.orderFlowImbalance).allSatisfy { $0.isNaN })
    // Everything that trades and unsized quotes can tell is known in most minutes after the first hundred.
    let sized: Set<EventSignal> = [
      .micropriceOffset, .queueImbalance1, .queueImbalanceMean, .orderFlowImbalance, .orderFlowImbalanceNormalised,
      .orderFlowImbalance10, .orderFlowImbalance60, .depthResilience,
    ]
    // A day of 50 buckets fills the window of VPIN at its end, and of its bars' twin, which begins later, not at all.
    let slow: Set<EventSignal> = [.toxicity, .toxicityGapShare, .barToxicity]
    #expect(column(.toxicity).contains { !$0.isNaN })
    for signal in EventSignal.allCases where signal.tier != .depth && !sized.contains(signal) && !slow.contains(signal)
    {
      let known = rows.dropFirst(100).filter { !$0[signal.rawValue].isNaN }.count
      #expect(Double(known) > 0.9 * Double(rows.count - 100), "\(signal.name): known in \(known) of \(rows.count)")
    }
    #expect(rows.allSatisfy { $0.allSatisfy { !$0.isInfinite } })
    for signal in EventSignal.allCases where signal.unit == "ratio" && signal.tier < .quotes {
      #expect(column(signal).allSatisfy { $0.isNaN || abs($0) <= 1 }, "\(signal.name) is a share")
    }
    let (spread, impact) = (median(column(.effectiveSpread)), median(column(.priceImpact5)))
    #expect(spread > 0.5 && spread < 4, "effective spread \(spread) ticks")
    #expect(impact > 0 && impact < 4, "buyers lift the price: impact \(impact) ticks")
    #expect(median(column(.kyleLambdaTrades)) > 0)
    let traded = column(.tradeRate).filter { !$0.isNaN }.reduce(0, +) * 60
    #expect(abs(traded - 33_118) < 0.02 * 33_118, "\(traded) trades counted")
  }
}
