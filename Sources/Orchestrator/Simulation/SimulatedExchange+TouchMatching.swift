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
      if orders[index].validity == .bookOnly || (orders[index].validity == .fillOrKill && !canFillWhole(index)) {
        expire(index, .validityEnded)
        return
      }
      take(index)
    } else {
      joinQueue(index)
    }
    if orders[index].validity.isImmediate && orders[index].life == .working { expire(index, .validityEnded) }
  }

  /// Whether everything the order wants stands within its limit now.
  private func canFillWhole(_ index: Int) -> Bool {
    let order = orders[index]
    let market = markets[order.market]
    if configuration.liquidity == .unlimited { return true }
    var found: Int64 = 0
    for resting in snapshot(order.market, order.side.opposite) where !orders[resting].isTaker {
      if order.side.sign * (order.limit - orders[resting].limit) < 0 { break }
      // A match with its own client ends the order instead of filling it.
      if orders[resting].client == order.client { return false }
      found += orders[resting].leaves
    }
    return found + market.available(order.side.opposite, within: order.limit, upTo: order.leaves) >= order.leaves
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
    if configuration.liquidity == .conserved,
      let resting = bestResting(order.market, order.side.opposite), reaches(orders[resting].limit)
    {
      return true
    }
    if !market.hasTouch, let last = market.lastPrice { return reaches(last) }
    return false
  }

  private func bestResting(_ index: Int, _ side: Side) -> Int? {
    markets[index].first(side) { !orders[$0].isTaker }
  }

  /// Places an order behind what is displayed at its price.
  private func joinQueue(_ index: Int) {
    let order = orders[index]
    let market = markets[order.market]
    orders[index].isTaker = false
    orders[index].joined = feedNumber
    orders[index].queue = QueuePosition(behind: market.displayed(order.side, at: order.limit))
    if !orders[index].queue.isKnown, let best = market.bestPrice(order.side),
      order.side.sign * (order.limit - best) > 0
    {
      orders[index].queue = QueuePosition(behind: 0)
    }
  }

  /// Takes liquidity within the limit, best price first, until filled, stopped by its own client's order, or dry.
  private func take(_ index: Int) {
    let (market, side) = (orders[index].market, orders[index].side)
    let sign = side.sign
    if configuration.liquidity == .unlimited, let best = markets[market].bestPrice(side.opposite) {
      fill(index, orders[index].leaves, at: worsened(best, index, orders[index].leaves))
      return
    }
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
      fill(index, quantity, at: worsened(displayed.price, index, quantity))
    }
    guard orders[index].life == .working else { return }
    if !isCrossing(index) { joinQueue(index) }
  }

  /// Price priority, then time: a resting order against the displayed market it may stand in front of.
  private func comesFirst(_ resting: Int, before displayed: DisplayedLevel?, _ sign: Int64) -> Bool {
    guard let displayed else { return true }
    let advantage = sign * (displayed.price - orders[resting].limit)
    return advantage > 0 || (advantage == 0 && orders[resting].queue.ahead == 0)
  }

  // MARK: Market moves

  /// The display changed: takers try again, queues are measured anew, and the market may have come to resting orders.
  func touchChanged(_ market: InstrumentMarket) {
    guard market.phase == .opened, market.configuration.fillRule == .displayedTouch else { return }
    if !market.hasPrinted { triggerStops(market) }
    touchChanged(market, .buy)
    touchChanged(market, .sell)
  }

  /// A batch of changes to a book by levels has ended: only orders of the other side can have met what changed.
  func bookChanged(_ market: InstrumentMarket) {
    let (buyChanged, sellChanged) = market.changed
    market.forgetChanges()
    guard market.phase == .opened, market.configuration.fillRule == .displayedTouch else { return }
    if !market.hasPrinted { triggerStops(market) }
    if sellChanged && !isUndisturbed(market, .buy) { touchChanged(market, .buy) }
    if buyChanged && !isUndisturbed(market, .sell) { touchChanged(market, .sell) }
  }

  private func touchChanged(_ market: InstrumentMarket, _ side: Side) {
    if market.isEmpty(side) { return }
    let sign = side.sign
    for order in market.working(side) where orders[order].life == .working {
      if orders[order].isTaker {
        if isCrossing(order) { take(order) } else { joinQueue(order) }
        continue
      }
      let limit = orders[order].limit
      if !market.hasDepth { measureQueue(order, market) }
      if configuration.liquidity == .unlimited {
        guard let best = market.bestPrice(side.opposite), sign * (limit - best) >= 0 else { continue }
        fill(order, orders[order].leaves, at: limit)
        continue
      }
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

  /// Whether the display leaves all orders of a side as they are: none takes, and the market has not come to the best.
  /// (Queues of a book by levels are measured as each level changes.)
  private func isUndisturbed(_ market: InstrumentMarket, _ side: Side) -> Bool {
    if market.isEmpty(side) { return true }
    let opposite = market.bestPrice(side.opposite)
    return market.first(side) { place in
      if orders[place].isTaker { return true }
      guard let opposite else { return false }
      return side.sign * (orders[place].limit - opposite) >= 0
    } == nil
  }

  /// Brings the queue ahead of a resting order into line with a touch that may be at its price.
  private func measureQueue(_ order: Int, _ market: InstrumentMarket) {
    let (side, limit) = (orders[order].side, orders[order].limit)
    guard let best = market.bestPrice(side) else { return }
    if side.sign * (limit - best) > 0 {
      configuration.queue.queueGone(&orders[order].queue)
      return
    }
    guard let displayed = market.displayed(side, at: limit) else { return }
    configuration.queue.levelChanged(&orders[order].queue, to: displayed)
  }

  /// One level of the depth was set anew: the orders that stand at it learn of it.
  func levelChanged(_ market: InstrumentMarket, _ depth: DepthUpdate) {
    guard market.configuration.fillRule == .displayedTouch else { return }
    let limit = depth.price.ticks
    _ = market.first(depth.side) { order in
      if orders[order].limit == limit && !orders[order].isTaker {
        configuration.queue.levelChanged(&orders[order].queue, to: max(0, depth.quantity.contracts))
      }
      return false
    }
  }

  /// A print: it fills resting orders that it reached, then triggers stops.
  func printed(_ trade: Trade, _ market: InstrumentMarket) {
    switch trade.kind {
    case .cross, .retailLiquidityProvider, .other: return  // made outside the book
    case .unspecified, .buyerAggressor, .sellerAggressor, .auction: break
    }
    let price = trade.price.ticks
    market.lastPrice = price
    market.hasPrinted = true
    if configuration.slippage != .none {
      market.activity.add(trade.quantity.contracts, at: price, time: now.nanoseconds)
    }
    guard market.hasOrders else { return }
    guard market.configuration.fillRule == .displayedTouch else { return }
    guard market.phase == .opened || (trade.kind == .auction && market.phase != .closed) else { return }
    market.renewUnpublished(trade.quantity.contracts, at: price)
    var budget = trade.quantity.contracts
    fillResting(market, .buy, trade, &budget)
    fillResting(market, .sell, trade, &budget)
    if market.phase == .opened { triggerStops(market) }
  }

  /// Gives a print's contracts to resting orders of one side, in price-time order.
  private func fillResting(_ market: InstrumentMarket, _ side: Side, _ trade: Trade, _ budget: inout Int64) {
    // Order by order, it is the executed orders that tell who was reached.
    if market.isEmpty(side) || (configuration.queue == .orderByOrder && trade.kind != .auction) { return }
    let sign = side.sign
    let price = trade.price.ticks
    let ownAggressor: TradeKind = side == .buy ? .buyerAggressor : .sellerAggressor
    if configuration.liquidity == .unlimited {
      if trade.kind != ownAggressor { fillWhole(market, side, price, trade.quantity.contracts) }
      return
    }
    for order in market.working(side) {
      if budget == 0 { return }
      let limit = orders[order].limit
      let beyond = sign * (limit - price)
      if beyond < 0 { return }
      if orders[order].isTaker {
        // With a display, takers are served from it; without, by prints worsened by a tick.
        if market.hasTouch { continue }
        let worsened = price + sign
        if sign * (limit - worsened) < 0 { continue }
        let quantity = min(orders[order].leaves, budget)
        budget -= quantity
        fill(order, quantity, at: worsened)
      } else if beyond > 0 {
        let quantity = min(orders[order].leaves, budget)
        budget -= quantity
        // A call has one price for all; in continuous trading the aggressor would have met our price first.
        fill(order, quantity, at: trade.kind == .auction ? price : limit)
      } else if trade.kind != ownAggressor {
        budget -= fillAtPrice(order, budget)
      }
    }
  }

  /// `LiquidityRule.unlimited`: a print reaches every order, each for all it wants.
  private func fillWhole(_ market: InstrumentMarket, _ side: Side, _ price: Int64, _ quantity: Int64) {
    for order in market.working(side) where !orders[order].isTaker {
      let beyond = side.sign * (orders[order].limit - price)
      if beyond < 0 { return }
      if beyond > 0 || configuration.queue.printed(&orders[order].queue, quantity) > 0 {
        fill(order, orders[order].leaves, at: orders[order].limit)
      }
    }
  }

  /// An order of the recorded market left: those behind it move up, and if it was executed, whoever stood in front of
  /// it would have been executed instead.
  func orderLeft(_ departure: QueueDeparture, _ index: Int, at time: Int64) {
    now = Timestamp(nanoseconds: time)
    let market = markets[index]
    guard market.configuration.fillRule == .displayedTouch else { return }
    var budget = departure.isExecution && market.phase == .opened ? departure.quantity : 0
    for order in market.working(departure.side) where !orders[order].isTaker {
      let better = departure.side.sign * (orders[order].limit - departure.price)
      if better < 0 { return }
      if better == 0 && departure.joined <= orders[order].joined {
        orders[order].queue.ahead = max(0, orders[order].queue.ahead - Double(departure.quantity))
        continue
      }
      let quantity = configuration.liquidity == .unlimited && budget > 0 ? orders[order].leaves : budget
      guard min(quantity, orders[order].leaves) > 0 else { continue }
      let filled = min(quantity, orders[order].leaves)
      if configuration.liquidity == .conserved { budget -= filled }
      fill(order, filled, at: orders[order].limit)
    }
  }

  /// Lets `budget` contracts printed at the order's own price pass its queue; returns what it got of them.
  private func fillAtPrice(_ order: Int, _ budget: Int64) -> Int64 {
    let quantity = min(orders[order].leaves, configuration.queue.printed(&orders[order].queue, budget))
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

  private func triggerStops(_ market: InstrumentMarket) {
    if market.stops.isEmpty { return }
    for order in market.stops.snapshot where isReached(order) {
      withdraw(order)
      orders[order].priority = takePriority()
      orders[order].arrival = now.nanoseconds
      work(order)
    }
  }
}
