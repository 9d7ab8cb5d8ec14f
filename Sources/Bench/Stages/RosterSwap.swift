// Stage `roster.swap`: another model takes the trade between two events; beside it an idle step of the same loop.

import Engine
import Execution
import Features
import Monitoring
import Storage
import TradingDomain

extension BenchStage {
  static var rosterSwap: BenchStage {
    BenchStage(
      name: "roster.swap", operation: "another champion: mailbox to engine, journalled, the old roster put away",
      batch: 1, samples: 1_500
    ) { stopwatch in
      var rig: TraderRig?
      var rosters: [Roster] = []
      let mailbox = RosterMailbox()
      let gateway = SilentGateway()
      return PreparedStage(
        finish: { rig = nil },
        begin: { samples in
          let made = try TraderRig(
            source: gateway, gateway: gateway, triggers: 2_000, mailbox: mailbox,
            forecaster: DecisiveForecaster(ReferenceForest.predictor.get()))
          for event in TriggerMarket.opening() { made.runner.process(event) }
          let seats = try (1...2).map { number in
            let seat = try ModelSeat(
              model: UInt64(number), schema: .v2, strategy: made.runner.engine.configuration.strategy,
              instrument: TriggerMarket.instrument,
              forecaster: DecisiveForecaster(ReferenceForest.predictor.get()))
            seat.warmUp((-TriggerMarket.warmUpBars..<0).map { TriggerMarket.bar($0) })
            return seat
          }
          rosters = (1...samples).map { number in
            Roster(number: UInt32(number), champion: seats[number % 2], shadows: [seats[(number + 1) % 2]])
          }
          rig = made
        },
        round: { samples, recorder in
          guard let rig else { throw BenchFailure.inconsistent("a round began without an engine") }
          // Bars that the seats have yet to hear of are caught up before the clock runs.
          mailbox.post(rosters[0])
          for _ in 0..<2_000 where mailbox.number != 1 { _ = rig.runner.step() }
          for number in 1..<samples {
            mailbox.post(rosters[number])
            let start = stopwatch.ticks
            _ = rig.runner.step()
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
            guard mailbox.number == UInt32(number + 1) else {
              throw BenchFailure.inconsistent("roster \(number + 1) was not taken in: \(rig.state)")
            }
          }
          mailbox.collect()
          return rig.journal.count
        })
    }
  }
}

/// A source without events, and a gateway that nothing is sent to.
private final class SilentGateway: VenueEventSource, OrderGateway {
  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int { 0 }
  func send(_ command: OrderCommand) -> SendOutcome { .handedOver }
}
