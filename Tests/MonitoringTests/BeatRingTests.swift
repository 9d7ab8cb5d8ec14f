// Beats cross from one thread to another in order, unharmed, and the full ring says so.

import Foundation
import Monitoring
import Testing
import TradingDomain

private func beat(_ number: UInt64) -> SessionBeat {
  SessionBeat(
    time: Timestamp(nanoseconds: Int64(number)), price: number % 2 == 0 ? nil : Price(ticks: Int64(number)),
    position: -Int64(number), net: Money(microBRL: Int64(number) * 3), fees: .zero, state: .active,
    marketEvents: number, decisions: number, orders: number, refusals: number, fills: number,
    decisionLatency: Nanoseconds(Int64(number)), tickToOrderLatency: nil)
}

@Test func aFullRingRefusesAndTakesAgainOnceDrained() {
  let ring = BeatRing(capacity: 4)
  #expect((0..<5).map { ring.offer(beat($0)) } == [true, true, true, true, false])
  var taken: [SessionBeat] = []
  #expect(ring.drain(limit: 3) { taken.append($0) } == 3)
  #expect(taken == (0..<3).map(beat))
  #expect(ring.offer(beat(9)))
  #expect(ring.drain(limit: 100) { taken.append($0) } == 2)
  #expect(taken.suffix(2) == [beat(3), beat(9)])
  #expect(ring.drain(limit: 100) { _ in Issue.record("the ring is empty") } == 0)
}

@Test func beatsArriveOnAnotherThreadInOrderAndWhole() {
  let ring = BeatRing(capacity: 64)
  let total: UInt64 = 200_000
  Thread {
    var next: UInt64 = 0
    while next < total { if ring.offer(beat(next)) { next += 1 } else { sched_yield() } }
  }.start()
  var expected: UInt64 = 0
  var wrong = 0
  while expected < total {
    let count = ring.drain(limit: 16) {
      if $0 != beat(expected) { wrong += 1 }
      expected += 1
    }
    if count == 0 { sched_yield() }
  }
  #expect(wrong == 0)
}
