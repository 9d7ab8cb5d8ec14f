// The book under the order-by-order market: nothing is lost, nobody jumps the queue, both streams tell the same.

import MarketData
import Simulation
import Testing
import TradingDomain

@Test func twoHundredBooksNeverCrossLoseContractsOrBreakTheQueue() {
  var actions = 0
  for seed in 0..<200 as Range<UInt64> {
    var configuration = shortFlow(seed: seed, seconds: 40)
    if seed % 4 == 1 { configuration.touchShare = 0 }
    if seed % 4 == 2 { configuration.reach = 4 }
    if seed % 4 == 3 { configuration.limitRate = 0.8 }
    var book = ReplayedBook()
    for action in OrderFlowActions(configuration) {
      book.apply(action)
      actions += 1
    }
    #expect(book.faults.isEmpty, "seed \(seed): \(book.faults.prefix(3))")
    let resting = book.queues.values.flatMap(\.values).flatMap { $0 }
    #expect(Set(resting).count == resting.count)
    // Every order's contracts are accounted for, and what rests is what the queues hold.
    #expect(Set(resting) == Set(book.orders.filter { $0.value.resting > 0 }.keys))
    #expect(book.best(.buy) != nil && book.best(.sell) != nil)
  }
  #expect(actions > 250_000)
}

@Test func theEventsAndTheOrdersTellTheSameBook() throws {
  var configuration = shortFlow(seed: 77, seconds: 300)
  configuration.touchShare = 0.5
  // Orders fall out of reach often.
  configuration.reach = 6
  var orders = OrderFlowActions(configuration)
  var pending = orders.next()
  var replay = ReplayedBook()
  var executions: [(Price, Quantity, TradeKind)] = []
  var trades: [(Price, Quantity, TradeKind)] = []
  let book = OrderBook(levels: 256)
  var batches = 0
  for event in flowEvents(configuration) {
    switch event.update {
    case .trade(let trade): trades.append((trade.price, trade.quantity, trade.kind))
    case .depth(let update):
      #expect(book.apply(update) == .applied)
      if !update.endsBatch { continue }
      batches += 1
      while let action = pending, action.time <= event.exchangeTime {
        if action.kind == .execute {
          executions.append(
            (action.price, action.quantity, action.side == .buy ? .sellerAggressor : .buyerAggressor))
        }
        replay.apply(action)
        pending = orders.next()
      }
      try #require(book.top == replay.top)
      if batches % 100 != 0 { continue }
      for side in [Side.buy, .sell] {
        let prices = (replay.queues[side] ?? [:]).keys.sorted(by: side == .buy ? (>) : (<))
        for (rank, price) in prices.enumerated() {
          let level = try #require(book.level(side, rank))
          #expect(level.price.ticks == price && level.quantity.contracts == replay.quantity(side, price))
          #expect(Int(level.orders) == replay.queues[side]?[price]?.count)
        }
        #expect(book.level(side, prices.count) == nil)
      }
    case .quote(let quote): #expect(quote == book.top)
    default: break
    }
  }
  #expect(pending == nil && batches > 5000 && trades.count > 500)
  #expect(trades.count == executions.count)
  for (trade, execution) in zip(trades, executions) { #expect(trade == execution) }
}

@Test func aFullBookRefusesOrdersAndStaysWhole() {
  var configuration = shortFlow(seed: 5, seconds: 120)
  configuration.orderCapacity = 64
  configuration.reach = 12
  let source = OrderFlowSource(configuration)
  var book = ReplayedBook()
  while source.advance() {
    for action in source.actions { book.apply(action) }
    #expect(source.restingOrders <= 64)
    if book.faults.count > 0 { break }
  }
  #expect(book.faults.isEmpty)
  #expect(source.refusedOrders > 100 && source.mostOrders == 64 && source.mostActions <= 65)
}

@Test func aLongSessionNeedsNoMoreRoomThanAShortOne() {
  let short = OrderFlowSource(shortFlow(seed: 9, seconds: 300))
  while short.advance() {}
  let long = OrderFlowSource(shortFlow(seed: 9, seconds: 3600))
  while long.advance() {}
  #expect(long.refusedOrders == 0 && short.refusedOrders == 0)
  #expect(long.mostOrders < 3 * short.mostOrders && long.mostOrders < long.configuration.orderCapacity / 2)
  #expect(long.mostActions < long.configuration.orderCapacity / 4)
}

@Test func pricesStayWithinTheLimitsOfTheDay() throws {
  var configuration = shortFlow(seed: 31, seconds: 900)
  configuration.startPrice = Price(ticks: 1200)
  configuration.limitShare = 0.1
  configuration.marketRate = 6
  configuration.touchShare = 0
  // All market orders buy: the price runs to the limit and stays there.
  configuration.signal = OrderFlowSignal(strength: 1000, halfLife: 1e9)
  let limits = configuration.limits
  var reached = false
  var book = ReplayedBook()
  for action in OrderFlowActions(configuration) {
    book.apply(action)
    #expect(action.price >= limits.lower && action.price <= limits.upper)
    if action.price == limits.upper || action.price == limits.lower { reached = true }
  }
  #expect(reached && book.faults.isEmpty)
}
