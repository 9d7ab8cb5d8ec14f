// The synthetic market: reproducible, well-formed, plausible.

import MarketData
import Simulation
import Testing
import TradingDomain

private func events(seed: UInt64, day: Int32 = 18_354) -> [MarketEvent] {
  var market = SyntheticMarket(.wdo(date: SessionDate(dayNumber: day), seed: seed))
  var events: [MarketEvent] = []
  while let event = market.next() { events.append(event) }
  return events
}

@Test func theSameSeedMakesTheSameMarketAndAnotherSeedOrDayAnother() {
  let first = events(seed: 1)
  #expect(first == events(seed: 1))
  #expect(first != events(seed: 2))
  #expect(Array(first.prefix(500)).map(\.update) != Array(events(seed: 1, day: 18_355).prefix(500)).map(\.update))
}

@Test func aSyntheticSessionIsWellFormedAndPlausible() {
  let all = events(seed: 42)
  #expect(all.count > 200_000)
  guard case .limits = all.first?.update else {
    Issue.record("a session begins with its price limits")
    return
  }
  #expect(all.dropFirst().first?.update == .phase(.opened))
  #expect(all.last?.update == .phase(.closed))
  var last: Quote?
  var (quotes, narrow, trades, atTouch) = (0, 0, 0, 0)
  var (low, high) = (Int64.max, Int64.min)
  var byHour = [Int](repeating: 0, count: 24)
  for (index, event) in all.enumerated() {
    #expect(event.sequence == UInt64(index + 1))
    if index > 0 { #expect(event.exchangeTime >= all[index - 1].exchangeTime) }
    switch event.update {
    case .quote(let quote):
      quotes += 1
      #expect(quote.ask > quote.bid && quote.bidQuantity > 0 && quote.askQuantity > 0)
      if quote.ask.ticks - quote.bid.ticks == 1 { narrow += 1 }
      last = quote
    case .trade(let trade):
      trades += 1
      #expect(trade.quantity > 0)
      if let last, trade.price == (trade.kind == .buyerAggressor ? last.ask : last.bid) { atTouch += 1 }
      (low, high) = (min(low, trade.price.ticks), max(high, trade.price.ticks))
      byHour[Int(BrasiliaTime.local(event.exchangeTime).timeOfDay.count / 3_600_000_000_000)] += 1
    default: break
    }
  }
  // Mostly one tick wide; nearly all prints at the published touch (the rest race with a quote, as in life).
  #expect(Double(narrow) / Double(quotes) > 0.7)
  #expect(Double(atTouch) / Double(trades) > 0.8)
  // A day's range of 20 to 300 points.
  #expect((40...600).contains(high - low), "range \(high - low) ticks")
  // Busy at the edges, calm at noon.
  #expect(byHour[9] > byHour[13] && byHour[17] > byHour[13])
}
