// The facts worth keeping: with them, a session can be replayed and every order explained.

/// Trading state of the engine, most permissive first; it moves to the right by itself and to the left by a human.
@frozen public enum TradingState: UInt8, Comparable, Sendable {
  case active = 0
  case reduceOnly = 1
  case halted = 2
  case killed = 3

  /// Whether the left one comes first.
  @inlinable public static func < (left: TradingState, right: TradingState) -> Bool { left.rawValue < right.rawValue }
}

/// Market regime as the strategy sees it; raw values are part of the journal.
@frozen public enum Regime: UInt8, CaseIterable, Sendable {
  case undefined = 0
  case trendUp = 1
  case trendDown = 2
  case range = 3
  /// Movement far above the usual, in whatever direction.
  case stress = 4
}

/// One decision, with or without an order: what the model said and what the strategy made of it.
@frozen public struct DecisionRecord: Hashable, Sendable {
  /// Which instrument.
  public var instrument: InstrumentID
  /// Market regime at the time.
  public var regime: Regime
  /// Bit patterns of the forecast, so that equality is exact: probability of up, of down, expected move in points.
  public var probabilityUp: Float
  /// Probability of a fall.
  public var probabilityDown: Float
  /// Expected move in points.
  public var expectedMove: Float
  /// Signed contracts wanted; 0 = stay.
  public var wanted: Int32
  /// Last price seen.
  public var price: Price

  /// Every field as given.
  @inlinable public init(
    instrument: InstrumentID, regime: Regime, probabilityUp: Float, probabilityDown: Float, expectedMove: Float,
    wanted: Int32, price: Price
  ) {
    self.instrument = instrument
    self.regime = regime
    self.probabilityUp = probabilityUp
    self.probabilityDown = probabilityDown
    self.expectedMove = expectedMove
    self.wanted = wanted
    self.price = price
  }
}

/// A refusal by the risk gate: which control, on what.
@frozen public struct RefusalRecord: Hashable, Sendable {
  /// Which order.
  public var id: ClientOrderID
  /// What was wanted.
  public var intent: OrderIntent
  /// Raw value of the risk module's reason code.
  public var reason: UInt16

  /// Every field as given.
  @inlinable public init(id: ClientOrderID, intent: OrderIntent, reason: UInt16) {
    self.id = id
    self.intent = intent
    self.reason = reason
  }
}

/// What is recorded.
@frozen public enum JournalFact: Hashable, Sendable {
  /// First record: hashes of what determines the run. `schema`, `model` and `configuration` are 64-bit prefixes.
  case opened(schema: UInt64, model: UInt64, configuration: UInt64, epoch: UInt32)
  case decision(DecisionRecord)
  case refusal(RefusalRecord)
  /// Written before the bytes leave.
  case intent(NewOrder)
  case cancelIntent(CancelOrder)
  case changeIntent(ChangeOrder)
  case cancelAllIntent
  case notSent(ClientOrderID)
  case report(OrderReport)
  case fill(Fill)
  case state(TradingState, reason: UInt16)
  case connection(ConnectionState)
  /// Day totals at the end: realised profit before fees, fees, fills, and open contracts.
  case closed(realised: Money, fees: Money, fills: UInt32, openContracts: Int64)
}

/// One record with the engine time at which it was made.
@frozen public struct JournalEntry: Hashable, Sendable {
  /// When.
  public var time: Timestamp
  /// What became true.
  public var fact: JournalFact

  /// Every field as given.
  @inlinable public init(time: Timestamp, fact: JournalFact) {
    self.time = time
    self.fact = fact
  }
}
