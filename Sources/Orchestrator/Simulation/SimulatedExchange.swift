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
  var orders = OrderLedger()
  /// What the last call had to say, in order.
  var reports: ContiguousArray<ClientReport> = []
  var now = Timestamp.distantPast
  var nextPriority: UInt64 = 1
  /// Number of the last event of the feed, where the feed is known order by order.
  var feedNumber = -1
  /// Contracts filled, over all clients.
  var filledContracts: Int64 = 0

  init(_ configuration: SimulationConfiguration) {
    self.configuration = configuration
    markets = configuration.instruments.map {
      InstrumentMarket(
        $0, depthLevels: configuration.depthLevels, unpublishedTouchSize: configuration.unpublishedTouchSize.contracts)
    }
    reports.reserveCapacity(256)
  }

  func market(of instrument: InstrumentID) -> Int? {
    markets.firstIndex { $0.configuration.instrument.id == instrument }
  }

  // MARK: Market inputs

  /// Takes one input of the replayed market at its time.
  @inline(__always)
  func accept(_ update: borrowing MarketUpdate, _ index: Int, at time: Int64) {
    now = Timestamp(nanoseconds: time)
    let market = markets[index]
    switch update {
    case .quote(let quote):
      market.update(quote)
      if market.hasOrders { touchChanged(market) }
    case .trade(let trade):
      printed(trade, market)
    case .depth(let depth):
      market.update(depth)
      guard market.hasOrders else { return }
      levelChanged(market, depth)
      market.noteChange(depth.side)
      if depth.endsBatch { bookChanged(market) }
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

  /// A bar begins, or half of it has passed.
  func accept(_ mark: BarMark, at time: Int64) {
    now = Timestamp(nanoseconds: time)
    guard let market = market(of: mark.instrument) else { return }
    if mark.isOpen { openBar(mark.bar, market) } else { matchInside(mark.bar, market, arrivedAfter: .min) }
  }

  private func enter(_ phase: TradingPhase, _ index: Int) {
    let market = markets[index]
    let wasOpen = market.phase == .opened
    market.phase = phase
    if phase == .closed {
      expireAll(index)
    } else if phase == .opened && !wasOpen && market.hasOrders {
      touchChanged(market)
    }
  }

  /// After lost messages nobody knows what stands ahead of an order.
  private func forgetQueues(_ index: Int) {
    for side in [Side.buy, .sell] {
      for order in snapshot(index, side) { orders[order].queue = QueuePosition(behind: nil) }
    }
  }

  /// Day validity: what has not traded by the close is gone.
  private func expireAll(_ index: Int) {
    let market = markets[index]
    let remaining = (market.buys.snapshot + market.sells.snapshot + market.stops.snapshot).sorted()
    for order in remaining { expire(order) }
  }

  // MARK: Lists

  /// Puts an order among the working ones of its side by price, then time.
  func insertWorking(_ order: Int) {
    orders[order].life = .working
    let (index, side, limit, priority) = (
      orders[order].market, orders[order].side, orders[order].limit, orders[order].priority
    )
    func place(_ list: inout OrderList) {
      var position = 0
      while position < list.count {
        let other = list[position]
        let difference = side.sign * (limit - orders[other].limit)
        if difference > 0 || (difference == 0 && priority < orders[other].priority) { break }
        position += 1
      }
      list.insert(order, at: position)
    }
    if side == .buy { place(&markets[index].buys) } else { place(&markets[index].sells) }
  }

  /// Takes an order off every list; its life is over unless the caller puts it back.
  func withdraw(_ order: Int) {
    let market = markets[orders[order].market]
    switch (orders[order].life, orders[order].side) {
    case (.waiting, _): market.stops.remove(order)
    case (.working, .buy): market.buys.remove(order)
    case (.working, .sell): market.sells.remove(order)
    case (.done, _): break
    }
    orders[order].life = .done
  }

  /// Working orders of a side at this moment; a copy, because matching changes the lists.
  func snapshot(_ index: Int, _ side: Side) -> ContiguousArray<Int> {
    markets[index].working(side)
  }

  func takePriority() -> UInt64 {
    nextPriority += 1
    return nextPriority - 1
  }
}
