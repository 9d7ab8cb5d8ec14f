// Fill rule `displayedTouch`: taking displayed liquidity, standing in queues, and stops.

import TradingDomain

extension SimulatedExchange {
  /// Puts an order to work: takes what it can, and rests with what is left.
  func work(_ index: Int) {
    let market = orders[index].market
    insertWorking(index)
    if markets[market].configuration.fillRule == .barPenetration {
      orders[index].isTaker = true
      matchLateArrival(index)
      return
    }
    orders[index].isTaker = isCrossing(index)
    if markets[market].phase == .opened && orders[index].isTaker {
      take(index)
    } else {
      joinQueue(index)
    }
  }

  /// Whether the opposite side stands within the order's limit: displayed, or resting from a client, or, where nothing
  /// is displayed ever, last printed.
  private func isCrossing(_ index: Int) -> Bool {
    let order = orders[index]
    let market = markets[order.market]
    func reaches(_ price: Int64) -> Bool { order.side.sign * (order.limit - price) >= 0 }
    if let best = market.bestPrice(order.side.opposite) {
      if reaches(best) { return true }
    } else if order.isMarket {
      // With the other side empty for a moment, a market order waits for it instead of resting at its protection.
      return true
    }
    if let resting = bestResting(order.market, order.side.opposite), reaches(orders[resting].limit) { return true }
    if !market.hasTouch, let last = market.lastPrice { return reaches(last) }
    return false
  }

  private func bestResting(_ index: Int, _ side: Side) -> Int? {
    let list = side == .buy ? working[index].buy : working[index].sell
    return list.first { !orders[$0].isTaker }
  }

  /// Places an order behind what is displayed at its price.
  private func joinQueue(_ index: Int) {
    let order = orders[index]
    let market = markets[order.market]
    orders[index].isTaker = false
    orders[index].unexplained = 0
    orders[index].queueAhead = ExchangeOrder.unknownQueue
    if let displayed = market.displayed(order.side, at: order.limit) {
      orders[index].queueAhead = displayed
    } else if let best = market.bestPrice(order.side), order.side.sign * (order.limit - best) > 0 {
      orders[index].queueAhead = 0
    }
  }

  /// Takes liquidity within the limit, best price first, until filled, stopped by its own client's order, or dry.
  private func take(_ index: Int) {
    let (market, side) = (orders[index].market, orders[index].side)
    let sign = side.sign
    while orders[index].life == .working {
      let limit = orders[index].limit
      let displayed = markets[market].bestAvailable(side.opposite)
      if let resting = bestResting(market, side.opposite), sign * (limit - orders[resting].limit) >= 0,
        comesFirst(resting, before: displayed, sign)
      {
        if orders[resting].client == orders[index].client {
          preventSelfTrade(index)
          return
        }
        let quantity = min(orders[index].leaves, orders[resting].leaves)
        let price = orders[resting].limit
        fill(resting, quantity, at: price)
        fill(index, quantity, at: price)
        continue
      }
      guard let displayed, displayed.available > 0, sign * (limit - displayed.price) >= 0 else { break }
      let quantity = min(orders[index].leaves, displayed.available)
      markets[market].take(quantity, side.opposite, at: displayed.price)
      fill(index, quantity, at: displayed.price)
    }
    guard orders[index].life == .working else { return }
    if !isCrossing(index) { joinQueue(index) }
  }

  /// Price priority, then time: a resting order against the displayed market it may stand in front of.
  private func comesFirst(_ resting: Int, before displayed: DisplayedLevel?, _ sign: Int64) -> Bool {
    guard let displayed else { return true }
    let advantage = sign * (displayed.price - orders[resting].limit)
    return advantage > 0 || (advantage == 0 && orders[resting].queueAhead == 0)
  }

  // MARK: Market moves

  /// The display changed: takers try again, queues are measured anew, and the market may have come to resting orders.
  func touchChanged(_ index: Int) {
    let market = markets[index]
    guard market.phase == .opened, market.configuration.fillRule == .displayedTouch else { return }
    if !market.hasPrinted { triggerStops(index) }
    touchChanged(index, .buy)
    touchChanged(index, .sell)
  }

  private func touchChanged(_ index: Int, _ side: Side) {
    let market = markets[index]
    if (side == .buy ? working[index].buy : working[index].sell).isEmpty { return }
    let sign = side.sign
    for order in snapshot(index, side) where orders[order].life == .working {
      if orders[order].isTaker {
        if isCrossing(order) { take(order) } else { joinQueue(order) }
        continue
      }
      let limit = orders[order].limit
      measureQueue(order, market)
      while orders[order].life == .working, let opposite = market.bestAvailable(side.opposite),
        opposite.available > 0, sign * (limit - opposite.price) >= 0
      {
        // The market's other side has come to our price: it would have hit us here, at our price.
        let quantity = min(orders[order].leaves, opposite.available)
        market.take(quantity, side.opposite, at: opposite.price)
        fill(order, quantity, at: limit)
      }
    }
  }

  /// Brings the queue ahead of a resting order into line with the display.
  private func measureQueue(_ order: Int, _ market: InstrumentMarket) {
    let (side, limit, ahead) = (orders[order].side, orders[order].limit, orders[order].queueAhead)
    guard let best = market.bestPrice(side) else { return }
    if side.sign * (limit - best) > 0 {
      // The side has withdrawn behind us: whoever was ahead is gone.
      orders[order].queueAhead = 0
      orders[order].unexplained = 0
      return
    }
    guard let displayed = market.displayed(side, at: limit) else { return }
    if ahead == ExchangeOrder.unknownQueue {
      orders[order].queueAhead = displayed
    } else if displayed < ahead {
      orders[order].unexplained += ahead - displayed
      orders[order].queueAhead = displayed
    }
  }

  /// A print: it fills resting orders that it reached, then triggers stops.
  func printed(_ trade: Trade, _ index: Int) {
    let market = markets[index]
    switch trade.kind {
    case .cross, .retailLiquidityProvider, .other: return  // made outside the book
    case .unspecified, .buyerAggressor, .sellerAggressor, .auction: break
    }
    let price = trade.price.ticks
    market.lastPrice = price
    market.hasPrinted = true
    guard hasOrders(index) else { return }
    guard market.configuration.fillRule == .displayedTouch else { return }
    guard market.phase == .opened || (trade.kind == .auction && market.phase != .closed) else { return }
    market.renewUnpublished(trade.quantity.contracts, at: price)
    var budget = trade.quantity.contracts
    fillResting(index, .buy, trade, &budget)
    fillResting(index, .sell, trade, &budget)
    if market.phase == .opened { triggerStops(index) }
  }

  /// Gives a print's contracts to resting orders of one side, in price-time order.
  private func fillResting(_ index: Int, _ side: Side, _ trade: Trade, _ budget: inout Int64) {
    if (side == .buy ? working[index].buy : working[index].sell).isEmpty { return }
    let sign = side.sign
    let price = trade.price.ticks
    let ownAggressor: TradeKind = side == .buy ? .buyerAggressor : .sellerAggressor
    for order in snapshot(index, side) {
      if budget == 0 { return }
      let limit = orders[order].limit
      let beyond = sign * (limit - price)
      if beyond < 0 { return }
      if orders[order].isTaker {
        // With a display, takers are served from it; without, by prints worsened by a tick.
        if markets[index].hasTouch { continue }
        let worsened = price + sign
        if sign * (limit - worsened) < 0 { continue }
        let quantity = min(orders[order].leaves, budget)
        budget -= quantity
        fill(order, quantity, at: worsened)
      } else if beyond > 0 {
        let quantity = min(orders[order].leaves, budget)
        budget -= quantity
        fill(order, quantity, at: limit)
      } else if trade.kind != ownAggressor {
        budget -= fillAtPrice(order, budget)
      }
    }
  }

  /// Lets `budget` contracts printed at the order's own price pass its queue; returns what it got of them.
  private func fillAtPrice(_ order: Int, _ budget: Int64) -> Int64 {
    let ahead = orders[order].queueAhead
    if ahead == ExchangeOrder.unknownQueue { return 0 }
    let explained = min(orders[order].unexplained, budget)
    orders[order].unexplained -= explained
    let passing = budget - explained
    orders[order].queueAhead = max(0, ahead - passing)
    let quantity = min(orders[order].leaves, max(0, passing - ahead))
    if quantity > 0 { fill(order, quantity, at: orders[order].limit) }
    return quantity
  }

  // MARK: Stops

  /// Whether a stop's trigger is reached by the last print, or by the opposite touch where nothing is ever printed.
  func isReached(_ order: Int) -> Bool {
    let market = markets[orders[order].market]
    let side = orders[order].side
    let quoted = market.hasPrinted ? nil : market.bestPrice(side.opposite)
    guard let price = market.lastPrice ?? quoted else { return false }
    return side.sign * (price - orders[order].stop) >= 0
  }

  private func triggerStops(_ index: Int) {
    if stops[index].isEmpty { return }
    for order in stops[index] where isReached(order) {
      withdraw(order)
      orders[order].priority = takePriority()
      orders[order].arrival = now.nanoseconds
      work(order)
    }
  }
}
