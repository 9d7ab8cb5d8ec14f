// Queues that are known order by order: exactly those who came first are ahead.

import QuantMath
import Simulation
import Testing
import TradingDomain

private func action(
  _ kind: OrderBookAction.Kind, _ id: UInt64, _ side: Side, _ price: Int64, _ quantity: Int64, _ milliseconds: Int64
) -> OrderBookAction {
  OrderBookAction(
    kind: kind, id: id, side: side, price: Price(ticks: price), quantity: Quantity(quantity),
    time: Scenario.open + .milliseconds(milliseconds))
}

/// Fills of orders that are sent at given times (milliseconds) into a market given order by order, without delays.
private func fillsInFlow(_ actions: [OrderBookAction], _ sent: [(at: Int64, command: OrderCommand)]) -> [FillLine] {
  var configuration = Scenario().configuration
  configuration.queue = .orderByOrder
  let feed = MarketFeed(orders: actions, instrument: Instrument.wdo.id)
  let core = VenueCore(configuration: configuration, feed: feed)
  let client = core.addClient()
  var reports: [OrderReport] = []
  func drain(_ time: Timestamp) {
    while let delivery = core.next(notAfter: time) {
      if case .order(let report) = delivery.event.update { reports.append(report) }
    }
  }
  for (milliseconds, command) in sent {
    let time = Scenario.open + .milliseconds(milliseconds)
    drain(time)
    core.submitNow(command, client: client, now: time)
  }
  drain(.distantFuture)
  return fills(reports)
}

private let before = [
  action(.add, 1, .buy, 10_900, 10, 0), action(.add, 2, .buy, 10_900, 20, 1), action(.add, 9, .sell, 10_902, 50, 2),
]
private let ours = [(at: Int64(5), command: newOrder(1, .buy, 5, limit: 10_900))]

@Test func onlyThoseWhoCameFirstAreAhead() {
  let later = [action(.add, 3, .buy, 10_900, 30, 10)]
  // Thirty ahead are executed: nothing reaches us yet, and the next execution is ours.
  let executed = [action(.execute, 1, .buy, 10_900, 10, 20), action(.execute, 2, .buy, 10_900, 20, 21)]
  #expect(fillsInFlow(before + later + executed, ours) == [])
  #expect(
    fillsInFlow(before + later + executed + [action(.execute, 3, .buy, 10_900, 3, 22)], ours)
      == [FillLine(1, 3, 10_900)])
  // Who joined later cannot be executed before us.
  #expect(
    fillsInFlow(before + later + [action(.execute, 3, .buy, 10_900, 30, 22)], ours) == [FillLine(1, 5, 10_900)])
}

@Test func aCancelBehindUsMovesNothingAndOneAheadMovesUsByItsQuantity() {
  let later = [action(.add, 3, .buy, 10_900, 30, 10), action(.reduce, 3, .buy, 10_900, 30, 11)]
  let probe = [action(.execute, 2, .buy, 10_900, 20, 30), action(.execute, 4, .buy, 10_900, 2, 31)]
  // Order 4 was never added: its execution is printed, but nobody knows whom it stood behind.
  #expect(fillsInFlow(before + later + probe, ours) == [])
  let ahead = [action(.reduce, 1, .buy, 10_900, 10, 12)]
  let behind = [action(.add, 5, .buy, 10_900, 7, 13)]
  let turn = [action(.execute, 2, .buy, 10_900, 20, 20), action(.execute, 5, .buy, 10_900, 4, 21)]
  #expect(fillsInFlow(before + ahead + behind + turn, ours) == [FillLine(1, 4, 10_900)])
}

@Test func anExecutionAtAWorsePriceWouldHaveBeenOurs() {
  let worse = [action(.add, 6, .buy, 10_899, 40, 6), action(.execute, 6, .buy, 10_899, 2, 20)]
  #expect(fillsInFlow(before + worse, ours) == [FillLine(1, 2, 10_900)])
}

@Test(arguments: [41, 42, 43] as [UInt64])
func contractsThatReachUsAreThoseExecutedBehindUs(seed: UInt64) {
  // Against a plain count over a random flow at one price: executions of later orders, bounded by what we want.
  var random = CounterRandom(seed: seed, stream: 9)
  var actions = before
  var live: [(id: UInt64, quantity: Int64)] = [(1, 10), (2, 20)]
  var executedBehind: Int64 = 0
  var time: Int64 = 10
  for id in 100..<300 as Range<UInt64> {
    time += 1
    let size = Int64(1 + random.nextInteger(below: 9))
    actions.append(action(.add, id, .buy, 10_900, size, time))
    live.append((id, size))
    guard random.nextInteger(below: 3) == 0 else { continue }
    let pick = Int(random.nextInteger(below: UInt64(live.count)))
    let quantity = Int64(1 + random.nextInteger(below: UInt64(live[pick].quantity)))
    let isExecution = random.nextInteger(below: 2) == 0
    time += 1
    actions.append(action(isExecution ? .execute : .reduce, live[pick].id, .buy, 10_900, quantity, time))
    if isExecution && live[pick].id >= 100 { executedBehind += quantity }
    live[pick].quantity -= quantity
    if live[pick].quantity == 0 { live.remove(at: pick) }
  }
  let wanted: Int64 = 60
  let filled = fillsInFlow(actions, [(at: 5, command: newOrder(1, .buy, wanted, limit: 10_900))])
    .reduce(0) { $0 + $1.contracts }
  #expect(executedBehind > 20)
  #expect(filled == min(wanted, executedBehind))
}
