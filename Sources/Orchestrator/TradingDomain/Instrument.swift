// What is traded: contract constants. Dated rules (sessions, expiry, fees) live beside, not in here.

/// Index of an instrument in the running process; stable within one session, never stored.
@frozen public struct InstrumentID: Hashable, Sendable {
  /// The number.
  public var rawValue: UInt16
  /// Every field as given.
  @inlinable public init(_ rawValue: UInt16) { self.rawValue = rawValue }
}

/// Constants of a contract family.
///
/// Source: the exchange's contract pages for U.S. dollar and Ibovespa futures.
public struct Instrument: Hashable, Sendable {
  /// Family symbol: `WDO`, `DOL`, `WIN`, `IND`, or another importable symbol.
  public var symbol: String
  /// Which order.
  public var id: InstrumentID
  /// Size of one tick in points.
  public var tickSize: Double
  /// Money per tick and contract.
  public var tickValue: Money
  /// Orders must be multiples of this many contracts.
  public var lot: Quantity
  /// Exchange letter of the broker's interface: `F` for futures, `B` for shares.
  public var exchange: Character

  /// Every field as given.
  public init(
    symbol: String, id: InstrumentID, tickSize: Double, tickValue: Money, lot: Quantity, exchange: Character
  ) {
    self.symbol = symbol
    self.id = id
    self.tickSize = tickSize
    self.tickValue = tickValue
    self.lot = lot
    self.exchange = exchange
  }

  /// The price in points, for features and reports.
  public func points(_ price: Price) -> Double { Double(price.ticks) * tickSize }

  /// The price nearest to `points` and whether `points` lay on the tick grid (within 1e-6 of a tick).
  ///
  /// Nil when `points` is not finite or exceeds 2^52 ticks.
  public func price(points: Double) -> (price: Price, isOnGrid: Bool)? {
    let ticks = points / tickSize
    guard ticks.isFinite, abs(ticks) < 4_503_599_627_370_496 else { return nil }
    let nearest = ticks.rounded(.toNearestOrAwayFromZero)
    return (Price(ticks: Int64(nearest)), abs(ticks - nearest) <= 1e-6)
  }
}

extension Instrument {
  /// Mini U.S. dollar future: USD 10,000, quoted in BRL per USD 1,000.
  public static let wdo = Instrument(
    symbol: "WDO", id: InstrumentID(1), tickSize: 0.5, tickValue: Money(brl: 5), lot: 1, exchange: "F")
  /// U.S. dollar future: USD 50,000.
  public static let dol = Instrument(
    symbol: "DOL", id: InstrumentID(2), tickSize: 0.5, tickValue: Money(brl: 25), lot: 5, exchange: "F")
  /// Mini Ibovespa future: index x BRL 0.20.
  public static let win = Instrument(
    symbol: "WIN", id: InstrumentID(3), tickSize: 5, tickValue: Money(brl: 1), lot: 1, exchange: "F")
  /// Ibovespa future: index x BRL 1.
  public static let ind = Instrument(
    symbol: "IND", id: InstrumentID(4), tickSize: 5, tickValue: Money(brl: 5), lot: 5, exchange: "F")

  /// The families whose rules this product knows.
  public static let families: [Instrument] = [.wdo, .dol, .win, .ind]

  /// The known family with that symbol, or nil.
  public static func family(_ symbol: String) -> Instrument? { families.first { $0.symbol == symbol } }
}
