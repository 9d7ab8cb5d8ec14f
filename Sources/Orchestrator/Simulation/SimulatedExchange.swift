// The matching core: a replayed market and the orders of simulated clients. State and market side; see the extensions
// for commands, the two fill rules, and reports.

import TradingDomain

/// A price-time matching engine in front of a replayed market.
///
/// Clients' orders meet the market by the instrument's ``FillRule``, and each other: a resting order of another client
/// that is priced better than the displayed market, or equally with no queue ahead, trades first. Such trades are
/// reported to their parties but not printed, because the replayed feed stays as it was recorded.
///
/// Called with times that never go backward; reports of each call are collected in `reports` for the caller to drain.
final class SimulatedExchange {
  let configuration: SimulationConfiguration
  let markets: [InstrumentMarket]
  /// All orders of the session by number less one; kept for duplicates and late questions.
  var orders: ContiguousArray<ExchangeOrder> = []
  /// Working orders by market and side, best price first, then time: indices into `orders`.
  var working: [(buy: ContiguousArray<Int>, sell: ContiguousArray<Int>)]
  /// Untriggered stops by market, oldest first.
  var stops: [ContiguousArray<Int>]
  var submissions: [SubmissionKey: Int] = [:]
  /// What the last call had to say, in order.
  var reports: ContiguousArray<ClientReport> = []
  var now = Timestamp.distantPast
  var nextPriority: UInt64 = 1
  /// Contracts filled, over all clients.
  var filledContracts: Int64 = 0

  init(_ configuration: SimulationConfiguration) {
    self.configuration = configuration
    markets = configuration.instruments.map {
      InstrumentMarket(
        $0, depthLevels: configuration.depthLevels, unpublishedTouchSize: configuration.unpublishedTouchSize.contracts)
    }
    working = markets.map { _ in ([], []) }
    stops = markets.map { _ in [] }
    orders.reserveCapacity(4096)
    reports.reserveCapacity(256)
    submissions.reserveCapacity(4096)
    for index in markets.indices {
      working[index].buy.reserveCapacity(64)
      working[index].sell.reserveCapacity(64)
      stops[index].reserveCapacity(64)
    }
  }

  func market(of instrument: InstrumentID) -> Int? {
    markets.firstIndex { $0.configuration.instrument.id == instrument }
  }

  // MARK: Market inputs

  /// Takes one input of the replayed market at its time.
  @inline(__always)
  func accept(_ input: MarketInput, at time: Int64) {
    now = Timestamp(nanoseconds: time)
    switch input {
    case .event(let event):
      guard let market = market(of: event.instrument) else { return }
      accept(event.update, market)
    case .barOpened(let bar, let instrument):
      guard let market = market(of: instrument) else { return }
      openBar(bar, market)
    case .barMiddle(let bar, let instrument):
      guard let market = market(of: instrument) else { return }
      matchInside(bar, market, arrivedAfter: .min)
    }
  }

  @inline(__always)
  private func accept(_ update: MarketUpdate, _ index: Int) {
    let market = markets[index]
    switch update {
    case .quote(let quote):
      market.update(quote)
      if hasOrders(index) { touchChanged(index) }
    case .trade(let trade):
      printed(trade, index)
    case .depth(let depth):
      market.update(depth)
      if depth.endsBatch && hasOrders(index) { touchChanged(index) }
    case .bar(let bar):
      if market.configuration.fillRule == .barPenetration { closeBar(bar, index) }
    case .phase(let phase):
      enter(phase, index)
    case .limits(let limits):
      market.limits = limits
    case .gap:
      market.forgetDisplay()
      forgetQueues(index)
    }
  }

  func hasOrders(_ index: Int) -> Bool {
    !(working[index].buy.isEmpty && working[index].sell.isEmpty && stops[index].isEmpty)
  }

  private func enter(_ phase: TradingPhase, _ index: Int) {
    let market = markets[index]
    let wasOpen = market.phase == .opened
    market.phase = phase
    if phase == .closed {
      expireAll(index)
    } else if phase == .opened && !wasOpen && hasOrders(index) {
      touchChanged(index)
    }
  }

  /// After lost messages nobody knows what stands ahead of an order.
  private func forgetQueues(_ index: Int) {
    func forget(_ list: ContiguousArray<Int>) {
      for order in list {
        orders[order].queueAhead = ExchangeOrder.unknownQueue
        orders[order].unexplained = 0
      }
    }
    forget(working[index].buy)
    forget(working[index].sell)
  }

  /// Day validity: what has not traded by the close is gone.
  private func expireAll(_ index: Int) {
    let remaining = (Array(working[index].buy) + Array(working[index].sell) + Array(stops[index])).sorted()
    for order in remaining {
      withdraw(order)
      report(order, orders[order].traded > 0 ? .partiallyFilledExpired : .expired)
    }
  }

  // MARK: Lists

  /// Puts an order among the working ones of its side by price, then time.
  func insertWorking(_ order: Int) {
    orders[order].life = .working
    let (index, side, limit, priority) = (
      orders[order].market, orders[order].side, orders[order].limit, orders[order].priority
    )
    func place(_ list: inout ContiguousArray<Int>) {
      let position = list.firstIndex { other in
        let difference = side.sign * (limit - orders[other].limit)
        return difference > 0 || (difference == 0 && priority < orders[other].priority)
      }
      list.insert(order, at: position ?? list.endIndex)
    }
    if side == .buy { place(&working[index].buy) } else { place(&working[index].sell) }
  }

  /// Takes an order off every list; its life is over unless the caller puts it back.
  func withdraw(_ order: Int) {
    let index = orders[order].market
    switch (orders[order].life, orders[order].side) {
    case (.waiting, _): stops[index].removeAll { $0 == order }
    case (.working, .buy): working[index].buy.removeAll { $0 == order }
    case (.working, .sell): working[index].sell.removeAll { $0 == order }
    case (.done, _): break
    }
    orders[order].life = .done
  }

  /// Working orders of a side at this moment; a copy, because matching changes the lists.
  func snapshot(_ index: Int, _ side: Side) -> ContiguousArray<Int> {
    side == .buy ? working[index].buy : working[index].sell
  }

  func takePriority() -> UInt64 {
    nextPriority += 1
    return nextPriority - 1
  }
}
