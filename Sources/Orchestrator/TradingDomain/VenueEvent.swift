// Everything that can reach the engine, in one sum type: the engine's only input.

/// State of the way to the venue.
@frozen public enum ConnectionState: UInt8, Sendable {
  /// Link up, snapshot complete, orders may be sent as far as routing allows.
  case ready = 1
  /// The TCP link is gone; the source reconnects by itself.
  case linkDown = 2
  /// Link up, state is being replayed: no new entries.
  case resynchronising = 3
  /// Link up, but the broker's order routing is not.
  case routingDown = 4
  /// Link up, but market data is not flowing.
  case marketDataDown = 5
}

/// What a human, or the process's supervisor, orders.
@frozen public enum OperatorCommand: UInt8, Sendable {
  case halt = 1
  case resume = 2
  case flatten = 3
  case kill = 4
}

/// What a venue event says.
@frozen public enum VenueUpdate: Hashable, Sendable {
  case market(MarketEvent)
  case order(OrderReport)
  case connection(ConnectionState)
  /// Time has passed; nothing else happened.
  case clock
  case command(OperatorCommand)
  /// No event will follow.
  case endOfSession
}

/// One input of the engine.
@frozen public struct VenueEvent: Hashable, Sendable {
  /// When it reached us. In simulation this is virtual time; the engine knows no other "now".
  public var localTime: Timestamp
  /// What it says.
  public var update: VenueUpdate

  /// Every field as given.
  @inlinable public init(localTime: Timestamp, update: VenueUpdate) {
    self.localTime = localTime
    self.update = update
  }
}
