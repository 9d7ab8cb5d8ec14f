// Scenarios keep a market a market, strike by their seed, and do what they are named for.

import MarketData
import Simulation
import Testing
import TradingDomain

private func read(_ feed: MarketFeed) -> [MarketEvent] {
  var configuration = Scenario().configuration
  configuration.instruments[0].session = session
  let venue = SimulatedVenue(configuration: configuration, feed: feed)
  return drive(venue, bufferSize: 256) { _ in [] }.compactMap { event in
    if case .market(let market) = event.update { return market }
    return nil
  }
}

private let session = TradingSession(date: Scenario.date, open: Scenario.open, close: Scenario.open + .minutes(240))

private func ticks(_ stress: MarketStress?, seed: UInt64 = 3) -> [MarketEvent] {
  var market = SyntheticMarketConfiguration(instrument: .wdo, session: session, seed: 11)
  market.movesPerSecond = 2
  let feed = MarketFeed(SyntheticMarket(market))
  return read(stress?.applied(to: feed, session: session, seed: seed) ?? feed)
}

private func bars(_ stress: MarketStress?) -> [Bar] {
  let events = (0..<240 as Range<Int64>).map { minute in
    let open = 10_900 + (minute * 7) % 31
    let close = 10_900 + ((minute + 1) * 7) % 31
    let bar = Bar(
      start: session.open + .minutes(minute), duration: .minutes(1), open: Price(ticks: open),
      high: Price(ticks: max(open, close) + 4), low: Price(ticks: min(open, close) - 4), close: Price(ticks: close),
      volume: 40, tradeCount: 0, signedVolume: 0)
    return MarketEvent(
      instrument: Instrument.wdo.id, sequence: UInt64(minute + 1), exchangeTime: bar.end, update: .bar(bar))
  }
  let feed = MarketFeed(events: events)
  return read(stress?.applied(to: feed, session: session, seed: 3) ?? feed).compactMap { event in
    if case .bar(let bar) = event.update { return bar }
    return nil
  }
}

@Test(arguments: MarketStress.allCases)
func aStressedMarketIsStillAMarket(stress: MarketStress) {
  var last = Int64.min
  for event in ticks(stress) {
    #expect(event.exchangeTime.nanoseconds >= last)
    last = event.exchangeTime.nanoseconds
    switch event.update {
    case .quote(let quote):
      #expect(quote.bid.ticks >= 0 && quote.ask.ticks >= 0)
      if quote.bid.ticks > 0 && quote.ask.ticks > 0 { #expect(quote.bid < quote.ask, "\(stress): \(quote)") }
    case .trade(let trade): #expect(trade.price.ticks > 0 && trade.quantity.contracts > 0)
    default: break
    }
  }
  for bar in bars(stress) {
    #expect(bar.low <= min(bar.open, bar.close) && bar.high >= max(bar.open, bar.close), "\(stress): \(bar)")
    #expect(bar.volume.contracts > 0)
  }
}

@Test func theSameSeedStrikesTheSameAndAnotherElsewhere() {
  #expect(ticks(.flashCrash) == ticks(.flashCrash))
  #expect(ticks(.flashCrash) != ticks(.flashCrash, seed: 4))
  #expect(ticks(.slowLink) == ticks(nil))
}

@Test func eachScenarioDoesWhatItIsNamedFor() {
  func prices(_ stress: MarketStress?) -> [Int64] {
    ticks(stress).compactMap { event in
      if case .trade(let trade) = event.update { return trade.price.ticks }
      return nil
    }
  }
  func range(_ prices: [Int64]) -> Int64 { (prices.max() ?? 0) - (prices.min() ?? 0) }
  let plain = prices(nil)
  #expect(range(prices(.flashCrash)) > range(plain) + 250)
  #expect(prices(.flashCrash).last == plain.last)
  #expect(abs(range(prices(.volatility)) - 3 * range(plain)) <= 3)
  // Two per cent of the first price, for every print alike.
  let shifts = Set(zip(prices(.gapDown), plain).map { $1 - $0 })
  #expect(shifts.count == 1 && abs((shifts.first ?? 0) - plain[0] / 50) <= 1)
  #expect(range(prices(.limitDay)) <= 2 * (plain[0] / 50) + 1)
  let volume = { (bars: [Bar]) in bars.reduce(0) { $0 + $1.volume.contracts } }
  #expect(volume(bars(.thinMarket)) * 5 == volume(bars(nil)))
  // Ten minutes are lost, and the feed says so once.
  let outage = ticks(.feedOutage)
  let gaps = outage.filter { if case .gap = $0.update { true } else { false } }
  #expect(gaps.count == 1)
  let longest = zip(outage, outage.dropFirst()).map { ($1.exchangeTime - $0.exchangeTime).count }.max() ?? 0
  #expect(longest >= Nanoseconds.minutes(9).count)
  // Each halt begins and ends.
  let phases = ticks(.halts).compactMap { event in
    if case .phase(let phase) = event.update { return phase }
    return nil
  }
  #expect(phases.filter { $0 == .frozen }.count == 2)
}
