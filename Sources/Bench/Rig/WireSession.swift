// Both ends of a tick-to-order round: the paced gateway on its thread, the whole trader on the calling one.

import CHotPath
import Engine
import Gateway
import Monitoring
import TradingDomain

/// One session over loopback TCP, opened by `init`, measured once by ``run(inner:stopwatch:)``.
final class WireSession {
  private let gateway: PacedGateway
  private let client: GatewayClient
  private let rig: TraderRig

  private let waiting: Waiting

  init(triggers: Int, waiting: Waiting) throws {
    self.waiting = waiting
    gateway = try PacedGateway(triggers: triggers, waiting: waiting)
    var configuration = GatewayConfiguration(
      host: "127.0.0.1", port: gateway.port, environment: .simulator,
      instruments: [GatewayInstrument(TriggerMarket.instrument)])
    configuration.virtualTime = true
    client = try GatewayClient(configuration)
    rig = try TraderRig(source: client, gateway: client, triggers: triggers)
    do {
      try gateway.start()
      try open()
    } catch {
      close()
      throw error
    }
  }

  /// Waits until the engine has seen everything that precedes the first trigger.
  private func open() throws {
    try client.open()
    let deadline = hp_clock_monotonic_ns() + 2_000_000_000
    while client.counts.events < UInt64(TriggerMarket.opening().count) {
      guard hp_clock_monotonic_ns() < deadline, client.failure == nil else {
        throw BenchFailure.inconsistent(
          "the session over loopback did not open: \(client.failure.map { "\($0)" } ?? rig.state)")
      }
      _ = rig.runner.step()
    }
  }

  /// Runs the trader until every trigger has its order; returns a checksum of the orders.
  ///
  /// `inner` receives, for each trigger, the trader's own time: from before the poll that finds its bytes to after the
  /// order was handed to the ring. ``results`` then holds the times that the gateway took.
  func run(inner: LatencyRecorder?, stopwatch: Stopwatch) throws -> UInt64 {
    gateway.begin()
    while !gateway.isDone {
      let sent = client.counts.commands
      let start = stopwatch.ticks
      guard rig.runner.step() > 0 else {
        if gateway.hasFailed || client.failure != nil { throw failure }
        if waiting == .resting { client.rest(atMost: .milliseconds(1)) } else { hp_cpu_relax() }
        continue
      }
      let end = stopwatch.ticks
      if client.counts.commands != sent { inner?.record(stopwatch.nanoseconds(from: start, to: end)) }
    }
    return gateway.checksum
  }

  /// Nanoseconds from when each trigger was due to the arrival of its order at the gateway.
  var results: UnsafeBufferPointer<UInt64> { gateway.results }

  func close() {
    client.close(flush: .zero)
    gateway.stop()
  }

  private var failure: BenchFailure {
    .inconsistent(
      "trigger \(gateway.orders + 1) of \(gateway.triggers) led to no order within two seconds: "
        + (client.failure.map { "\($0)" } ?? rig.state))
  }
}
