// Stage `decide.risk`: one trade that completes a bar, from the event to the order handed over, without the wire.

import CHotPath
import Engine
import Ensemble
import Monitoring
import Storage
import TradingDomain

extension BenchStage {
  static var decideRisk: BenchStage {
    decide("decide.risk", "bar close: features, forecast, strategy, risk gate, journal, order") {
      try DecisiveForecaster(ReferenceForest.predictor.get())
    }
  }

  /// One trade that completes a bar, from the event to the order handed over.
  static func decide(
    _ name: String, _ operation: String, _ forecaster: @escaping () throws -> any Forecaster
  ) -> BenchStage {
    BenchStage(name: name, operation: operation, batch: 1, samples: 1_500) { stopwatch in
      var rig: TraderRig?
      let gateway = LastOrderGateway()
      return PreparedStage(
        finish: { rig = nil },
        begin: { samples in
          let made = try TraderRig(
            source: gateway, gateway: gateway, triggers: samples, forecaster: forecaster())
          for event in TriggerMarket.opening() { made.runner.process(event) }
          rig = made
        },
        round: { samples, recorder in
          guard let rig else { throw BenchFailure.inconsistent("a round began without an engine") }
          var checksum: UInt64 = 0
          for number in 0..<samples {
            let event = TriggerMarket.trigger(number)
            let start = stopwatch.ticks
            rig.runner.process(event)
            let end = stopwatch.ticks
            recorder.record(stopwatch.nanoseconds(from: start, to: end))
            guard let order = gateway.takeOrder() else {
              throw BenchFailure.inconsistent("trigger \(number + 1) led to no order: \(rig.state)")
            }
            checksum = (checksum &* 0x100_0000_01B3) ^ order.id.low ^ UInt64(order.intent.limit?.ticks ?? 0) << 32
            rig.runner.process(TriggerMarket.withdrawal(of: order, trigger: number))
          }
          return checksum ^ rig.journal.count
        })
    }
  }
}

/// A source without events, and a gateway that keeps the newest order.
private final class LastOrderGateway: VenueEventSource, OrderGateway {
  private var order: NewOrder?

  func poll(into buffer: UnsafeMutableBufferPointer<VenueEvent>) -> Int { 0 }

  func send(_ command: OrderCommand) -> SendOutcome {
    if case .new(let order) = command { self.order = order }
    return .handedOver
  }

  /// The order since the last call, if any.
  func takeOrder() -> NewOrder? {
    defer { order = nil }
    return order
  }
}
