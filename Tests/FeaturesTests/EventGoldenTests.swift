// The event layer against values computed from the definitions by NumPy: Tests/oracle/make_event_golden.py.

import Features
import Foundation
import Testing
import TradingDomain

/// Windows as in the script that made the golden files.
private var settings: EventFeatureSettings {
  var settings = EventFeatureSettings()
  settings.barWindow = 8
  settings.tradeWindow = 32
  settings.sizeWindow = 64
  settings.bucketVolume = 40
  settings.bucketCount = 5
  return settings
}

/// A line of `events.csv`: something that happened, or a bar's close.
private enum GoldenEvent {
  case update(MarketUpdate, at: Timestamp)
  case bar(Bar)
}

private func time(_ milliseconds: Int64) -> Timestamp { Timestamp(nanoseconds: milliseconds * 1_000_000) }

/// The event of a line: milliseconds, a letter, integers.
private func parse(_ line: Substring) throws -> GoldenEvent {
  let cells = line.split(separator: ",")
  let moment = time(try #require(Int64(cells[0])))
  let numbers = try cells.dropFirst(2).map { try #require(Int64($0), "'\($0)' is no integer") }
  func price(_ place: Int) -> Price { Price(ticks: numbers[place]) }
  func quantity(_ place: Int) -> Quantity { Quantity(numbers[place]) }
  switch cells[1] {
  case "T":
    let kind = try #require(TradeKind(rawValue: UInt8(numbers[2])))
    return .update(.trade(Trade(price: price(0), quantity: quantity(1), kind: kind, number: 0)), at: moment)
  case "Q":
    let quote = Quote(bid: price(0), bidQuantity: quantity(1), ask: price(2), askQuantity: quantity(3))
    return .update(.quote(quote), at: moment)
  case "D":
    let depth = DepthUpdate(
      side: numbers[0] == 1 ? .buy : .sell, price: price(1), quantity: quantity(2), orderCount: 0,
      endsBatch: numbers[3] == 1)
    return .update(.depth(depth), at: moment)
  case "G": return .update(.gap(missing: 1), at: moment)
  case "O": return .update(.phase(.opened), at: moment)
  default:
    try #require(cells[1] == "B", "unknown event '\(cells[1])'")
    let status = try #require(BarStatus(rawValue: UInt8(numbers[7])))
    return .bar(
      Bar(
        start: moment - .minutes(2), duration: .minutes(2), open: price(0), high: price(1), low: price(2),
        close: price(3), volume: quantity(4), tradeCount: UInt32(numbers[5]), signedVolume: numbers[6], status: status))
  }
}

private func events() throws -> [GoldenEvent] {
  let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Golden/events.csv")
  return try String(contentsOf: path, encoding: .utf8).split(separator: "\n").map(parse)
}

struct EventGoldenTests {
  @Test(arguments: [true, false])
  func everySignalEqualsItsDefinitionAtEveryClose(_ withQuotes: Bool) throws {
    let golden = try GoldenFile(withQuotes ? "event_quotes" : "event_book", rowColumn: "bar")
    let layer = EventFeatures(settings: settings)
    var rows: [[Double]] = []
    for event in try events() {
      switch event {
      case .update(.quote, _) where !withQuotes: break
      case .update(let update, let moment): layer.observe(update, at: moment)
      case .bar(let bar):
        layer.closeBar(bar)
        rows.append(EventSignal.allCases.map { layer[$0] })
      }
    }
    try #require(rows.count == golden.rows.count)
    #expect(layer.refusedCount == (withQuotes ? 3 : 2))
    for signal in EventSignal.allCases {
      let expected = try golden.column(signal.name)
      // Each signal is a number often enough for the comparison to mean something.
      #expect(expected.compactMap { $0 }.count >= 3, "\(signal.name) is hardly ever known")
      for (bar, (row, value)) in zip(rows, expected).enumerated() {
        let computed = row[signal.rawValue]
        let wanted = value ?? .nan
        let isEqual = wanted.isNaN ? computed.isNaN : abs(computed - wanted) <= 1e-9 * max(1, abs(wanted))
        #expect(isEqual, "\(signal.name), bar \(bar): \(computed), not \(wanted)")
      }
    }
  }
}
