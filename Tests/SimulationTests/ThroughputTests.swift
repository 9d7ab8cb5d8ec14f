// Events that the venue replays in a second.

import Glibc
import Simulation
import Testing
import TradingDomain

@Test func aVenueReplaysAMarketFastEnoughForLongBacktests() {
  // Repeats one stored minute, so that the venue is measured and not the generator.
  let quotes = (0..<2_000_000 as Range<UInt64>).map { index in
    let bid = 10_900 + Int64(index / 64 % 8)
    let update: MarketUpdate =
      index % 3 == 0
      ? .trade(Trade(price: Price(ticks: bid), quantity: 2, kind: .sellerAggressor, number: index))
      : .quote(
        Quote(
          bid: Price(ticks: bid), bidQuantity: Quantity(Int64(5 + index % 50)), ask: Price(ticks: bid + 1),
          askQuantity: Quantity(Int64(5 + index % 40))))
    return MarketEvent(
      instrument: Instrument.wdo.id, sequence: index, exchangeTime: Scenario.open + .microseconds(Int64(index) * 250),
      update: update)
  }
  var configuration = Scenario().configuration
  configuration.latency = .constant(feed: .milliseconds(1), entry: .milliseconds(5), response: .milliseconds(5))
  let venue = SimulatedVenue(configuration: configuration, feed: MarketFeed(events: quotes))
  let buffer = UnsafeMutableBufferPointer<VenueEvent>.allocate(capacity: 1024)
  defer { buffer.deallocate() }
  let start = threadSeconds()
  var count = 0
  var isSent = false
  while true {
    let polled = venue.poll(into: buffer)
    if polled == 0 { break }
    count += polled
    // Two orders rest all day, so that queues are measured with every event.
    if !isSent, count > 100 {
      isSent = true
      _ = venue.send(newOrder(1, .buy, 1_000_000, limit: 10_890))
      _ = venue.send(newOrder(2, .sell, 1_000_000, limit: 10_999))
    }
  }
  let seconds = threadSeconds() - start
  let rate = Double(venue.statistics.marketEvents) / seconds
  print("simulated venue: \(Int(rate)) market events/s")
  #expect(venue.statistics.marketEvents >= 2_000_000)
  // The budget proper is in the benchmarks; this only catches a collapse.
  #expect(rate > 250_000)
}

/// Processor time of this thread: what others do on the machine must not decide the result.
private func threadSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
