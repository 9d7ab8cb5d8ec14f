// What clients may ask: new, cancel, change, cancel all; with the checks and the answers of the real gateway.

import TradingDomain

extension SimulatedExchange {
  /// Executes a command that arrived from `client` at `time`.
  func execute(_ command: OrderCommand, client: Int, at time: Int64) {
    now = Timestamp(nanoseconds: time)
    switch command {
    case .new(let order): submit(order, client)
    case .cancel(let cancel): withdraw(cancel, client)
    case .change(let change): amend(change, client)
    case .cancelAll:
      for index in liveOrders(of: client) { cancel(index) }
    }
  }

  /// Withdraws the entry orders of a client that is gone; what protects its position stays.
  func withdrawEntries(client: Int, at time: Int64) {
    now = Timestamp(nanoseconds: time)
    for index in liveOrders(of: client) where orders[index].purpose == .entry { cancel(index) }
  }

  // MARK: New

  private func submit(_ order: NewOrder, _ client: Int) {
    if let known = orders.place(client: client, id: order.id) {
      // The first submission decided; a repetition only hears again what became of it.
      reports.append(ClientReport(client: client, report: orders[known].lastReport(epoch: configuration.gatewayEpoch)))
      return
    }
    let index = enrol(order, client)
    report(index, .clientCreated)
    report(index, .clientCreated)
    let refusal = refusal(of: order.intent, client)
    if refusal != .none {
      orders[index].life = .done
      report(index, .rejected, refusal)
      return
    }
    report(index, .hadesCreated)
    report(index, .new)
    start(index)
  }

  private func enrol(_ order: NewOrder, _ client: Int) -> Int {
    let intent = order.intent
    let number = UInt32(truncatingIfNeeded: orders.count + 1)
    return orders.append(
      ExchangeOrder(
        client: client, id: order.id, number: number, market: market(of: intent.instrument) ?? 0,
        instrument: intent.instrument, side: intent.side, type: intent.type, purpose: intent.purpose,
        validity: intent.validity, quantity: intent.quantity.contracts,
        limit: intent.limit?.ticks ?? 0, stop: intent.stop?.ticks ?? 0, arrival: now.nanoseconds,
        priority: takePriority(), reported: now))
  }

  /// Why an order cannot be taken; `.none` when it can.
  private func refusal(of intent: OrderIntent, _ client: Int) -> VenueReason {
    guard let index = market(of: intent.instrument) else { return .unknownInstrument }
    let market = markets[index]
    if market.configuration.isContinuousTicker { return .continuousTickerNotTradable }
    let lot = market.configuration.instrument.lot.contracts
    let quantity = intent.quantity.contracts
    if quantity <= 0 || quantity > 1_000_000_000 || quantity % lot != 0 { return .invalidQuantity }
    switch market.phase {
    case .opened: break
    case .auction, .preOpening, .preClosing:
      // Stops and market orders need continuous trading.
      if intent.type != .limit || intent.validity != .day { return .marketClosed }
    case .closed, .frozen, .inhibited, .unknown: return .marketClosed
    }
    let prices = priceRefusal(type: intent.type, side: intent.side, limit: intent.limit, stop: intent.stop, index)
    if prices != .none { return prices }
    if markets.reduce(0, { $0 + $1.buys.count + $1.sells.count + $1.stops.count })
      >= configuration.maximumWorkingOrders,
      liveOrders(of: client).count >= configuration.maximumWorkingOrders
    {
      return .tooManyOrders
    }
    if intent.type == .limit, let limit = intent.limit,
      market.configuration.fillRule == .barPenetration, crossesOwn(index, intent.side, limit.ticks, client)
    {
      return .selfTrade
    }
    return .none
  }

  private func priceRefusal(type: OrderType, side: Side, limit: Price?, stop: Price?, _ index: Int) -> VenueReason {
    let market = markets[index]
    func refused(_ price: Price) -> VenueReason {
      if price.ticks <= 0 || price.ticks > 1 << 40 { return .invalidPrice }
      if let limits = market.limits, price < limits.lower || price > limits.upper { return .outsidePriceLimits }
      if let tunnel = configuration.rejectionTunnelTicks, let last = market.lastPrice,
        abs(price.ticks - last) > tunnel
      {
        return .outsidePriceLimits
      }
      return .none
    }
    switch type {
    case .market:
      return reference(index, side) == nil ? .invalidPrice : .none
    case .limit:
      guard let limit else { return .invalidPrice }
      return refused(limit)
    case .stopLimit:
      guard let limit, let stop else { return .invalidPrice }
      // The limit must lie at the trigger or beyond it, or the order could never follow its trigger.
      if side.sign * (limit.ticks - stop.ticks) < 0 { return .invalidPrice }
      let limitRefusal = refused(limit)
      return limitRefusal == .none ? refused(stop) : limitRefusal
    }
  }

  /// The client's orders that can still trade, oldest first.
  func liveOrders(of client: Int) -> [Int] {
    var live: [Int] = []
    for index in markets.indices {
      let market = markets[index]
      for list in [market.buys.snapshot, market.sells.snapshot, market.stops.snapshot] {
        for order in list where orders[order].client == client { live.append(order) }
      }
    }
    return live.sorted()
  }

  /// Whether an own resting order of the other side stands at or within `limit`.
  private func crossesOwn(_ index: Int, _ side: Side, _ limit: Int64, _ client: Int) -> Bool {
    snapshot(index, side.opposite).contains { other in
      orders[other].client == client && !orders[other].isTaker && side.sign * (limit - orders[other].limit) >= 0
    }
  }

  /// Lets an accepted order loose: waits for its trigger, or works.
  func start(_ index: Int) {
    if orders[index].type == .stopLimit {
      if !isReached(index) {
        orders[index].life = .waiting
        let market = markets[orders[index].market]
        market.stops.insert(index, at: market.stops.count)
        return
      }
    }
    // The broker executes a stop that is already crossed at once, as a market order.
    if orders[index].type != .limit {
      orders[index].isMarket = true
      orders[index].limit = protection(orders[index].market, orders[index].side) ?? orders[index].limit
    }
    work(index)
  }

  /// Price from which a market order on `side` is protected: the opposite touch, else the last price.
  func reference(_ index: Int, _ side: Side) -> Int64? {
    markets[index].bestPrice(side.opposite) ?? markets[index].lastPrice
  }

  /// The limit that replaces "at market".
  func protection(_ index: Int, _ side: Side) -> Int64? {
    let market = markets[index]
    guard let reference = reference(index, side) else { return nil }
    let bound = side == .buy ? market.limits?.upper.ticks : market.limits?.lower.ticks
    if market.configuration.fillRule == .barPenetration { return bound ?? reference + side.sign * (reference / 10) }
    let protected = reference + side.sign * configuration.marketProtectionTicks
    guard let bound else { return protected }
    return side == .buy ? min(protected, bound) : max(protected, bound)
  }

  // MARK: Cancel and change

  private func withdraw(_ request: CancelOrder, _ client: Int) {
    guard let index = orders.place(client: client, id: request.id) else {
      reportUnknown(request.id, request.instrument, client)
      return
    }
    if orders[index].life == .done {
      repeatLast(index, .tooLateToCancel)
      return
    }
    cancel(index)
  }

  private func cancel(_ index: Int) {
    // The real gateway shows "client created" again while a cancel is on its way.
    report(index, .clientCreated)
    report(index, .clientCreated)
    withdraw(index)
    report(index, orders[index].traded > 0 ? .partiallyFilledCanceled : .canceled)
  }

  private func amend(_ request: ChangeOrder, _ client: Int) {
    guard let index = orders.place(client: client, id: request.id) else {
      reportUnknown(request.id, request.instrument, client)
      return
    }
    if orders[index].life == .done {
      repeatLast(index, .tooLateToCancel)
      return
    }
    let order = orders[index]
    let market = markets[order.market]
    let quantity = request.quantity.contracts
    if quantity <= order.traded || quantity > 1_000_000_000
      || quantity % market.configuration.instrument.lot.contracts != 0
    {
      repeatLast(index, .invalidQuantity)
      return
    }
    let limit = order.type == .market ? Price(ticks: order.limit) : request.limit ?? Price(ticks: order.limit)
    // A stop that has triggered is a limit order.
    let isWaiting = order.life == .waiting
    let stop = isWaiting ? request.stop ?? Price(ticks: order.stop) : nil
    let refused = priceRefusal(
      type: isWaiting ? .stopLimit : .limit, side: order.side, limit: limit, stop: stop, order.market)
    if refused != .none {
      repeatLast(index, refused)
      return
    }
    let keepsPlace = limit.ticks == order.limit && stop?.ticks ?? order.stop == order.stop && quantity <= order.quantity
    orders[index].quantity = quantity
    if keepsPlace {
      report(index, .replaced)
      return
    }
    withdraw(index)
    orders[index].limit = limit.ticks
    orders[index].stop = stop?.ticks ?? order.stop
    orders[index].arrival = now.nanoseconds
    orders[index].priority = takePriority()
    report(index, .replaced)
    if isWaiting { start(index) } else { work(index) }
  }
}
