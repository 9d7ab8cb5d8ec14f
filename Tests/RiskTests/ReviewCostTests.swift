// Time that the gate costs, per order and per update.

import Accounting
import Glibc
import Risk
import Testing
import TradingDomain

/// What the gate costs per order and per update; printed, and bounded loosely enough for a busy machine.
@Suite(.serialized) struct ReviewCostTests {
  private func monotonicNanoseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }

  /// Median and best nanoseconds per call over batches of 100 calls.
  private func cost(_ batches: Int, _ body: (Int64) -> Void) -> (median: Double, best: Double) {
    var samples: [Double] = []
    samples.reserveCapacity(batches)
    for batch in 0..<Int64(batches) {
      let start = monotonicNanoseconds()
      for call in 0..<Int64(100) { body(batch * 100 + call) }
      samples.append(Double(monotonicNanoseconds() - start) / 100)
    }
    samples.sort()
    return (samples[samples.count / 2], samples[0])
  }

  @Test func judgingAnOrderTakesFarLessThanAMicrosecond() throws {
    let gate = try GateFixture()
    let order = NewOrder(
      id: ClientOrderID(epoch: 7, strategy: 1, counter: 1), intent: gate.intent(.buy, 2, at: 10_998),
      decisionTime: gate.now)
    let exposure = Exposure(position: 0, sells: SideExposure(entries: 1), workingOrderCount: 1)
    // Approved orders: a fresh identifier each, at a pace that the rate control allows.
    var approvals = 0
    let approved = cost(20) { call in
      let now = gate.now + .milliseconds(call * 1000)
      var next = order
      next.id = ClientOrderID(epoch: 7, strategy: 1, counter: UInt64(call) + 10)
      next.decisionTime = now
      if call % 400 == 0 {
        gate.engine.beginSession(
          gate.session, contract: ContractStanding(isTradable: true, sessionsLeft: 9), now: now)
        gate.openMarket()
      }
      _ = gate.engine.observe(
        VenueEvent(
          localTime: now,
          update: .market(
            MarketEvent(
              instrument: gate.engine.instrument.id, sequence: 1, exchangeTime: now,
              update: .trade(Trade(price: Price(ticks: 11_000), quantity: 1, kind: .other, number: 0))))))
      if gate.engine.review(next, exposure: exposure, now: now).approval != nil { approvals += 1 }
    }
    #expect(approvals == 2000)
    // A refusal at the last control has run through all others.
    let crowded = Exposure(workingOrderCount: 6)
    let fresh = try GateFixture()
    var refusals = 0
    let refused = cost(2000) { _ in
      if fresh.engine.review(order, exposure: crowded, now: fresh.now).finding?.reason == .tooManyWorkingOrders {
        refusals += 1
      }
    }
    #expect(refusals == 200_000)
    var actions = 0
    let updated = cost(2000) { call in
      let profit = ProfitAndLoss(realised: Money(microBRL: -call), open: .zero, fees: .zero)
      if fresh.engine.update(profit: profit, exposure: exposure, now: fresh.now) != nil { actions += 1 }
    }
    #expect(actions == 0)
    print(
      "risk gate, ns per call, median (best): observe + review approved \(approved.median) (\(approved.best)), "
        + "review refused at the last control \(refused.median) (\(refused.best)), "
        + "update \(updated.median) (\(updated.best))"
    )
    #expect(approved.best < 5000 && refused.best < 2000 && updated.best < 2000)
  }
}
