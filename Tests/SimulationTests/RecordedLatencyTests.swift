// Measured delays: joint draws, conditioned on the message rate, the same however the events are fetched.

import MarketData
import QuantMath
import Simulation
import Testing
import TradingDomain

/// Slow moments are slow on all legs, and come with many messages.
private func rows() -> [RecordedLatency.Row] {
  (0..<200).map { index in
    let isBusy = index >= 100
    let base: Int64 = isBusy ? 20 : 1
    return RecordedLatency.Row(
      messagesPerSecond: Double(isBusy ? 1_000 + index : index), feed: .milliseconds(base),
      entry: .milliseconds(2 * base), response: .milliseconds(3 * base))
  }
}

/// A quiet first half of 20 messages a second, then a burst of 2,000 a second.
private func market() -> [MarketEvent] {
  var events: [MarketEvent] = []
  var time = Scenario.open
  for index in 0..<9_000 as Range<UInt64> {
    time = time + (index < 200 ? Nanoseconds.milliseconds(50) : .microseconds(500))
    let trade = Trade(price: Price(ticks: 10_900), quantity: 1, kind: .sellerAggressor, number: index)
    events.append(
      MarketEvent(instrument: Instrument.wdo.id, sequence: index, exchangeTime: time, update: .trade(trade)))
  }
  return events
}

private func venue(seed: UInt64) throws -> SimulatedVenue {
  var configuration = Scenario().configuration
  configuration.latency = LatencyModel(recorded: try RecordedLatency(rows: rows()), seed: seed)
  return SimulatedVenue(configuration: configuration, feed: MarketFeed(events: market()))
}

@Test func aBurstOfMessagesIsSlowAndAQuietMarketFast() throws {
  var quiet: [Int64] = []
  var busy: [Int64] = []
  _ = drive(try venue(seed: 1), bufferSize: 16) { event in
    guard case .market(let market) = event.update, case .trade = market.update else { return [] }
    let delay = event.localTime.nanoseconds - market.exchangeTime.nanoseconds
    if market.sequence < 200 { quiet.append(delay) }
    // The second before must have been busy, too.
    if market.sequence > 4_400 { busy.append(delay) }
    return []
  }
  #expect(quiet.allSatisfy { $0 == 1_000_000 })
  #expect(busy.allSatisfy { $0 == 20_000_000 })
}

@Test func theLegsOfOneMomentAreDrawnTogether() throws {
  var entry: [Int64] = []
  var count: UInt64 = 0
  var decided: [UInt64: Timestamp] = [:]
  let events = drive(try venue(seed: 2), bufferSize: 1) { event in
    guard case .market(let market) = event.update, market.sequence % 100 == 50 else { return [] }
    count += 1
    decided[count] = event.localTime
    return [newOrder(count, .buy, 1, limit: 10_000 + 800, at: event.localTime)]
  }
  for report in orderReports(events) where report.status == .new {
    guard let time = decided[report.id.counter] else { continue }
    entry.append(report.exchangeTime.nanoseconds - time.nanoseconds)
  }
  #expect(entry.count > 50)
  #expect(Set(entry).isSubset(of: [2_000_000, 40_000_000]))
  #expect(Set(entry).count == 2)
}

@Test func drawsDoNotDependOnHowEventsAreFetched() throws {
  func run(_ size: Int) throws -> [VenueEvent] {
    var count: UInt64 = 0
    return drive(try venue(seed: 3), bufferSize: size) { event in
      guard case .market(let market) = event.update, market.sequence % 37 == 0 else { return [] }
      count += 1
      return [newOrder(count, .buy, 1, limit: 10_890, at: event.localTime)]
    }
  }
  let one = try run(1)
  #expect(try run(7) == one)
  #expect(try run(512) == one)
}

@Test func measuredDelaysAreReadAndRefusedWithTheirPlace() throws {
  let header = "messages_per_second,feed_us,entry_us,response_us"
  let lines = (0..<30).map { "\($0),1000.5,2000,3000" }
  let read = try RecordedLatency.read(([header] + lines).joined(separator: "\n"))
  #expect(read.rows.count == 30)
  #expect(read.rows[0].feed == Nanoseconds(1_000_500))
  #expect(throws: RecordedLatencyError.noHeader) { try RecordedLatency.read(lines.joined(separator: "\n")) }
  #expect(throws: RecordedLatencyError.malformed(line: 3)) {
    try RecordedLatency.read(([header, lines[0], "1,2,3"] + lines).joined(separator: "\n"))
  }
  #expect(throws: RecordedLatencyError.tooFew(2)) {
    try RecordedLatency.read(([header] + lines.prefix(2)).joined(separator: "\n"))
  }
}
