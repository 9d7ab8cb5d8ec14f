// The market maker by which this simulator is compared with others: the same rules, step by step.

import CHotPath
package import TradingDomain

/// Quotes both sides of one instrument: at every step of virtual time it wants one order at the best bid and one at the
/// best ask, each shaded back by the position it already holds, and withdraws what stands elsewhere.
///
/// It does what the loop `maker` of the peer harness does, slip for slip: an order is known by its price alone, an
/// order whose fate is unknown neither counts nor is withdrawn, and a second order is not sent at a price where one is
/// still known. So two simulators with the same market, delays and queue model must give it the same fills.
package final class ReferenceMaker: VenueVisitor {
  /// What the maker is told.
  package struct Settings: Hashable, Sendable {
    /// Virtual time between decisions.
    package var step = Nanoseconds.milliseconds(10)
    /// Contracts in each order.
    package var quantity: Int64 = 1
    /// Contracts either way beyond which the side that would add is not quoted.
    package var maximumPosition: Int64 = 5

    package init() {}
  }

  /// The account as the maker knows it after a step in which it changed.
  package struct Change: Hashable, Sendable {
    /// Number of the step, from 1.
    package var step: Int64
    package var position: Int64
    /// Sum over sales less purchases of price in ticks times contracts.
    package var cashTicks: Int64
    /// Fills so far.
    package var fills: Int64

    package init(step: Int64, position: Int64, cashTicks: Int64, fills: Int64) {
      self.step = step
      self.position = position
      self.cashTicks = cashTicks
      self.fills = fills
    }
  }

  private enum Standing { case pending, working, leaving, gone }

  /// One order: the price is its name.
  private struct Quoted {
    var price: Int64
    var side: Side
    var counter: UInt64
    var standing = Standing.pending
    var traded: Int64 = 0
    var tradedTicks: Int64 = 0
  }

  private let core: VenueCore
  private let client: Int
  private let instrument: InstrumentID
  private let settings: Settings
  private let bookMemory: UnsafeMutableRawPointer
  private let book: UnsafeMutablePointer<hp_book>
  private var orders: ContiguousArray<Quoted> = []
  private var nextCounter: UInt64 = 1
  private var position: Int64 = 0
  private var cashTicks: Int64 = 0
  private var fills: Int64 = 0
  private var steps: Int64 = 0
  /// Every change of the account, in order.
  package private(set) var changes: ContiguousArray<Change> = []

  /// A maker for the first instrument of `core`, as a new client.
  package init(core: VenueCore, settings: Settings = Settings()) {
    self.core = core
    self.settings = settings
    client = core.addClient()
    instrument = core.configuration.instruments[0].instrument.id
    let levels = core.configuration.depthLevels
    let size = hp_book_size(levels, 0)
    bookMemory = .allocate(byteCount: size, alignment: 64)
    precondition(hp_book_init(bookMemory, size, levels, 0) == 0, "order book refused its own size")
    book = bookMemory.assumingMemoryBound(to: hp_book.self)
    orders.reserveCapacity(64)
    changes.reserveCapacity(4096)
  }

  deinit { bookMemory.deallocate() }

  /// Steps taken.
  package var stepsTaken: Int64 { steps }

  /// Quotes from `start` on until the session has ended.
  package func run(from start: Timestamp) {
    var now = start
    // The session's first event, the connection, comes before all others.
    _ = core.next(notAfter: start)
    while !core.isEnded {
      now = now + settings.step
      core.deliver(notAfter: now, to: self)
      // Nothing is due now, except perhaps the end of the session.
      _ = core.next(notAfter: now)
      if core.isEnded { return }
      steps += 1
      noteChange()
      decide(at: now)
    }
  }

  @inline(__always)
  func visit(_ event: UnsafePointer<MarketEvent>) {
    if case .depth(let depth) = event.pointee.update {
      _ = hp_book_set_level(book, depth.side.rawValue, depth.price.ticks, depth.quantity.contracts, depth.orderCount)
    }
  }

  func visit(_ delivered: ClientReport) {
    let report = delivered.report
    guard delivered.client == client, let index = orders.firstIndex(where: { $0.counter == report.id.counter }) else {
      return
    }
    let quantity = report.tradedQuantity.contracts - orders[index].traded
    if quantity > 0 {
      let ticks = report.tradedTicks - orders[index].tradedTicks
      orders[index].traded += quantity
      orders[index].tradedTicks += ticks
      position += orders[index].side.sign * quantity
      cashTicks -= orders[index].side.sign * ticks
      fills += 1
    }
    if report.status.isTerminal {
      orders[index].standing = .gone
    } else if report.status == .new, orders[index].standing == .pending {
      orders[index].standing = .working
    }
  }

  private func noteChange() {
    if fills != changes.last?.fills ?? 0 {
      changes.append(Change(step: steps, position: position, cashTicks: cashTicks, fills: fills))
    }
  }

  private func decide(at now: Timestamp) {
    orders.removeAll { $0.standing == .gone }
    guard let bid = hp_book_best(book, Side.buy.rawValue), let ask = hp_book_best(book, Side.sell.rawValue) else {
      return
    }
    let bidPrice = bid.pointee.price - max(0, position)
    let askPrice = ask.pointee.price + max(0, -position)
    var hasBid = false
    var hasAsk = false
    for index in orders.indices where orders[index].standing == .working {
      if orders[index].price == bidPrice {
        hasBid = true
      } else if orders[index].price == askPrice {
        hasAsk = true
      } else {
        orders[index].standing = .leaving
        let cancel = CancelOrder(id: identity(orders[index].counter), instrument: instrument, decisionTime: now)
        core.submitNow(.cancel(cancel), client: client, now: now)
      }
    }
    if !hasBid && position < settings.maximumPosition { submit(.buy, bidPrice, now) }
    if !hasAsk && position > -settings.maximumPosition { submit(.sell, askPrice, now) }
  }

  private func submit(_ side: Side, _ price: Int64, _ now: Timestamp) {
    if orders.contains(where: { $0.price == price }) { return }
    let counter = nextCounter
    nextCounter += 1
    orders.append(Quoted(price: price, side: side, counter: counter))
    let intent = OrderIntent(
      instrument: instrument, side: side, type: .limit, quantity: Quantity(settings.quantity),
      limit: Price(ticks: price), stop: nil, purpose: .entry, validity: .bookOnly)
    core.submitNow(
      .new(NewOrder(id: identity(counter), intent: intent, decisionTime: now)), client: client, now: now)
  }

  private func identity(_ counter: UInt64) -> ClientOrderID {
    ClientOrderID(epoch: 1, strategy: 1, counter: counter)
  }
}
