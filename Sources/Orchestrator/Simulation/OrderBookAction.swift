// A market told order by order: what each resting order did.

package import TradingDomain

/// One change of one resting order of the recorded market.
package struct OrderBookAction: Hashable, Sendable {
  package enum Kind: UInt8, Sendable {
    /// The order enters at the back of its price's queue.
    case add
    /// Its owner takes `quantity` off it, in part or whole; it keeps its place.
    case reduce
    /// An aggressor of the other side takes `quantity` off it.
    case execute
  }

  package var kind: Kind
  /// The order's identity in the feed.
  package var id: UInt64
  /// Side on which it rests.
  package var side: Side
  package var price: Price
  package var quantity: Quantity
  package var time: Timestamp

  package init(kind: Kind, id: UInt64, side: Side, price: Price, quantity: Quantity, time: Timestamp) {
    self.kind = kind
    self.id = id
    self.side = side
    self.price = price
    self.quantity = quantity
    self.time = time
  }
}

/// What left the queue with one event of a feed, and since when it had stood there.
struct QueueDeparture {
  /// Number of the event in its feed, from 0.
  var event: Int
  var side: Side
  var price: Int64
  var quantity: Int64
  /// Number of the event with which it had joined.
  var joined: Int
  var isExecution: Bool
}

/// Departures on their way from the reader of a feed to the exchange.
final class QueueDepartures {
  private var waiting: ContiguousArray<QueueDeparture> = []
  private var taken = 0

  func append(_ departure: QueueDeparture) {
    if taken == waiting.count {
      waiting.removeAll(keepingCapacity: true)
      taken = 0
    }
    waiting.append(departure)
  }

  /// The next departure, if it belongs to that event.
  func next(of event: Int) -> QueueDeparture? {
    while taken < waiting.count, waiting[taken].event < event { taken += 1 }
    guard taken < waiting.count, waiting[taken].event == event else { return nil }
    taken += 1
    return waiting[taken - 1]
  }
}

extension MarketFeed {
  /// A market given order by order: clients see it by level, with a print for every execution; the exchange learns
  /// which orders left, so that ``QueueModel/orderByOrder`` knows who stands ahead.
  ///
  /// Actions on orders that were never added are left out of queues and levels; executions of them are still printed.
  package init(orders actions: some Sequence<OrderBookAction>, instrument: InstrumentID) {
    let departures = QueueDepartures()
    var reader = OrderByOrderReader(instrument: instrument, departures: departures)
    var iterator = actions.makeIterator()
    self.init { buffer in
      var count = 0
      while count < buffer.count {
        if let event = reader.takePending() {
          buffer.initializeElement(at: count, to: event)
          count += 1
        } else if let action = iterator.next() {
          reader.read(action)
        } else {
          break
        }
      }
      return count
    }
    self.departures = departures
  }
}

/// Turns actions into events by level.
private struct OrderByOrderReader {
  private struct Resting {
    var side: Side
    var price: Int64
    var quantity: Int64
    var joined: Int
  }

  private struct LevelKey: Hashable {
    var side: Side
    var price: Int64
  }

  let instrument: InstrumentID
  let departures: QueueDepartures
  private var orders: [UInt64: Resting] = [:]
  private var levels: [LevelKey: Int64] = [:]
  private var pending: ContiguousArray<MarketEvent> = []
  private var taken = 0
  private var events = 0
  private var trades: UInt64 = 0

  init(instrument: InstrumentID, departures: QueueDepartures) {
    self.instrument = instrument
    self.departures = departures
  }

  mutating func takePending() -> MarketEvent? {
    guard taken < pending.count else {
      pending.removeAll(keepingCapacity: true)
      taken = 0
      return nil
    }
    taken += 1
    return pending[taken - 1]
  }

  mutating func read(_ action: OrderBookAction) {
    let quantity = action.quantity.contracts
    if quantity <= 0 { return }
    switch action.kind {
    case .add:
      if orders[action.id] != nil { return }
      orders[action.id] = Resting(side: action.side, price: action.price.ticks, quantity: quantity, joined: events)
      change(action.side, action.price.ticks, by: quantity, at: action.time)
    case .reduce:
      guard let resting = orders[action.id] else { return }
      leave(action.id, resting, min(quantity, resting.quantity), isExecution: false)
      change(resting.side, resting.price, by: -min(quantity, resting.quantity), at: action.time)
    case .execute:
      let resting = orders[action.id]
      if let resting { leave(action.id, resting, min(quantity, resting.quantity), isExecution: true) }
      trades += 1
      emit(
        .trade(
          Trade(
            price: action.price, quantity: action.quantity,
            kind: action.side == .buy ? .sellerAggressor : .buyerAggressor, number: trades)), at: action.time)
      if let resting {
        change(resting.side, resting.price, by: -min(quantity, resting.quantity), at: action.time)
      }
    }
  }

  private mutating func leave(_ id: UInt64, _ resting: Resting, _ quantity: Int64, isExecution: Bool) {
    departures.append(
      QueueDeparture(
        event: events, side: resting.side, price: resting.price, quantity: quantity, joined: resting.joined,
        isExecution: isExecution))
    orders[id]?.quantity -= quantity
    if resting.quantity == quantity { orders[id] = nil }
  }

  private mutating func change(_ side: Side, _ price: Int64, by quantity: Int64, at time: Timestamp) {
    let key = LevelKey(side: side, price: price)
    let total = levels[key, default: 0] + quantity
    levels[key] = total > 0 ? total : nil
    emit(
      .depth(
        DepthUpdate(
          side: side, price: Price(ticks: price), quantity: Quantity(max(0, total)), orderCount: 0, endsBatch: true)),
      at: time)
  }

  private mutating func emit(_ update: MarketUpdate, at time: Timestamp) {
    pending.append(
      MarketEvent(instrument: instrument, sequence: UInt64(events + 1), exchangeTime: time, update: update))
    events += 1
  }
}
