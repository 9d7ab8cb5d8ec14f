// Contracts and money are conserved between clients, and no fill exceeds what the market showed.

import MarketData
import QuantMath
import Simulation
import Testing
import TradingDomain

/// A client's view of its fills: prices and contracts by report differences.
private struct Books {
  var bought: Int64 = 0
  var sold: Int64 = 0
  var ticksPaid: Int64 = 0
  var ticksReceived: Int64 = 0
  private var seen: [ClientOrderID: OrderReport] = [:]

  mutating func apply(_ report: OrderReport) -> (quantity: Int64, ticks: Int64) {
    let before = seen[report.id]
    let quantity = report.tradedQuantity.contracts - (before?.tradedQuantity.contracts ?? 0)
    let ticks = report.tradedTicks - (before?.tradedTicks ?? 0)
    #expect(quantity >= 0, "traded quantity went back on \(report.id.counter)")
    #expect(report.tradedQuantity <= report.quantity || report.status == .replaced)
    seen[report.id] = report
    if report.side == .buy {
      bought += quantity
      ticksPaid += ticks
    } else {
      sold += quantity
      ticksReceived += ticks
    }
    return (quantity, ticks)
  }
}

@Test(arguments: [1, 2, 3] as [UInt64])
func contractsAndMoneyBetweenClientsAreConserved(seed: UInt64) {
  // An empty market: clients can only trade with each other, so what one pays another receives.
  let quote = Quote(bid: Price(ticks: 10_900), bidQuantity: 0, ask: Price(ticks: 0), askQuantity: 0)
  var configuration = Scenario().configuration
  configuration.latency = .constant(feed: .zero, entry: .milliseconds(1), response: .milliseconds(1))
  configuration.maximumWorkingOrders = 10_000
  var events = [
    MarketEvent(
      instrument: Instrument.wdo.id, sequence: 0, exchangeTime: Scenario.open,
      update: .trade(Trade(price: Price(ticks: 10_900), quantity: 1, kind: .unspecified, number: 1)))
  ]
  for index in 1..<4000 as Range<UInt64> {
    let time = Scenario.open + .milliseconds(Int64(index) * 10)
    events.append(
      MarketEvent(
        instrument: Instrument.wdo.id, sequence: index, exchangeTime: time,
        update: .quote(Quote(bid: Price(ticks: 0), bidQuantity: 0, ask: quote.ask, askQuantity: 0))))
  }
  let core = VenueCore(configuration: configuration, feed: MarketFeed(events: events))
  let clients = (0..<3).map { _ in core.addClient() }
  var books = clients.map { _ in Books() }
  var random = CounterRandom(seed: seed, stream: 1)
  var counter: UInt64 = 0
  while core.openWindow() {
    var now = Timestamp.distantPast
    while let delivery = core.nextInWindow() {
      now = delivery.event.localTime
      if case .order(let report) = delivery.event.update, let client = delivery.client {
        _ = books[client].apply(report)
      }
    }
    for client in clients where now > Scenario.open && random.nextInteger(below: 4) == 0 {
      counter += 1
      let side: Side = random.nextInteger(below: 2) == 0 ? .buy : .sell
      let price = 10_890 + Int64(random.nextInteger(below: 20))
      let quantity = Int64(1 + random.nextInteger(below: 9))
      core.submit(newOrder(counter, side, quantity, limit: price, at: now), client: client)
    }
  }
  let bought = books.reduce(0) { $0 + $1.bought }
  #expect(bought > 1000)
  #expect(bought == books.reduce(0) { $0 + $1.sold })
  #expect(books.reduce(0) { $0 + $1.ticksPaid } == books.reduce(0) { $0 + $1.ticksReceived })
  #expect(core.statistics.filledContracts == 2 * bought)
}

@Test(arguments: [11, 12, 13] as [UInt64])
func volumeConsumedNeverExceedsVolumeShown(seed: UInt64) {
  // Every contract of ours must come out of contracts that were displayed or printed at that price or better, each
  // used once: a running total per side, with display counted only where it grows or moves.
  var market = SyntheticMarketConfiguration(
    instrument: .wdo,
    session: TradingSession(date: Scenario.date, open: Scenario.open, close: Scenario.open + .minutes(20)), seed: seed)
  market.movesPerSecond = 10
  var configuration = SimulationConfiguration(
    instruments: [SimulatedInstrument(instrument: .wdo, session: market.session, fillRule: .displayedTouch)],
    latency: .constant(feed: .zero, entry: .zero, response: .zero))
  configuration.maximumWorkingOrders = 10_000
  let venue = SimulatedVenue(configuration: configuration, feed: MarketFeed(SyntheticMarket(market)))
  var client = RestlessClient(seed: seed)
  var books = Books()
  var shown: [Side: Int64] = [.buy: 0, .sell: 0]
  var last = Quote(bid: Price(ticks: 0), bidQuantity: 0, ask: Price(ticks: 0), askQuantity: 0)
  var extremes = (low: Int64.max, high: Int64.min)
  // A fill is reported before the market event of the same instant that made it: it is judged after that.
  var unjudged: [(quantity: Int64, ticks: Int64, time: Timestamp)] = []
  _ = drive(venue, bufferSize: 1) { event in
    unjudged.removeAll { fill in
      if fill.time == event.localTime { return false }
      let isInside = fill.ticks >= fill.quantity * extremes.low && fill.ticks <= fill.quantity * extremes.high
      #expect(isInside, "filled outside the market")
      return true
    }
    switch event.update {
    case .market(let market):
      switch market.update {
      case .quote(let quote):
        let newBid =
          quote.bid == last.bid
          ? max(0, quote.bidQuantity.contracts - last.bidQuantity.contracts) : quote.bidQuantity.contracts
        let newAsk =
          quote.ask == last.ask
          ? max(0, quote.askQuantity.contracts - last.askQuantity.contracts) : quote.askQuantity.contracts
        shown[.buy, default: 0] += newBid
        shown[.sell, default: 0] += newAsk
        extremes = (min(extremes.low, quote.bid.ticks), max(extremes.high, quote.ask.ticks))
        last = quote
      case .trade(let trade):
        shown[.buy, default: 0] += trade.quantity.contracts
        shown[.sell, default: 0] += trade.quantity.contracts
      default: break
      }
    case .order(let report):
      let (quantity, ticks) = books.apply(report)
      if quantity > 0 { unjudged.append((quantity, ticks, event.localTime)) }
    default: break
    }
    return client.answer(event)
  }
  #expect(books.bought > 50 && books.sold > 50)
  #expect(books.bought <= shown[.sell, default: 0])
  #expect(books.sold <= shown[.buy, default: 0])
}

@Test(arguments: [21, 22, 23, 24] as [UInt64])
func noFillAtThePriceBeforeTheQueueAheadIsGone(seed: UInt64) {
  // A bid joins a long queue while prints at its price and quotes of its level arrive in random order and size; the
  // market never trades through. By whatever order, the contracts filled must not exceed those printed beyond the
  // queue.
  var random = CounterRandom(seed: seed, stream: 2)
  for _ in 0..<200 {
    var queue = Int64(20 + random.nextInteger(below: 80))
    var steps = [quote(10_900, queue, 10_902, 50), limit(1, .buy, 1000, 10_900)]
    let queueAtArrival = queue
    var printed: Int64 = 0
    var canceled: Int64 = 0
    for _ in 0..<30 {
      switch random.nextInteger(below: 4) {
      case 0, 1:
        let size = Int64(1 + random.nextInteger(below: 15))
        printed += size
        queue = max(1, queue - size)
        // The quote that follows the print may come before it, after it, or not at all.
        let print = trade(10_900, size, .sellerAggressor)
        let display = quote(10_900, queue, 10_902, 50)
        switch random.nextInteger(below: 3) {
        case 0: steps += [display, print]
        case 1: steps += [print, display]
        default: steps += [print]
        }
      case 2:
        let size = min(queue - 1, Int64(random.nextInteger(below: 10)))
        canceled += size
        queue -= size
        steps.append(quote(10_900, queue, 10_902, 50))
      default:
        queue += Int64(random.nextInteger(below: 20))
        steps.append(quote(10_900, queue, 10_902, 50))
      }
    }
    let filled = fills(Scenario().reports(steps)).reduce(0) { $0 + $1.contracts }
    #expect(filled <= max(0, printed + canceled - queueAtArrival), "seed \(seed)")
  }
}
