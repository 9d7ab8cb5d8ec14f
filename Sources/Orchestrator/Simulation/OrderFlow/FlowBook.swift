// The book of a made-up market: queues of orders by price, first in, first out.

import TradingDomain

/// An order that rests in a ``FlowBook``.
struct FlowOrder {
  var id: UInt64
  var price: Int64
  var quantity: Int64
  var side: Side
  /// Neighbours in the queue, nearer to the front and further back; -1 for none.
  var ahead: Int32
  var behind: Int32
}

/// One price of the book.
struct FlowLevel {
  /// Places of the first and last order; -1 when empty.
  var front: Int32 = -1
  var back: Int32 = -1
  var orders: Int32 = 0
  var quantity: Int64 = 0
}

/// Two sides of FIFO queues within a window of prices, all memory taken when made.
///
/// Levels lie in a ring by price. That no two prices in use share a place is the caller's promise: all orders rest
/// within `reach` ticks of the other side's best price, and the book is never crossed.
final class FlowBook {
  private let orders: UnsafeMutablePointer<FlowOrder>
  private let levels: UnsafeMutablePointer<FlowLevel>
  private let free: UnsafeMutablePointer<Int32>
  private var freeCount: Int
  private let mask: Int64
  /// Most orders that can rest.
  let capacity: Int
  private var nextID: UInt64 = 1
  /// Best prices; meaningless on an empty side.
  private(set) var bid: Int64
  private(set) var ask: Int64
  /// Resting orders by side.
  private(set) var bidOrders = 0
  private(set) var askOrders = 0

  /// An empty book in which the first bid will be at most `bid` and the first offer above it.
  init(bid: Int64, reach: Int, capacity: Int) {
    var ring = 2
    while ring < 2 * reach + 2 { ring *= 2 }
    mask = Int64(ring - 1)
    self.capacity = capacity
    orders = .allocate(capacity: capacity)
    orders.initialize(
      repeating: FlowOrder(id: 0, price: 0, quantity: 0, side: .buy, ahead: -1, behind: -1), count: capacity)
    levels = .allocate(capacity: ring)
    levels.initialize(repeating: FlowLevel(), count: ring)
    free = .allocate(capacity: capacity)
    for slot in 0..<capacity { free[slot] = Int32(capacity - 1 - slot) }
    freeCount = capacity
    self.bid = bid
    ask = bid + 1
  }

  deinit {
    orders.deallocate()
    levels.deallocate()
    free.deallocate()
  }

  func count(_ side: Side) -> Int { side == .buy ? bidOrders : askOrders }
  func best(_ side: Side) -> Int64 { side == .buy ? bid : ask }

  /// The level at `price`, whichever side rests there.
  func level(_ price: Int64) -> FlowLevel { levels[Int(price & mask)] }

  /// The order in `slot`.
  func order(_ slot: Int) -> FlowOrder { orders[slot] }

  /// Place of the first order at `price`.
  ///
  /// - Precondition: the level is not empty.
  func front(_ price: Int64) -> Int { Int(levels[Int(price & mask)].front) }

  /// Place of the order number `rank` from the front of the queue at `price`.
  func slot(_ price: Int64, rank: Int) -> Int {
    var slot = front(price)
    for _ in 0..<rank { slot = Int(orders[slot].behind) }
    return slot
  }

  /// Adds an order at the back of its queue; nil when the book is full.
  func add(_ side: Side, price: Int64, quantity: Int64) -> FlowOrder? {
    guard freeCount > 0 else { return nil }
    freeCount -= 1
    let slot = free[freeCount]
    let place = Int(price & mask)
    let order = FlowOrder(
      id: nextID, price: price, quantity: quantity, side: side, ahead: levels[place].back, behind: -1)
    nextID += 1
    orders[Int(slot)] = order
    if order.ahead >= 0 { orders[Int(order.ahead)].behind = slot } else { levels[place].front = slot }
    levels[place].back = slot
    levels[place].orders += 1
    levels[place].quantity += quantity
    if side == .buy {
      if bidOrders == 0 || price > bid { bid = price }
      bidOrders += 1
    } else {
      if askOrders == 0 || price < ask { ask = price }
      askOrders += 1
    }
    return order
  }

  /// Takes contracts from the order in `slot`, which keeps its place; with none left it is gone, and the best price
  /// moves on to the next level that has orders.
  func reduce(_ slot: Int, by quantity: Int64) {
    let order = orders[slot]
    let place = Int(order.price & mask)
    levels[place].quantity -= quantity
    orders[slot].quantity -= quantity
    guard order.quantity == quantity else { return }
    if order.ahead >= 0 { orders[Int(order.ahead)].behind = order.behind } else { levels[place].front = order.behind }
    if order.behind >= 0 { orders[Int(order.behind)].ahead = order.ahead } else { levels[place].back = order.ahead }
    levels[place].orders -= 1
    free[freeCount] = Int32(slot)
    freeCount += 1
    if order.side == .buy {
      bidOrders -= 1
      while bidOrders > 0, levels[Int(bid & mask)].orders == 0 { bid -= 1 }
    } else {
      askOrders -= 1
      while askOrders > 0, levels[Int(ask & mask)].orders == 0 { ask += 1 }
    }
  }
}
