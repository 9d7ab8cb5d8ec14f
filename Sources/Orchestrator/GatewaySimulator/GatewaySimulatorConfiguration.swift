// What a gateway simulator offers, and how fast it lets time pass.

package import Gateway
package import Simulation
package import TradingDomain

/// How fast virtual time passes. It delays what is sent, and never changes it.
package enum Pacing: Hashable, Sendable {
  /// As fast as the clients take it.
  case unlimited
  /// Virtual seconds per real second: 1 is real time.
  case multiple(Double)
}

/// One session behind a TCP port.
package struct GatewaySimulatorConfiguration: Sendable {
  /// Address to listen on; loopback unless there is a reason.
  package var host = "127.0.0.1"
  /// Port to listen on; 0 takes any free one.
  package var port: UInt16 = 0
  /// Seals every connection: a client must have the keys that belong to these. Two sets while keys are being changed:
  /// the new one first. Empty leaves the link in clear, which only a loopback address is allowed.
  package var keys: [LinkKeys] = []
  package var simulation: SimulationConfiguration
  /// Dated contract of each instrument, in the order of `simulation.instruments`; the family symbol where it is
  /// missing.
  package var tickers: [String] = []
  package var pacing = Pacing.unlimited
  /// Clients that must have said hello before time starts.
  package var expectedClients = 1
  package var heartbeat = Nanoseconds.milliseconds(500)
  /// How long a lockstep session waits for a client whose connection broke, before it goes on without it.
  package var reconnectGrace = Nanoseconds.seconds(30)
  /// Silence after which a free-running client counts as dead. Clients in virtual time may think as long as they like.
  package var deadAfter = Nanoseconds.seconds(3)

  package init(simulation: SimulationConfiguration) { self.simulation = simulation }
}

/// Counts of a running or finished simulator.
package struct GatewaySimulatorStatistics: Hashable, Sendable {
  package var venue = VenueStatistics()
  /// Frames sent to clients, all kinds.
  package var framesSent: UInt64 = 0
  package var commandsReceived: UInt64 = 0
  package var connections: UInt64 = 0
  /// Connections that were closed because they did not agree on keys in time or at all, or broke the seal.
  package var connectionsRefused: UInt64 = 0
  /// Market frames that were left out for slow free-running clients (they were told of the gap).
  package var framesDropped: UInt64 = 0
  /// Virtual time reached; nil before the session starts.
  package var virtualTime: Timestamp?
  /// Whether the end of the session has been delivered and acknowledged.
  package var isFinished = false
  /// What stopped the server by itself; nil while it runs or after an orderly stop.
  package var failure: GatewaySimulatorError?
}

/// Why a gateway simulator cannot start or go on.
package enum GatewaySimulatorError: Error, Hashable, Sendable, CustomStringConvertible {
  case portTaken(host: String, port: UInt16)
  case addressUnusable(host: String, port: UInt16, code: Int32)
  case ioUringUnavailable(code: Int32)
  case threadNotStarted(code: Int32)
  case alreadyStarted
  case ringFailed(code: Int32)
  case noInstruments
  /// A link in clear on an address that other machines can reach.
  case plainOffLoopback(host: String)
  /// Keys that are not a gateway's or not the simulator's, or more than two sets.
  case keysMisplaced(folder: String)

  package var description: String {
    switch self {
    case .portTaken(let host, let port):
      return "port \(port) on \(host) is taken: stop what listens there (ss -ltnp 'sport = :\(port)'), "
        + "or choose another port, or 0 for any free one"
    case .addressUnusable(let host, let port, let code):
      return "cannot listen on \(host):\(port) (errno \(code)): use an address of this machine, such as 127.0.0.1"
    case .ioUringUnavailable(let code):
      return "io_uring is not available (errno \(code)): check /proc/sys/kernel/io_uring_disabled and the "
        + "container's seccomp profile"
    case .threadNotStarted(let code):
      return "the simulator's thread did not start (errno \(code)): check the limit of processes (ulimit -u)"
    case .alreadyStarted: return "the simulator was started before: make a new one for a new session"
    case .ringFailed(let code): return "the simulator's io_uring failed (errno \(code)): restart the process"
    case .plainOffLoopback(let host):
      return "\(host) is not a loopback address: a link to other machines must be sealed; give the folder of its keys "
        + "(`trader keys new`, docs/how-to/secure-link.md), or listen on 127.0.0.1"
    case .keysMisplaced(let folder):
      return "the keys in \(folder) are not a gateway's keys for the simulator, or they are a third set: give one "
        + "folder made for it, or two while keys are being changed"
    case .noInstruments: return "the simulated venue has no instruments: configure at least one"
    }
  }
}
