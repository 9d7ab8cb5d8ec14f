// Stage `risk.review`: one entry through every control of the gate, approved.

import Monitoring
import Risk
import TradingDomain

extension BenchStage {
  static var riskReview: BenchStage {
    let reviews = 64
    /// Batches before the session is opened anew: the gate allows 2,000 orders in one.
    let batchesPerSession = 16
    return BenchStage(
      name: "risk.review", operation: "judge a new order: every control, approved", batch: reviews, samples: 4_000
    ) { stopwatch in
      var limits = RiskLimits()
      limits.ordersPerDay = 2_000
      // One order a second on one print: the gate must not find the print too old.
      limits.marketDataAgeMilliseconds = 7_200_000
      limits.cancelEntriesAgeMilliseconds = 7_200_000
      limits.exitAgeMilliseconds = 7_200_000
      let settings = limits
      var made: RiskEngine?
      var openings: [[VenueEvent]] = []
      let intent = OrderIntent(
        instrument: TriggerMarket.instrument.id, side: .buy, type: .limit, quantity: 1,
        limit: TriggerMarket.price(0) + Price(ticks: 1), stop: nil, purpose: .entry)
      return PreparedStage(
        begin: { samples in
          openings = (0...(samples / batchesPerSession)).map { session in
            TriggerMarket.opening(at: TriggerMarket.start + .seconds(Int64(session * batchesPerSession * reviews)))
          }
          made = try RiskEngine(limits: settings, instrument: TriggerMarket.instrument, killSwitch: KillSwitch())
        },
        round: { samples, recorder in
          guard let gate = made else { throw BenchFailure.inconsistent("a round began without a gate") }
          var counter: UInt64 = 0
          var approvals: UInt64 = 0
          var now = TriggerMarket.start
          for sample in 0..<samples {
            if sample % batchesPerSession == 0 {
              gate.beginSession(
                TriggerMarket.session, contract: ContractStanding(isTradable: true, sessionsLeft: 20), now: now)
              for event in openings[sample / batchesPerSession] { _ = gate.observe(event) }
            }
            let start = stopwatch.ticks
            for _ in 0..<reviews {
              counter += 1
              now = now + .seconds(1)
              let order = NewOrder(
                id: ClientOrderID(epoch: 1, strategy: 1, counter: counter), intent: intent, decisionTime: now)
              if case .approved = gate.review(order, exposure: .flat, now: now) { approvals += 1 }
            }
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
          }
          guard approvals == counter else {
            throw BenchFailure.inconsistent(
              "risk.review: \(counter - approvals) of \(counter) orders were not approved")
          }
          return approvals
        })
    }
  }
}
