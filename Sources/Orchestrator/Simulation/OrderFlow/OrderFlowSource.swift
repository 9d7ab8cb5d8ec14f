// The machine behind an order-by-order market: arrivals become orders, orders meet in the book.

import QuantMath
package import TradingDomain

/// Makes the actions of a session, one arrival at a time. All memory is taken when made.
///
/// Market orders take from the front of the queues, limit orders choose a price by its distance from the other side's
/// best, withdrawals choose a level by its orders and distance and an order in it at random. Nobody looks at the past
/// or at profit; what structure there is comes from the arrival times, the hidden states and the book itself.
package final class OrderFlowSource {
  package let configuration: OrderFlowConfiguration
  let tide: OrderFlowTide
  let book: FlowBook
  private var arrivals: HawkesArrivals
  private var random: CounterRandom
  private let buffer: UnsafeMutablePointer<OrderBookAction>
  private let bufferCapacity: Int
  private var count = 0
  private let open: Int64
  private let length: Int64
  private let lower: Int64
  private let upper: Int64
  /// Share of limit orders within distance 1 ... d, [reach]; the last is 1.
  private let placement: [Double]
  /// Withdrawal rate of an order at distance d relative to distance 1, [reach + 1]; place 0 is unused.
  private let patience: [Double]
  private var hasOpened = false
  /// The arrival that made the present actions; nil for those of the opening book.
  package private(set) var arrival: HawkesArrival?
  /// Limit orders that came while the book was full, and are lost.
  package private(set) var refusedOrders = 0
  /// Most orders that rested at one time.
  package private(set) var mostOrders = 0
  /// Most actions of one arrival.
  package private(set) var mostActions = 0

  package init(_ configuration: OrderFlowConfiguration) {
    configuration.check()
    self.configuration = configuration
    tide = OrderFlowTide(configuration)
    book = FlowBook(
      bid: configuration.startPrice.ticks, reach: configuration.reach, capacity: configuration.orderCapacity)
    let day = UInt64(bitPattern: Int64(configuration.session.date.dayNumber))
    arrivals = HawkesArrivals(
      configuration.kernel,
      random: CounterRandom(seed: configuration.seed, purpose: "orderflow.arrivals", index: day))
    random = CounterRandom(seed: configuration.seed, purpose: "orderflow.orders", index: day)
    // An arrival touches each resting order at most once.
    bufferCapacity = configuration.orderCapacity + 1
    buffer = .allocate(capacity: bufferCapacity)
    open = configuration.session.open.nanoseconds
    length = configuration.session.close.nanoseconds - open
    lower = configuration.limits.lower.ticks
    upper = configuration.limits.upper.ticks
    let powers = (1...configuration.reach).map { distance in
      PortableMath.exponential(-configuration.concentration * PortableMath.logarithm(Double(distance)))
    }
    let total = powers.reduce(0, +)
    var sum = 0.0
    placement = powers.map { power in
      sum += power / total
      return sum
    }
    patience =
      [0]
      + (1...configuration.reach).map { distance in
        PortableMath.exponential(-configuration.patience * PortableMath.logarithm(Double(distance)))
      }
  }

  deinit { buffer.deallocate() }

  /// What the present arrival did to resting orders, in order; valid until the next call of ``advance()``.
  package var actions: UnsafeBufferPointer<OrderBookAction> { UnsafeBufferPointer(start: buffer, count: count) }

  /// Best bid and offer now.
  package var top: Quote {
    Quote(
      bid: Price(ticks: book.bid), bidQuantity: contracts(book.level(book.bid).quantity),
      ask: Price(ticks: book.ask), askQuantity: contracts(book.level(book.ask).quantity))
  }

  /// Orders that rest now.
  package var restingOrders: Int { book.bidOrders + book.askOrders }

  /// Goes on to the next arrival that changes the book, or to the opening book at first; false at the close.
  package func advance() -> Bool {
    count = 0
    if !hasOpened {
      hasOpened = true
      fillBook()
      noteExtremes()
      return true
    }
    while count == 0 {
      let second = arrivals.time / 1_000_000_000
      if arrivals.time >= length { return false }
      let end = min((second + 1) * 1_000_000_000, length)
      guard let arrival = arrivals.next(baseline: baseline(Int(second)), before: end) else { continue }
      self.arrival = arrival
      act(arrival.kind)
    }
    noteExtremes()
    return true
  }

  private func noteExtremes() {
    mostOrders = max(mostOrders, restingOrders)
    mostActions = max(mostActions, count)
  }

  /// Spontaneous intensities per second; they stay as they are until the book or the second changes.
  package func baseline(_ second: Int) -> FlowVector {
    let activity = tide.activities[second]
    let market = configuration.marketRate * activity
    let limit = configuration.limitRate * activity * tide.liquidities[second]
    let cancel = configuration.cancelRate * activity
    var vector = FlowVector(repeating: 0)
    vector[.buyMarket] = market * (1 + tide.tilts[second])
    vector[.sellMarket] = market * (1 - tide.tilts[second])
    vector[.buyLimit] = limit
    vector[.sellLimit] = limit
    vector[.buyCancel] = cancel * impatience(.buy)
    vector[.sellCancel] = cancel * impatience(.sell)
    return vector
  }

  /// Sum over the side's orders of their relative withdrawal rates.
  private func impatience(_ side: Side) -> Double {
    let far = book.best(side.opposite)
    let sign = side.sign
    var sum = 0.0
    for distance in Int(abs(far - book.best(side)))...configuration.reach {
      sum += patience[distance] * Double(book.level(far - sign * Int64(distance)).orders)
    }
    return sum
  }

  private func act(_ kind: FlowKind) {
    switch kind {
    case .buyMarket: take(from: .sell)
    case .sellMarket: take(from: .buy)
    case .buyLimit, .sellLimit: place(kind.side)
    case .buyCancel, .sellCancel: withdraw(kind.side)
    }
  }

  private func take(from side: Side) {
    let before = book.best(side)
    var wanted = configuration.marketSizes.draw(random.nextOpenUniform())
    if random.nextUniform() < configuration.touchShare { wanted = min(wanted, book.level(before).quantity) }
    while wanted > 0 {
      let slot = book.front(book.best(side))
      let resting = book.order(slot).quantity
      // A side keeps its last contract, so that there is always a price.
      let taken = min(wanted, book.count(side) == 1 ? resting - 1 : resting)
      if taken == 0 { break }
      reduce(slot, by: taken, .execute)
      wanted -= taken
    }
    sweep(side.opposite, since: before)
  }

  private func place(_ side: Side) {
    let uniform = random.nextUniform()
    let size = configuration.limitSizes.draw(random.nextOpenUniform())
    var distance = 1
    while distance < configuration.reach, uniform >= placement[distance - 1] { distance += 1 }
    add(side, book.best(side.opposite) - side.sign * Int64(distance), size)
  }

  private func add(_ side: Side, _ price: Int64, _ size: Int64) {
    // Beyond the day's limits the exchange takes no orders.
    guard price >= lower, price <= upper else { return }
    guard let order = book.add(side, price: price, quantity: size) else {
      refusedOrders += 1
      return
    }
    emit(.add, order, size)
  }

  private func withdraw(_ side: Side) {
    guard book.count(side) > 1 else { return }
    let before = book.best(side)
    let far = book.best(side.opposite)
    var left = random.nextUniform() * impatience(side)
    var chosen = before
    for distance in Int(abs(far - before))...configuration.reach {
      let price = far - side.sign * Int64(distance)
      let orders = book.level(price).orders
      if orders == 0 { continue }
      chosen = price
      left -= patience[distance] * Double(orders)
      if left < 0 { break }
    }
    let rank = Int(random.nextInteger(below: UInt64(book.level(chosen).orders)))
    let slot = book.slot(chosen, rank: rank)
    let quantity = book.order(slot).quantity
    let isPartial = random.nextUniform() < configuration.partialShare
    reduce(slot, by: isPartial && quantity > 1 ? quantity / 2 : quantity, .reduce)
    sweep(side.opposite, since: before)
  }

  /// Withdraws the orders of `side` that now stand out of reach, after the other side's best price was `before`.
  private func sweep(_ side: Side, since before: Int64) {
    let reach = Int64(configuration.reach)
    let now = book.best(side.opposite)
    var price = before - side.sign * reach
    while price != now - side.sign * reach {
      // Inside the window prices of one side never alias the other's.
      while book.level(price).orders > 0 {
        let slot = book.front(price)
        reduce(slot, by: book.order(slot).quantity, .reduce)
      }
      price += side.sign
    }
  }

  private func reduce(_ slot: Int, by quantity: Int64, _ kind: OrderBookAction.Kind) {
    let order = book.order(slot)
    book.reduce(slot, by: quantity)
    emit(kind, order, quantity)
  }

  private func emit(_ kind: OrderBookAction.Kind, _ order: FlowOrder, _ quantity: Int64) {
    precondition(count < bufferCapacity, "an arrival made more actions than there are orders")
    (buffer + count).initialize(
      to: OrderBookAction(
        kind: kind, id: order.id, side: order.side, price: Price(ticks: order.price), quantity: contracts(quantity),
        time: Timestamp(nanoseconds: open + arrivals.time)))
    count += 1
  }

  /// Sizes are drawn in round lots, since the exchange trades no others.
  func contracts(_ lots: Int64) -> Quantity { Quantity(lots * configuration.instrument.lot.contracts) }

  /// Orders of the expected number of each level, were there no market orders: arrivals over withdrawals.
  private func fillBook() {
    let start = configuration.startPrice.ticks
    for distance in 1...configuration.reach {
      let share = placement[distance - 1] - (distance > 1 ? placement[distance - 2] : 0)
      let expected =
        configuration.limitRate * tide.liquidities[0] * share / (configuration.cancelRate * patience[distance])
      for side in [Side.buy, .sell] {
        let far = side == .buy ? start + 1 : start
        var orders = Int(expected + random.nextUniform())
        if distance == 1 { orders = max(1, orders) }
        for _ in 0..<min(orders, configuration.orderCapacity / (2 * configuration.reach)) {
          add(side, far - side.sign * Int64(distance), configuration.limitSizes.draw(random.nextOpenUniform()))
        }
      }
    }
  }
}
