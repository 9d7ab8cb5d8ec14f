// Orders as intentions and as commands. Their life after sending is the Execution module's.

/// Our identifier of an order: unique over all runs, so that a repeated submission can be recognised.
///
/// Layout: epoch 32 bits, strategy 16, check 16, counter 64.
@frozen public struct ClientOrderID: Hashable, Sendable {
  /// Epoch (high 32 bits), strategy (16), check (16).
  public var high: UInt64
  /// Counter; never reused within an epoch.
  public var low: UInt64

  /// Every field as given.
  @inlinable public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Every field as given.
  @inlinable public init(epoch: UInt32, strategy: UInt16, counter: UInt64) {
    let check = ClientOrderID.check(epoch: epoch, strategy: strategy, counter: counter)
    high = UInt64(epoch) << 32 | UInt64(strategy) << 16 | UInt64(check)
    low = counter
  }

  /// Fencing epoch of the run that made it.
  @inlinable public var epoch: UInt32 { UInt32(high >> 32) }
  /// Number of the strategy that decided it.
  @inlinable public var strategy: UInt16 { UInt16(truncatingIfNeeded: high >> 16) }
  /// Number within the epoch.
  @inlinable public var counter: UInt64 { low }
  /// Whether the check field fits the others.
  @inlinable public var isValid: Bool {
    UInt16(truncatingIfNeeded: high) == ClientOrderID.check(epoch: epoch, strategy: strategy, counter: counter)
  }

  /// A 16-bit mix of the other fields (finaliser of splitmix64), enough to notice a garbled id.
  @inlinable public static func check(epoch: UInt32, strategy: UInt16, counter: UInt64) -> UInt16 {
    var mixed = counter &+ (UInt64(epoch) << 16 | UInt64(strategy)) &* 0x9E37_79B9_7F4A_7C15
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return UInt16(truncatingIfNeeded: mixed ^ (mixed >> 31))
  }
}

/// Order types that the broker's interface accepts; raw values are its codes (version 1 and later).
@frozen public enum OrderType: UInt8, Sendable {
  case market = 1
  case limit = 2
  case stopLimit = 4
}

/// How long an order may stand; raw values are the broker's validity codes where it has one, and fit in four bits.
///
/// The broker's order call has no field for it: through ProfitDLL every order is good for the day, and its gateway
/// refuses the others. The simulated venue knows them all.
@frozen public enum OrderValidity: UInt8, Sendable {
  /// Until it trades, is withdrawn, or the session closes.
  case day = 0
  /// What cannot trade at once is withdrawn.
  case immediateOrCancel = 3
  /// Trades whole and at once, or not at all.
  case fillOrKill = 4
  /// Only ever stands in the book: withdrawn if it would trade on arrival.
  case bookOnly = 15

  /// Whether nothing of the order may stay in the book.
  @inlinable public var isImmediate: Bool { self == .immediateOrCancel || self == .fillOrKill }
}

/// Why an order exists; decides which limits apply to it and what happens to it when trading is restricted.
@frozen public enum OrderPurpose: UInt8, Sendable {
  case entry = 1
  case exit = 2
  case protectiveStop = 3
  case target = 4
  case flatten = 5

  /// Whether the order may only bring the position nearer to zero.
  @inlinable public var isReduceOnly: Bool { self != .entry }
}

/// What a strategy wants; not yet an order.
@frozen public struct OrderIntent: Hashable, Sendable {
  /// Which instrument.
  public var instrument: InstrumentID
  /// Buying or selling.
  public var side: Side
  /// Kind of order.
  public var type: OrderType
  /// How many contracts.
  public var quantity: Quantity
  /// Limit price; nil only for market orders.
  public var limit: Price?
  /// Trigger of a stop-limit order.
  public var stop: Price?
  /// What the order is for.
  public var purpose: OrderPurpose
  /// How long it may stand.
  public var validity: OrderValidity

  /// Every field as given.
  @inlinable public init(
    instrument: InstrumentID, side: Side, type: OrderType, quantity: Quantity, limit: Price?, stop: Price?,
    purpose: OrderPurpose, validity: OrderValidity = .day
  ) {
    self.instrument = instrument
    self.side = side
    self.type = type
    self.quantity = quantity
    self.limit = limit
    self.stop = stop
    self.purpose = purpose
    self.validity = validity
  }
}

/// An order with its identity, ready to be judged and sent.
@frozen public struct NewOrder: Hashable, Sendable {
  /// Which order.
  public var id: ClientOrderID
  /// What was wanted.
  public var intent: OrderIntent
  /// Engine time at which the decision was made.
  public var decisionTime: Timestamp

  /// Every field as given.
  @inlinable public init(id: ClientOrderID, intent: OrderIntent, decisionTime: Timestamp) {
    self.id = id
    self.intent = intent
    self.decisionTime = decisionTime
  }
}

/// A request to withdraw a working order.
@frozen public struct CancelOrder: Hashable, Sendable {
  /// Which order.
  public var id: ClientOrderID
  /// Which instrument.
  public var instrument: InstrumentID
  /// Engine time at which it was decided.
  public var decisionTime: Timestamp

  /// Every field as given.
  @inlinable public init(id: ClientOrderID, instrument: InstrumentID, decisionTime: Timestamp) {
    self.id = id
    self.instrument = instrument
    self.decisionTime = decisionTime
  }
}

/// A request to change price or remaining quantity of a working order; it keeps its identity.
@frozen public struct ChangeOrder: Hashable, Sendable {
  /// Which order.
  public var id: ClientOrderID
  /// Which instrument.
  public var instrument: InstrumentID
  /// New total quantity, including what has traded.
  public var quantity: Quantity
  /// Limit price.
  public var limit: Price?
  /// Trigger price of a stop-limit order.
  public var stop: Price?
  /// Engine time at which it was decided.
  public var decisionTime: Timestamp

  /// Every field as given.
  @inlinable public init(
    id: ClientOrderID, instrument: InstrumentID, quantity: Quantity, limit: Price?, stop: Price?,
    decisionTime: Timestamp
  ) {
    self.id = id
    self.instrument = instrument
    self.quantity = quantity
    self.limit = limit
    self.stop = stop
    self.decisionTime = decisionTime
  }
}

/// What can be asked of a venue.
@frozen public enum OrderCommand: Hashable, Sendable {
  case new(NewOrder)
  case cancel(CancelOrder)
  case change(ChangeOrder)
  /// Withdraw everything that works for the account.
  case cancelAll(decisionTime: Timestamp)

  /// Engine time at which the command was decided.
  @inlinable public var decisionTime: Timestamp {
    switch self {
    case .new(let order): return order.decisionTime
    case .cancel(let cancel): return cancel.decisionTime
    case .change(let change): return change.decisionTime
    case .cancelAll(let time): return time
    }
  }
}
