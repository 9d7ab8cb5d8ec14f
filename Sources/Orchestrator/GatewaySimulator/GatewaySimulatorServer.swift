// The gateway simulator's face: make, start, ask, stop. What happens inside is the session loop's, on its own thread.

import CHotPath
import Gateway
import Glibc
package import Simulation
import Synchronization

/// A Profit gateway that is not there: the wire protocol on a TCP port, with a simulated venue behind it.
///
/// The port is bound by the initialiser, so that a taken port is known before anything starts. One server plays one
/// session.
package final class GatewaySimulatorServer {
  /// The port that is bound.
  package let port: UInt16
  private let shared: SimulatorShared
  private let loop: SimulatorLoop
  private var thread: OpaquePointer?
  private var isStarted = false

  /// Binds the port.
  /// - Throws: ``GatewaySimulatorError``.
  package init(configuration: GatewaySimulatorConfiguration, feed: MarketFeed) throws(GatewaySimulatorError) {
    guard !configuration.simulation.instruments.isEmpty else { throw .noInstruments }
    if let misplaced = configuration.keys.first(where: { $0.end != .gateway || $0.environment != .simulator }) {
      throw .keysMisplaced(folder: misplaced.folder)
    }
    if configuration.keys.count > 2 { throw .keysMisplaced(folder: configuration.keys[2].folder) }
    if configuration.keys.isEmpty, !LoopbackAddress.contains(configuration.host) {
      throw .plainOffLoopback(host: configuration.host)
    }
    var settings = hp_server_config_default()
    // Sealed, as many strangers again may be in the middle of their handshake without a client losing its place.
    settings.max_clients = UInt32(configuration.keys.isEmpty ? 8 : 8 + SimulatorWire.mostPending)
    var server: OpaquePointer?
    let result = hp_server_create(&settings, configuration.host, configuration.port, &server)
    guard result == 0, let server else {
      switch -result {
      case EADDRINUSE: throw .portTaken(host: configuration.host, port: configuration.port)
      case ENOSYS, EPERM: throw .ioUringUnavailable(code: -result)
      default: throw .addressUnusable(host: configuration.host, port: configuration.port, code: -result)
      }
    }
    port = hp_server_port(server)
    shared = SimulatorShared()
    loop = SimulatorLoop(
      configuration: configuration, feed: feed,
      wire: SimulatorWire(server, slots: Int(settings.max_clients), keys: configuration.keys),
      clientSlots: Int(settings.max_clients), shared: shared)
  }

  deinit { stop() }

  /// Starts the session's thread; clients may connect from now on.
  package func start() throws(GatewaySimulatorError) {
    if isStarted { throw .alreadyStarted }
    isStarted = true
    let context = Unmanaged.passRetained(loop).toOpaque()
    let result = hp_thread_start(
      "gateway-sim", Int32(HP_THREAD_ANY_CORE),
      { context in
        guard let context else { return }
        Unmanaged<SimulatorLoop>.fromOpaque(context).takeRetainedValue().run()
      }, context, &thread)
    if result != 0 {
      Unmanaged<SimulatorLoop>.fromOpaque(context).release()
      isStarted = false
      throw .threadNotStarted(code: -result)
    }
  }

  /// Says goodbye to the clients, closes the port and waits for the thread. May be called more than once.
  package func stop() {
    shared.stop.store(true, ordering: .releasing)
    if let thread {
      hp_thread_join(thread)
      self.thread = nil
    } else {
      loop.close()
    }
  }

  /// Counts as of the loop's last round; may be read from any thread.
  package var statistics: GatewaySimulatorStatistics { shared.statistics.withLock { $0 } }
}

/// The only state that both the loop's thread and others touch.
final class SimulatorShared: Sendable {
  /// Set by `stop` (releasing), read by the loop each round (acquiring).
  let stop = Atomic<Bool>(false)
  let statistics = Mutex(GatewaySimulatorStatistics())
}
