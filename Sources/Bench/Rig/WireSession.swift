// Both ends of a tick-to-order round: the paced gateway on its thread, the whole trader on the calling one.

import CHotPath
import Engine
import Gateway
import TradingDomain

/// One session over loopback TCP, opened by `init`, measured slice by slice with ``run(_:)``.
final class WireSession {
  private let gateway: PacedGateway
  private let client: GatewayClient
  private let rig: TraderRig

  private let waiting: Waiting
  private let inner = InnerTimes()

  init(triggers: Int, waiting: Waiting, stopwatch: Stopwatch) throws {
    self.waiting = waiting
    gateway = try PacedGateway(triggers: triggers, waiting: waiting)
    var configuration = GatewayConfiguration(
      host: "127.0.0.1", port: gateway.port, environment: .simulator,
      instruments: [GatewayInstrument(TriggerMarket.instrument)])
    configuration.virtualTime = true
    client = try GatewayClient(configuration)
    rig = try TraderRig(source: client, gateway: client, triggers: triggers, observer: inner, stopwatch: stopwatch)
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

  /// Runs the trader until the next `count` triggers have their orders.
  func run(_ count: Int) throws {
    gateway.begin(count)
    while !gateway.isDone {
      if rig.runner.step() > 0 { continue }
      if gateway.hasFailed || client.failure != nil { throw failure }
      if waiting == .resting { client.rest(atMost: .milliseconds(1)) } else { hp_cpu_relax() }
    }
  }

  /// Over the orders so far.
  var checksum: UInt64 { gateway.checksum }

  /// The trader's own share of every order so far in processor ticks, as its runner tells its observer: from the bytes'
  /// arrival to the order's frame lying ready for the kernel.
  var innerTicks: [UInt64] { inner.ticks }

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

/// Keeps the runner's figures of the events that led to an order.
private final class InnerTimes: EngineObserver {
  private(set) var ticks: [UInt64] = []
  private var orders: UInt64 = 0

  init() { ticks.reserveCapacity(2_000) }

  func observe(_ event: borrowing VenueEvent, engine: TradingEngine, startTicks: UInt64, endTicks: UInt64) {
    guard engine.audit.orders != orders else { return }
    orders = engine.audit.orders
    ticks.append(endTicks &- startTicks)
  }
}
