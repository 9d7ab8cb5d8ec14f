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
  /// Expected move in ticks, signed; NaN where the model gives none.
  public var expectedTicks: Float
  /// Standard deviation of the move about it, in ticks; NaN where the model gives none.
  public var spreadTicks: Float
  /// Raw value of the reason why nothing may be done on the forecast; 0 for none.
  public var abstention: UInt8
  /// Whether the canary decided, and not the champion.
  public var isCanary: Bool

  /// Every field as given.
  @inlinable public init(
    instrument: InstrumentID, regime: Regime, probabilityUp: Float, probabilityDown: Float, expectedMove: Float,
    wanted: Int32, price: Price, expectedTicks: Float = .nan, spreadTicks: Float = .nan, abstention: UInt8 = 0,
    isCanary: Bool = false
  ) {
    self.instrument = instrument
    self.regime = regime
    self.probabilityUp = probabilityUp
    self.probabilityDown = probabilityDown
    self.expectedMove = expectedMove
    self.wanted = wanted
    self.price = price
    self.expectedTicks = expectedTicks
    self.spreadTicks = spreadTicks
    self.abstention = abstention
    self.isCanary = isCanary
  }

  /// Compares bit patterns, so that two decisions without a forecast are equal.
  @inlinable public static func == (left: DecisionRecord, right: DecisionRecord) -> Bool {
    left.instrument == right.instrument && left.regime == right.regime && left.wanted == right.wanted
      && left.price == right.price && left.abstention == right.abstention && left.isCanary == right.isCanary
      && left.patterns == right.patterns
  }

  /// Fits the comparison.
  @inlinable public func hash(into hasher: inout Hasher) {
    hasher.combine(instrument)
    hasher.combine(price)
    hasher.combine(patterns)
  }

  @usableFromInline var patterns: SIMD8<UInt32> {
    SIMD8(
      probabilityUp.bitPattern, probabilityDown.bitPattern, expectedMove.bitPattern, expectedTicks.bitPattern,
      spreadTicks.bitPattern, 0, 0, 0)
  }
}

/// What one member of an ensemble said before a decision.
@frozen public struct MemberVote: Hashable, Sendable {
  /// Raw value of the kind of member; 0 for no vote.
  public var kind: UInt8
  /// Bars since the member's newest step; 255 for one that has no forecast.
  public var age: UInt8
  /// Its part in the mixture.
  public var weight: Float
  /// Its calibrated probability of a rise.
  public var probabilityUp: Float
  /// Its calibrated probability of a fall.
  public var probabilityDown: Float

  /// Every field as given.
  @inlinable public init(kind: UInt8, age: UInt8, weight: Float, probabilityUp: Float, probabilityDown: Float) {
    self.kind = kind
    self.age = age
    self.weight = weight
    self.probabilityUp = probabilityUp
    self.probabilityDown = probabilityDown
  }

  /// No vote.
  @inlinable public static var none: MemberVote {
    MemberVote(kind: 0, age: 0, weight: 0, probabilityUp: 0, probabilityDown: 0)
  }
}

/// The votes behind the decision that is recorded next to them, in one fixed size.
public struct VotesRecord: Hashable, Sendable {
  /// Most members of an ensemble.
  public static let limit = 5
  private var votes: (MemberVote, MemberVote, MemberVote, MemberVote, MemberVote)
  /// Votes so far.
  public private(set) var count: Int

  /// No votes yet.
  public init() {
    votes = (.none, .none, .none, .none, .none)
    count = 0
  }

  /// - Precondition: fewer than ``limit`` votes.
  public mutating func append(_ vote: MemberVote) {
    precondition(count < Self.limit, "an ensemble has at most \(Self.limit) members")
    self[count] = vote
    count += 1
  }

  /// The vote at a place; ``MemberVote/none`` where there is none.
  public private(set) subscript(place: Int) -> MemberVote {
    get {
      switch place {
      case 0: votes.0
      case 1: votes.1
      case 2: votes.2
      case 3: votes.3
      default: votes.4
      }
    }
    set {
      switch place {
      case 0: votes.0 = newValue
      case 1: votes.1 = newValue
      case 2: votes.2 = newValue
      case 3: votes.3 = newValue
      default: votes.4 = newValue
      }
    }
  }

  /// Whether both hold the same votes.
  public static func == (left: VotesRecord, right: VotesRecord) -> Bool {
    left.count == right.count && (0..<left.count).allSatisfy { left[$0] == right[$0] }
  }

  /// Fits the comparison.
  public func hash(into hasher: inout Hasher) {
    for place in 0..<count { hasher.combine(self[place]) }
  }
}

/// What a model that did not decide said after a bar.
@frozen public struct ShadowRecord: Hashable, Sendable {
  /// 64-bit prefix of the model's identity.
  public var model: UInt64
  /// Probability of a rise, of a fall, expected move in points; NaN without a forecast.
  public var probabilityUp: Float
  /// Probability of a fall.
  public var probabilityDown: Float
  /// Expected move in points.
  public var expectedMove: Float
  /// Expected move in ticks, signed.
  public var expectedTicks: Float
  /// Standard deviation of the move about it, in ticks.
  public var spreadTicks: Float
  /// Raw value of the reason why nothing may be done on the forecast; 0 for none.
  public var abstention: UInt8

  /// Every field as given.
  @inlinable public init(
    model: UInt64, probabilityUp: Float, probabilityDown: Float, expectedMove: Float, expectedTicks: Float,
    spreadTicks: Float, abstention: UInt8
  ) {
    self.model = model
    self.probabilityUp = probabilityUp
    self.probabilityDown = probabilityDown
    self.expectedMove = expectedMove
    self.expectedTicks = expectedTicks
    self.spreadTicks = spreadTicks
    self.abstention = abstention
  }

  /// Compares bit patterns, so that two records without a forecast are equal.
  @inlinable public static func == (left: ShadowRecord, right: ShadowRecord) -> Bool {
    left.model == right.model && left.abstention == right.abstention && left.patterns == right.patterns
  }

  /// Fits the comparison.
  @inlinable public func hash(into hasher: inout Hasher) {
    hasher.combine(model)
    hasher.combine(patterns)
  }

  @usableFromInline var patterns: SIMD8<UInt32> {
    SIMD8(
      probabilityUp.bitPattern, probabilityDown.bitPattern, expectedMove.bitPattern, expectedTicks.bitPattern,
      spreadTicks.bitPattern, 0, 0, 0)
  }
}

/// Who trades from now on.
@frozen public struct RosterRecord: Hashable, Sendable {
  /// Number of the deployment.
  public var number: UInt32
  /// 64-bit prefixes of the models' identities; 0 for none.
  public var champion: UInt64
  /// The canary's.
  public var canary: UInt64
  /// The canary's part of the decisions, in millionths.
  public var shareMillionths: UInt32
  /// Part of the usual quantity, in millionths.
  public var sizeMillionths: UInt32
  /// Models that watch.
  public var shadows: UInt8

  /// Every field as given.
  @inlinable public init(
    number: UInt32, champion: UInt64, canary: UInt64, shareMillionths: UInt32, sizeMillionths: UInt32, shadows: UInt8
  ) {
    self.number = number
    self.champion = champion
    self.canary = canary
    self.shareMillionths = shareMillionths
    self.sizeMillionths = sizeMillionths
    self.shadows = shadows
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
  /// What an ensemble's members said before the decision that was recorded last.
  case votes(VotesRecord)
  /// What a model that watches said after a bar.
  case shadow(ShadowRecord)
  /// Who trades changed.
  case roster(RosterRecord)
  /// A model that watches was too slow and is no longer asked; the 64-bit prefix of its identity.
  case benched(model: UInt64)
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
