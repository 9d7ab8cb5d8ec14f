// A trap: everything after an instant is changed. If a single record before it differs, the run has seen the future.

import Backtest
import Engine
import MarketData
import Risk
import Simulation
import Testing
import TradingDomain

@Suite struct LookAheadTests {
  static let hours: TradingSession = SyntheticMarketConfiguration.wdo(date: BacktestSample.date, seed: 0).session

  /// The event with its prices and sizes changed beyond recognition.
  static func altered(_ event: MarketEvent) -> MarketEvent {
    func moved(_ price: Price) -> Price { price + Price(ticks: 37) }
    func grown(_ quantity: Quantity) -> Quantity { Quantity(quantity.contracts * 3 + 1) }
    var event = event
    switch event.update {
    case .trade(var trade):
      trade.price = moved(trade.price)
      trade.quantity = grown(trade.quantity)
      event.update = .trade(trade)
    case .quote(let quote):
      event.update = .quote(
        Quote(
          bid: moved(quote.bid), bidQuantity: grown(quote.bidQuantity), ask: moved(quote.ask),
          askQuantity: grown(quote.askQuantity)))
    case .bar(var bar):
      bar.open = moved(bar.open)
      bar.high = moved(bar.high) + Price(ticks: 9)
      bar.low = moved(bar.low) - Price(ticks: 5)
      bar.close = moved(bar.close)
      bar.volume = grown(bar.volume)
      event.update = .bar(bar)
    case .depth, .phase, .limits, .gap: break
    }
    return event
  }

  static func journal(
    _ events: [MarketEvent], rule: FillRule, latency: LatencyModel, warmUp: [Bar]
  ) throws -> [JournalEntry] {
    let journal = KeptJournal()
    let configuration = BacktestSample.configuration {
      if rule == .barPenetration { $0.limits = $0.limits.forBars(of: .minutes(1)) }
    }
    let result = try BacktestSample.run(
      [BacktestSample.session(hours, rule: rule, latency: latency, events: events)], warmUp: warmUp,
      configuration: configuration, journal: journal)
    #expect(!result.journalFailed && result.executionFlaws == 0)
    return journal.entries
  }

  static func expectNoTrace(
    of future: (MarketEvent) -> Bool, after instant: Timestamp, in events: [MarketEvent], rule: FillRule,
    latency: LatencyModel, warmUp: [Bar]
  ) throws {
    let original = try journal(events, rule: rule, latency: latency, warmUp: warmUp)
    let other = try journal(
      events.map { future($0) ? altered($0) : $0 }, rule: rule, latency: latency, warmUp: warmUp)
    let before = original.prefix { $0.time < instant }
    let fills = before.count { entry in
      if case .fill = entry.fact { return true }
      return false
    }
    #expect(fills >= 2, "the trap needs trades before \(instant)")
    #expect(Array(before) == Array(other.prefix { $0.time < instant }))
    #expect(original != other, "the alteration must show after the instant")
  }

  static let events = BacktestSample.events(of: SyntheticMarket(.wdo(date: BacktestSample.date, seed: 11)))

  static let warmUp: [Bar] = MarketPlan.bars(
    of: SyntheticMarket(.wdo(date: BacktestSample.date.advanced(by: -1), seed: 11)), duration: .minutes(1)
  ).suffix(MarketPlan.leastWarmUpBars)

  /// The day until an hour after the instant: enough for the alteration to show.
  static func events(around instant: Timestamp) -> [MarketEvent] {
    events.filter { $0.exchangeTime < instant + .minutes(60) }
  }

  @Test(arguments: [Int64(150), 400])
  func tradesAndQuotesOfTheFutureLeaveNoTraceInThePast(_ minutes: Int64) throws {
    let instant = Self.hours.open + .minutes(minutes)
    let events = Self.events(around: instant)
    try Self.expectNoTrace(
      of: { $0.exchangeTime >= instant }, after: instant, in: events, rule: .displayedTouch,
      latency: BacktestSample.latency, warmUp: Self.warmUp)
  }

  /// Bars are known at their end; one that began at the instant or later is altered altogether, its open included.
  @Test(arguments: [Int64(150), 400])
  func barsOfTheFutureLeaveNoTraceInThePast(_ minutes: Int64) throws {
    let bars = MarketPlan.bars(
      of: SyntheticMarket(.wdo(date: BacktestSample.date, seed: 11)), duration: .minutes(1))
    let events = bars.enumerated().map { index, bar in
      MarketEvent(
        instrument: Instrument.wdo.id, sequence: UInt64(index), exchangeTime: bar.end, update: .bar(bar))
    }
    let instant = Self.hours.open + .minutes(minutes)
    try Self.expectNoTrace(
      of: { event in
        if case .bar(let bar) = event.update { return bar.start >= instant }
        return false
      }, after: instant, in: events, rule: .barPenetration,
      latency: .constant(feed: .zero, entry: .milliseconds(2), response: .milliseconds(1)), warmUp: Self.warmUp)
  }

  /// The trap itself: an instant too late by one bar must be noticed, or the tests above could not fail.
  @Test func theTrapCatchesALeakOfOneBar() throws {
    let instant = Self.hours.open + .minutes(150)
    let (events, warmUp) = (Self.events(around: instant), Self.warmUp)
    let original = try Self.journal(events, rule: .displayedTouch, latency: BacktestSample.latency, warmUp: warmUp)
    let leaking = try Self.journal(
      events.map { $0.exchangeTime >= instant - .minutes(1) ? Self.altered($0) : $0 }, rule: .displayedTouch,
      latency: BacktestSample.latency, warmUp: warmUp)
    let end = instant + .minutes(1)
    #expect(Array(original.prefix { $0.time < end }) != Array(leaking.prefix { $0.time < end }))
  }
}
