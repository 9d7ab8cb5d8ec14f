// What the tests of the order-by-order market share: short sessions, a plain replay of orders, a compensator.

import Foundation
import Simulation
import TradingDomain

/// A short session; busier than the default so that little time makes many messages.
func shortFlow(seed: UInt64, seconds: Int64 = 60) -> OrderFlowConfiguration {
  .wdo(date: SessionDate(dayNumber: 20_311), seed: seed, length: .seconds(seconds))
}

func flowEvents(_ configuration: OrderFlowConfiguration) -> [MarketEvent] {
  let market = OrderFlowMarket(configuration)
  var events: [MarketEvent] = []
  while let event = market.next() { events.append(event) }
  return events
}

/// A book as a dictionary of orders and lists of numbers: slow, and with no idea of how the market makes its own.
struct ReplayedBook {
  struct Order {
    var side: Side
    var price: Int64
    var added: Int64
    var cancelled: Int64 = 0
    var executed: Int64 = 0
    var resting: Int64 { added - cancelled - executed }
  }

  var orders: [UInt64: Order] = [:]
  /// Numbers of resting orders by price, oldest first.
  var queues: [Side: [Int64: [UInt64]]] = [.buy: [:], .sell: [:]]
  var faults: [String] = []
  var lastID: UInt64 = 0

  func best(_ side: Side) -> Int64? {
    side == .buy ? queues[.buy]?.keys.max() : queues[.sell]?.keys.min()
  }

  func quantity(_ side: Side, _ price: Int64) -> Int64 {
    (queues[side]?[price] ?? []).reduce(0) { $0 + (orders[$1]?.resting ?? 0) }
  }

  var top: Quote? {
    guard let bid = best(.buy), let ask = best(.sell) else { return nil }
    return Quote(
      bid: Price(ticks: bid), bidQuantity: Quantity(quantity(.buy, bid)), ask: Price(ticks: ask),
      askQuantity: Quantity(quantity(.sell, ask)))
  }

  mutating func apply(_ action: OrderBookAction) {
    let (id, quantity) = (action.id, action.quantity.contracts)
    if quantity <= 0 { faults.append("order \(id): quantity \(quantity)") }
    if action.kind == .add {
      if id <= lastID { faults.append("order \(id) came after order \(lastID)") }
      lastID = id
      if let far = best(action.side.opposite), (action.price.ticks - far) * action.side.sign >= 0 {
        faults.append("order \(id) at \(action.price.ticks) crosses the other side's \(far)")
      }
      orders[id] = Order(side: action.side, price: action.price.ticks, added: quantity)
      queues[action.side, default: [:]][action.price.ticks, default: []].append(id)
      return
    }
    guard var order = orders[id], order.resting > 0 else { return faults.append("order \(id) does not rest") }
    if order.side != action.side || order.price != action.price.ticks { faults.append("order \(id) has moved") }
    if action.kind == .execute {
      order.executed += quantity
      if order.price != best(order.side) { faults.append("order \(id) was executed behind the best price") }
      if queues[order.side]?[order.price]?.first != id { faults.append("order \(id) was executed out of turn") }
    } else {
      order.cancelled += quantity
    }
    if order.resting < 0 { faults.append("order \(id) gave more than it had") }
    orders[id] = order
    if order.resting == 0 {
      queues[order.side]?[order.price]?.removeAll { $0 == id }
      if queues[order.side]?[order.price]?.isEmpty == true { queues[order.side]?[order.price] = nil }
    }
  }
}

/// Integrated intensity by definition: a sum over all past arrivals, cut off where nothing is left of them.
struct Compensator {
  let kernel: HawkesKernel
  private var past: [HawkesArrival] = []
  private var first = 0

  init(_ kernel: HawkesKernel) { self.kernel = kernel }

  mutating func append(_ arrival: HawkesArrival) { past.append(arrival) }

  /// Integrals of the excited intensities over `from ..< to`, in nanoseconds since the start, by kind [6].
  mutating func excited(_ from: Int64, _ to: Int64) -> [Double] {
    let slowest = kernel.decays.min() ?? 1
    while first < past.count, Double(from - past[first].time) * 1e-9 * slowest > 25 { first += 1 }
    var byParent = [Double](repeating: 0, count: 6)
    for arrival in past[first...] {
      let near = Double(from - arrival.time) * 1e-9
      let far = Double(to - arrival.time) * 1e-9
      for scale in 0..<2 {
        let decay = kernel.decays[scale]
        byParent[arrival.kind.rawValue] += kernel.shares[scale] * (exp(-decay * near) - exp(-decay * far))
      }
    }
    return FlowKind.allCases.map { child in
      FlowKind.allCases.reduce(0) { $0 + kernel.children(of: $1, child) * byParent[$1.rawValue] }
    }
  }
}

/// Kolmogorov-Smirnov distance of a sample from the exponential distribution of mean 1, times the root of its size:
/// above 1.95 with probability 0.1 per cent.
func exponentialDistance(_ sample: [Double]) -> Double {
  let n = Double(sample.count)
  var distance = 0.0
  for (place, value) in sample.sorted().enumerated() {
    let probability = 1 - exp(-value)
    distance = max(distance, probability - Double(place) / n, Double(place + 1) / n - probability)
  }
  return distance * n.squareRoot()
}

func correlation(_ x: [Double], _ y: [Double]) -> Double {
  let n = Double(x.count)
  let (mx, my) = (x.reduce(0, +) / n, y.reduce(0, +) / n)
  let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
  let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
  let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
  return xy / (xx * yy).squareRoot()
}
