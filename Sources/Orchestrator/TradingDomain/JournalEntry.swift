// The facts worth keeping: with them, a session can be replayed and every order explained.

/// Trading state of the engine, most permissive first; it moves to the right by itself and to the left by a human.
@frozen package enum TradingState: UInt8, Comparable, Sendable {
  case active = 0
  case reduceOnly = 1
  case halted = 2
  case killed = 3

  @inlinable package static func < (left: TradingState, right: TradingState) -> Bool { left.rawValue < right.rawValue }
}

/// Market regime as the strategy sees it.
@frozen package enum Regime: UInt8, Sendable {
  case undefined = 0
  case trendUp = 1
  case trendDown = 2
  case range = 3
}

/// One decision, with or without an order: what the model said and what the strategy made of it.
@frozen package struct DecisionRecord: Hashable, Sendable {
  package var instrument: InstrumentID
  package var regime: Regime
  /// Bit patterns of the forecast, so that equality is exact: probability of up, of down, expected move in points.
  package var probabilityUp: Float
  package var probabilityDown: Float
  package var expectedMove: Float
  /// Signed contracts wanted; 0 = stay.
  package var wanted: Int32
  /// Last price seen.
  package var price: Price

  @inlinable package init(
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
@frozen package struct RefusalRecord: Hashable, Sendable {
  package var id: ClientOrderID
  package var intent: OrderIntent
  /// Raw value of the risk module's reason code.
  package var reason: UInt16

  @inlinable package init(id: ClientOrderID, intent: OrderIntent, reason: UInt16) {
    self.id = id
    self.intent = intent
    self.reason = reason
  }
}

/// What is recorded.
@frozen package enum JournalFact: Hashable, Sendable {
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
@frozen package struct JournalEntry: Hashable, Sendable {
  package var time: Timestamp
  package var fact: JournalFact

  @inlinable package init(time: Timestamp, fact: JournalFact) {
    self.time = time
    self.fact = fact
  }
}
