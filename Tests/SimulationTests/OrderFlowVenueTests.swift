// The order-by-order market behind the simulated venue: who waits in a queue is served when the queue says so.

import Simulation
import Testing
import TradingDomain

private func configuration(seed: UInt64) -> OrderFlowConfiguration {
  OrderFlowConfiguration(instrument: .wdo, session: Scenario.session, seed: seed)
}

/// When a bid for one contract, sent at `time` to the best price of then, must be served: at the first execution of
/// somebody who came later or bids less, or when an offer comes at its price.
private func due(_ actions: [OrderBookAction], sentAt time: Timestamp) -> (price: Int64, time: Timestamp?) {
  var book = ReplayedBook()
  let later = actions.firstIndex { $0.time > time } ?? actions.count
  for action in actions[..<later] { book.apply(action) }
  let price = book.best(.buy) ?? 0
  let ahead = Set(book.queues[.buy]?[price] ?? [])
  let served = actions[later...].first { action in
    switch action.kind {
    case .execute: action.side == .buy && action.price.ticks <= price && !ahead.contains(action.id)
    case .add: action.side == .sell && action.price.ticks <= price
    case .reduce: false
    }
  }
  return (price, served?.time)
}

@Test func aRestingOrderIsServedWhenThoseAheadInTheFlowAreGone() throws {
  let actions = Array(OrderFlowActions(configuration(seed: 15)))
  var served = 0
  for second in stride(from: 5, through: 500, by: 45) as StrideThrough<Int64> {
    let time = Scenario.open + .seconds(second)
    let expected = due(actions, sentAt: time)
    var simulation = Scenario().configuration
    simulation.queue = .orderByOrder
    let core = VenueCore(configuration: simulation, feed: MarketFeed(orders: actions, instrument: Instrument.wdo.id))
    let client = core.addClient()
    while core.next(notAfter: time) != nil {}
    core.submitNow(newOrder(1, .buy, 1, limit: expected.price, at: time), client: client, now: time)
    var filled: Timestamp?
    while let delivery = core.next(notAfter: .distantFuture) {
      if case .order(let report) = delivery.event.update, report.tradedQuantity > 0, filled == nil {
        filled = report.exchangeTime
        #expect(report.tradedTicks == expected.price)
      }
    }
    #expect(filled == expected.time, "sent at second \(second)")
    if filled != nil { served += 1 }
  }
  #expect(served >= 8)
}

@Test func theVenueTradesTheMarketStreamTheSameWayEveryTime() {
  func run() -> [FillLine] {
    let market = configuration(seed: 3)
    let venue = SimulatedVenue(
      configuration: Scenario().configuration, feed: MarketFeed(OrderFlowMarket(market)))
    var sent: UInt64 = 0
    let events = drive(venue, bufferSize: 64) { event in
      guard case .market(let update) = event.update, case .quote(let quote) = update.update, sent < 40,
        update.exchangeTime.nanoseconds - Scenario.open.nanoseconds > Int64(sent) * 10_000_000_000
      else { return [] }
      sent += 1
      return [newOrder(sent, sent % 2 == 0 ? .buy : .sell, 2, limit: (sent % 2 == 0 ? quote.bid : quote.ask).ticks)]
    }
    return fills(orderReports(events))
  }
  let first = run()
  #expect(first.count > 10)
  #expect(first == run())
}
