// What a session with a gateway is asked to be.
package import TradingDomain

/// Which money is behind a gateway; both ends must agree, or there is no session.
@frozen package enum GatewayEnvironment: UInt8, Sendable {
  case simulator = 1
  case real = 2
}

/// One instrument of the allow-list: the session holds these and no others.
package struct GatewayInstrument: Hashable, Sendable {
  package var instrument: Instrument
  /// Dated contract as the gateway names it, such as `WDOZ26`; nil accepts the gateway's current contract of the
  /// family.
  package var ticker: String?

  package init(_ instrument: Instrument, ticker: String? = nil) {
    self.instrument = instrument
    self.ticker = ticker
  }
}

/// Settings of a ``GatewayClient``.
package struct GatewayConfiguration: Sendable {
  /// Name or address of the gateway's machine.
  package var host: String
  package var port: UInt16
  package var environment: GatewayEnvironment
  package var instruments: [GatewayInstrument]
  /// Asks for virtual time: only a simulator grants it.
  package var virtualTime = false
  /// This run's number: a gateway that has seen a newer one refuses us.
  package var fencingEpoch: UInt32 = 1
  package var configurationHash: UInt64 = 0
  package var buildHash: UInt64 = 0
  /// For the other end's log, up to 32 bytes.
  package var build = "trader"
  package var clientName = "trader"
  /// Interval of our heartbeats (sessions in real time).
  package var heartbeat = Nanoseconds.milliseconds(500)
  /// Silence after which the connection counts as dead (sessions in real time).
  package var deadAfter = Nanoseconds.seconds(3)
  /// How long ``GatewayClient/open()`` may take, attempts to connect included.
  package var openTimeout = Nanoseconds.seconds(5)
  /// Wait before the second attempt to connect; doubles per failure up to `backoffMaximum`.
  package var backoffMinimum = Nanoseconds.milliseconds(100)
  package var backoffMaximum = Nanoseconds.seconds(5)
  /// Spreads the attempts of several clients.
  package var jitterSeed: UInt64 = 1
  /// Seals the link; nil leaves it in clear, which only a loopback address is allowed.
  package var keys: LinkKeys?

  package init(host: String, port: UInt16, environment: GatewayEnvironment, instruments: [GatewayInstrument]) {
    self.host = host
    self.port = port
    self.environment = environment
    self.instruments = instruments
  }

  /// `host:port`, for messages.
  package var endpoint: String { "\(host):\(port)" }
}
